import type { JsonObject } from '../lossless.ts';
import type { StopReason } from '../neutral/answer.ts';
import type { AnswerContext, Totals } from '../translation.ts';
import { responseId } from './ids.ts';
import { responsesUsageObject } from './usage.ts';
import { writeText } from './write-request.ts';
import { writeToolChoice, writeTools } from './write-tools.ts';

/** How an answer ended, in this format's terms. */
export interface Ending {
  status: 'completed' | 'incomplete';
  /** Of `incomplete_details`. */
  reason: 'max_output_tokens' | 'content_filter' | undefined;
}

/** A refusal that has no words of its own has no place but this one. */
export function endingOf(stop: StopReason | undefined, refusedInWords: boolean): Ending {
  if (stop === 'length') return { status: 'incomplete', reason: 'max_output_tokens' };
  if (stop === 'content_filter' || (stop === 'refusal' && !refusedInWords))
    return { status: 'incomplete', reason: 'content_filter' };
  return { status: 'completed', reason: undefined };
}

/** The response before its end: what the first events of a stream carry. The tools are told at the end alone. */
export function openResponse(model: string, context: AnswerContext): JsonObject {
  const { request, facts } = context;
  const { reasoning, metadata } = request;
  return {
    id: responseId(context.requestId),
    object: 'response',
    created_at: context.created,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: request.maxOutputTokens ?? null,
    model: model || request.model,
    output: [],
    parallel_tool_calls: request.parallelToolCalls ?? true,
    previous_response_id: facts.previousResponseId ?? null,
    prompt_cache_key: request.promptCacheKey ?? null,
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    service_tier: request.serviceTier ?? 'auto',
    temperature: request.temperature ?? null,
    text: { format: { type: 'text' }, ...writeText(request) },
    tool_choice: request.toolChoice ? writeToolChoice(request.toolChoice, request.tools) : 'auto',
    tools: [],
    top_p: request.topP ?? null,
    truncation: 'disabled',
    usage: null,
    ...(request.user !== undefined && { user: request.user }),
    ...(metadata && { metadata }),
  };
}

/** The whole response. */
export function wholeResponse(
  opened: JsonObject,
  output: readonly JsonObject[],
  { status, reason }: Ending,
  { usage, cost }: Totals,
  { request }: AnswerContext,
): JsonObject {
  return {
    ...opened,
    status,
    ...(status === 'completed' && { completed_at: Math.floor(Date.now() / 1000) }),
    incomplete_details: reason === undefined ? null : { reason },
    output,
    tools: writeTools(request.tools),
    usage: { ...responsesUsageObject(usage), ...cost },
  };
}
