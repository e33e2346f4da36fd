import { lacksThoughts } from '../anthropic-messages/write-thinking.ts';
import { forcesCall } from '../anthropic-messages/write-tools.ts';
import { invalid } from '../body-checks.ts';
import type { JsonObject } from '../lossless.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import { anthropicThinking, effortOf, nearestEffort, thinkingOff } from '../reasoning.ts';
import { claudeThinking } from '../reasoning-models.ts';
import { isClaude, isNova } from './models.ts';
import { takesSignature } from './write-messages.ts';

/** How the model is told to think. */
export interface WrittenThinking {
  /** For `additionalModelRequestFields`. */
  fields: JsonObject;
  /** For `outputConfig.effort`. */
  effort?: string;
  /** False: `temperature`, `topP` and `topK` would be refused. */
  sampling: boolean;
  dropped: string[];
}

const NOVA_EFFORTS = ['low', 'medium', 'high'];
const GPT_OSS_EFFORTS = ['low', 'medium', 'high'];

/** Thinking is the maker's affair on Bedrock: each takes it in its own words, beside Converse's parameters. */
export function writeThinking(request: NeutralRequest, model: string, maxTokens: number): WrittenThinking {
  const { reasoning } = request;
  if (isClaude(model)) return claude(request, model, maxTokens);
  const plain: WrittenThinking = { fields: {}, sampling: true, dropped: [] };
  if (!reasoning) return plain;
  const effort = effortOf(reasoning);
  if (isNova(model) && model.includes('nova-2')) {
    const level = effort && effort !== 'none' ? nearestEffort(effort, NOVA_EFFORTS) : undefined;
    const config = level ? { type: 'enabled', maxReasoningEffort: level } : { type: 'disabled' };
    return { ...plain, fields: { reasoningConfig: config } };
  }
  if (model.includes('openai.')) {
    const level = effort && (model.includes('gpt-oss') ? nearestEffort(effort, GPT_OSS_EFFORTS) : effort);
    return { ...plain, fields: level ? { reasoning_effort: level } : {} };
  }
  return { ...plain, dropped: effort === 'none' ? [] : ['reasoning_effort'] };
}

function claude(request: NeutralRequest, model: string, maxTokens: number): WrittenThinking {
  const { reasoning } = request;
  const known = claudeThinking(model);
  const forced = forcesCall(request);
  if (forced && !known.forcedTools)
    throw invalid('tool_choice', `Model ${request.model} always thinks, and then cannot be forced to call a tool.`);
  if (!reasoning) return { fields: {}, sampling: known.sampling, dropped: [] };
  let { thinking, effort } = anthropicThinking(reasoning, model, maxTokens);
  const dropped: string[] = [];
  // Thinking forbids to force a call; with a budget, Claude asks for the thoughts of the turn that it is in the middle of.
  if (
    thinking &&
    (forced || (thinking.type === 'enabled' && lacksThoughts(request, (signature) => takesSignature(signature, model))))
  ) {
    dropped.push('reasoning');
    ({ thinking, effort } = thinkingOff(model));
  }
  const thinks = thinking !== undefined && thinking.type !== 'disabled';
  return {
    fields: thinking ? { thinking } : {},
    ...(effort && { effort }),
    sampling: known.sampling && !thinks,
    dropped,
  };
}
