import type { Family } from '../neutral/request.ts';

/** Facts about the models that Bedrock hosts, by how their maker is told in their ids. */

/** Anthropic's models: their parameters go as Anthropic words them, in `additionalModelRequestFields`. */
export function isClaude(model: string): boolean {
  return model.includes('anthropic.') || model.includes('claude');
}

export function isNova(model: string): boolean {
  return model.includes('amazon.nova');
}

/** Anthropic's signatures hold on its own API, on Bedrock and on Vertex alike (its documentation of extended thinking). */
export function signatureFamily(model: string): Family {
  return isClaude(model) ? 'anthropic' : 'bedrock';
}

/**
 * Claude from 4.5 on takes Anthropic's own `tool_choice` through the additional fields, which says what Converse's cannot:
 * `none`, and no parallel calls.
 */
export function takesOwnToolChoice(model: string): boolean {
  return isClaude(model) && !/claude-(?:v|instant|3|(?:opus|sonnet)-4-(?:1|20))/.test(model);
}

/** How a maker's models take `top_k`: as members of `additionalModelRequestFields`. Absent: they have none. */
export function topKFields(model: string, topK: number): Record<string, unknown> | undefined {
  if (isClaude(model) || model.includes('mistral.')) return { top_k: topK };
  if (isNova(model)) return { inferenceConfig: { topK } };
  if (model.includes('cohere.')) return { k: topK };
  return undefined;
}
