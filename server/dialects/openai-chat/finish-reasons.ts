import type { StopReason } from '../neutral/answer.ts';

/** Why an answer ended, as OpenAI and those compatible with it say. What is not known here is a plain stop. */
const READ: Readonly<Record<string, StopReason>> = {
  stop: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool_calls',
  tool_use: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
  sensitive: 'content_filter',
  refusal: 'refusal',
};

/** Reasons that are failures: OpenRouter and Mistral, Z.ai, DeepSeek. */
const FAILURES: Readonly<Record<string, string>> = {
  error: 'The provider broke the answer off with an error.',
  network_error: 'The provider broke the answer off with a network error.',
  insufficient_system_resource: 'The provider had no capacity left to finish the answer.',
};

export function finishFailure(reason: string): string | undefined {
  return FAILURES[reason];
}

/** Calls decide: providers say `stop` after a call, and `tool_calls` when there was none. */
export function readFinish(reason: string, called: boolean): StopReason {
  const stop = READ[reason] ?? 'stop';
  if (stop === 'stop' && called) return 'tool_calls';
  return stop === 'tool_calls' && !called ? 'stop' : stop;
}

/**
 * `finish_reason` of an answer. A refusal that was worded is a `stop`, as with OpenAI; one without a word is what OpenAI
 * calls a content filter. A turn that the provider paused is not whole: `length` says so.
 */
export function writeFinish(stop: StopReason, called: boolean, refused: boolean): string {
  switch (stop) {
    case 'refusal':
      return refused ? 'stop' : 'content_filter';
    case 'pause':
      return 'length';
    case 'stop':
      return called ? 'tool_calls' : 'stop';
    default:
      return stop;
  }
}
