import type { StopReason } from '../neutral/answer.ts';

/** Google's reasons; what is not listed is a stop. Source: the Gemini API reference, "FinishReason". */
const REASONS: Readonly<Record<string, StopReason>> = {
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
  CONTINUATION: 'pause',
};

/** The model wrote a call that is none: there is no answer. */
const BROKEN = new Set(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'TOO_MANY_TOOL_CALLS']);

/** @param calls the answer has function calls: Google says STOP for them, too, often in a later chunk */
export function readFinishReason(reason: string, calls: boolean): StopReason {
  const known = REASONS[reason] ?? 'stop';
  return known === 'stop' && calls ? 'tool_calls' : known;
}

export function isBrokenCall(reason: string): boolean {
  return BROKEN.has(reason);
}

const WRITTEN: Readonly<Record<StopReason, string>> = {
  stop: 'STOP',
  tool_calls: 'STOP',
  pause: 'STOP',
  length: 'MAX_TOKENS',
  content_filter: 'SAFETY',
  refusal: 'SAFETY',
};

/** @param refused the model declined in words: OpenAI calls that a stop, Google has no such thing */
export function writeFinishReason(reason: StopReason, refused: boolean): string {
  return WRITTEN[refused && reason === 'stop' ? 'refusal' : reason];
}
