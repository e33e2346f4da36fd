import type { StopReason } from '../neutral/answer.ts';

/** Converse's stop reasons in neutral terms. Source: the Bedrock API reference, "Converse", `stopReason`. */
export const STOP_REASONS: Readonly<Record<string, StopReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  content_filtered: 'content_filter',
  guardrail_intervened: 'content_filter',
  refusal: 'refusal',
  pause_turn: 'pause',
};

/** What the model wrote cannot be used: an answer that ends so is a failure, for which a caller had better ask again. */
export const MALFORMED: Readonly<Record<string, string>> = {
  malformed_model_output: 'The model wrote what is no valid output.',
  malformed_tool_use: 'The model wrote a tool call that is not valid.',
};
