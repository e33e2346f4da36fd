import { isObject, type JsonObject } from '../lossless.ts';
import type { Signature } from '../neutral/answer.ts';
import type { AssistantPart, NeutralRequest } from '../neutral/request.ts';
import { anthropicThinking, type ThinkingMembers, thinkingOff } from '../reasoning.ts';
import { forcesCall } from './write-tools.ts';

export interface WrittenThinking extends ThinkingMembers {
  /** What was asked for and cannot be had in this request. */
  dropped: string[];
}

/**
 * How the model is told to think. With a budget, Claude wants to see the thoughts of the turn it is in the middle of, and
 * cannot be made to call a tool: then it does not think for this request, as the call would be refused.
 */
export function writeThinking(request: NeutralRequest, model: string, maxTokens: number): WrittenThinking {
  if (!request.reasoning) return { dropped: [] };
  const members = anthropicThinking(request.reasoning, model, maxTokens);
  const type = members.thinking?.type;
  const refused =
    (type === 'enabled' && lacksThoughts(request, ({ family }) => family === 'anthropic')) ||
    (type !== undefined && type !== 'disabled' && forcesCall(request));
  return refused ? { ...thinkingOff(model), dropped: ['thinking'] } : { ...members, dropped: [] };
}

/**
 * The model's last turn calls tools, and no thought of Claude's own begins it.
 * @param takes whether Claude is told a thought with this signature
 */
export function lacksThoughts({ messages }: NeutralRequest, takes: (signature: Signature) => boolean): boolean {
  const end = messages.findLastIndex(({ role }) => role === 'assistant');
  let start = end;
  while (messages[start - 1]?.role === 'assistant') start--;
  const parts = messages
    .slice(start, end + 1)
    .flatMap((message) => (message.role === 'assistant' ? message.content : []));
  if (!parts.some(({ type }) => type === 'tool-call')) return false;
  return parts.find((part) => isTold(part, takes))?.type !== 'reasoning';
}

/** Whether Claude is told this part at all. */
function isTold(part: AssistantPart, takes: (signature: Signature) => boolean): boolean {
  if (part.type === 'reasoning') return part.signature !== undefined && takes(part.signature);
  return part.type !== 'text' || part.text.trim() !== '';
}

const LEAST_BUDGET = 1024;

/** `thinking` with a budget below a limit that has been lowered; undefined when it fits as it is. */
export function fittingThinking(thinking: unknown, maxTokens: number): JsonObject | undefined {
  if (!isObject(thinking) || typeof thinking.budget_tokens !== 'number' || thinking.budget_tokens < maxTokens)
    return undefined;
  if (maxTokens <= LEAST_BUDGET) return { type: 'disabled' };
  return { ...thinking, budget_tokens: maxTokens - 1 };
}
