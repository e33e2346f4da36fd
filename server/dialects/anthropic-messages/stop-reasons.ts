import type { StopReason } from '../neutral/answer.ts';

/** Anthropic's `stop_reason` in neutral terms; source: "Handling stop reasons". One that is not known is a plain end. */
const READ: Readonly<Record<string, StopReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'refusal',
  pause_turn: 'pause',
};

export function readStopReason(reason: string): StopReason {
  return READ[reason] ?? 'stop';
}

/** What an answer was made of, as far as its end depends on it. */
export interface AnswerEnd {
  reason: StopReason | undefined;
  stopSequence: string | undefined;
  /** There is a tool call in it: whatever the provider says, the caller has to run it. */
  called: boolean;
  refused: boolean;
}

/** The members of an answer that tell how it ended. */
export function writeStop({ reason, stopSequence, called, refused }: AnswerEnd) {
  const name = nameOf(reason, called, refused, stopSequence);
  return {
    stop_reason: name,
    stop_sequence: name === 'stop_sequence' ? stopSequence : null,
    stop_details: name === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null,
  };
}

function nameOf(reason: StopReason | undefined, called: boolean, refused: boolean, stopSequence: string | undefined) {
  if (reason === 'length') return 'max_tokens';
  if (reason === 'content_filter' || reason === 'refusal') return 'refusal';
  if (reason === 'pause') return 'pause_turn';
  if (called) return 'tool_use';
  if (refused) return 'refusal';
  return stopSequence === undefined ? 'end_turn' : 'stop_sequence';
}
