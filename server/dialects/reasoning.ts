import { GatewayError } from '../../shared/errors.ts';
import type { Offer } from '../catalog/types.ts';
import { invalid } from './body-checks.ts';
import type { Format } from './dialect.ts';
import type { JsonObject } from './lossless.ts';
import type { Effort, NeutralRequest, Reasoning } from './neutral/request.ts';
import type { RequestFacts } from './neutral.ts';
import { BUDGET_MODELS, claudeThinking, geminiThinkingOf, openaiEfforts } from './reasoning-models.ts';

/** From nothing to the most. */
export const EFFORTS: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** What an effort is worth in tokens where a model takes a budget. Up to `high` as Google documents its own mapping. */
const BUDGETS: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 24_576,
  xhigh: 49_152,
  max: 98_304,
};

const CLAUDE_LEAST = 1024;
const CLAUDE_MOST = 128_000;
/** An effort leaves this part of the output limit to the answer. */
const ANSWER_SHARE = 0.2;

export function isEffort(value: unknown): value is Effort {
  return EFFORTS.includes(value as Effort);
}

/** An effort as a caller wrote it, to be put into another format's words. Throws 400 for one that is none. */
export function readEffort(value: unknown, param: string): Effort {
  if (isEffort(value)) return value;
  throw invalid(param, `${param} must be one of ${EFFORTS.join(', ')}.`);
}

/** A budget of tokens as a caller wrote it. Throws 400 for what is no whole number of at least 0. */
export function readBudget(value: unknown, param: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw invalid(param, `${param} must be a whole number of at least 0.`);
}

/** The effort that such a budget stands for: the nearest in ratio. */
export function budgetEffort(tokens: number): Effort {
  if (tokens <= 0) return 'none';
  let nearest: Effort = 'minimal';
  for (const effort of EFFORTS.slice(1)) {
    if (Math.abs(Math.log(tokens / BUDGETS[effort])) < Math.abs(Math.log(tokens / BUDGETS[nearest]))) nearest = effort;
  }
  return nearest;
}

/** The effort asked for, in words; undefined when the model may decide. A budget wins over an effort. */
export function effortOf({ effort, budgetTokens }: Reasoning): Effort | undefined {
  return budgetTokens === undefined ? effort : budgetEffort(budgetTokens);
}

/** The budget asked for, in tokens; undefined when the model may decide. */
export function budgetOf({ effort, budgetTokens }: Reasoning): number | undefined {
  return budgetTokens ?? (effort && BUDGETS[effort]);
}

/** The nearest of those that are known, the lower one of two as near; undefined when none is. */
export function nearestEffort(effort: Effort, known: readonly string[]): Effort | undefined {
  const wanted = EFFORTS.indexOf(effort);
  let best: Effort | undefined;
  let distance = Number.POSITIVE_INFINITY;
  EFFORTS.forEach((candidate, at) => {
    if (!known.includes(candidate) || Math.abs(at - wanted) >= distance) return;
    // Somebody who wants thoughts is not given none, however near it is.
    if (candidate === 'none' && effort !== 'none' && known.length > 1) return;
    best = candidate;
    distance = Math.abs(at - wanted);
  });
  return best;
}

/** Members of an Anthropic body. */
export interface ThinkingMembers {
  thinking?: JsonObject;
  /** For `output_config.effort`. */
  effort?: Effort;
}

/**
 * What tells a Claude model to think as asked, within its output limit. Budgets are put between 1,024 and 128,000 tokens
 * and below the limit; where the limit leaves no room for the least, thinking stays off.
 */
export function anthropicThinking(reasoning: Reasoning, model: string, maxTokens: number): ThinkingMembers {
  const known = claudeThinking(model);
  if (!known.budget && !known.adaptive) return {};
  const effort = effortOf(reasoning);
  if (effort === 'none') return thinkingOff(model);
  const exact = reasoning.budgetTokens !== undefined && known.budget;
  if (known.adaptive && !exact) {
    const named = effort && nearestEffort(effort, known.efforts);
    const display = reasoning.show === false ? 'omitted' : 'summarized';
    return { thinking: { type: 'adaptive', display }, ...(named && { effort: named }) };
  }
  const room = exact ? maxTokens - 1 : Math.floor(maxTokens * (1 - ANSWER_SHARE));
  const budget = Math.min(clamp(budgetOf(reasoning) ?? BUDGETS.medium, CLAUDE_LEAST, CLAUDE_MOST), room);
  if (budget < CLAUDE_LEAST) return maxTokens > CLAUDE_LEAST ? enabled(CLAUDE_LEAST) : {};
  return enabled(budget);
}

/** What keeps a Claude model from thinking, as far as it can be kept. */
export function thinkingOff(model: string): ThinkingMembers {
  const { off, adaptive, budget, efforts } = claudeThinking(model);
  if (off === null) return { effort: efforts[0]! };
  return adaptive || budget ? { thinking: { type: off } } : {};
}

function enabled(budget: number): ThinkingMembers {
  return { thinking: { type: 'enabled', budget_tokens: budget } };
}

/** Gemini's `thinkingConfig`; undefined when the model does not think. */
export function geminiThinking(reasoning: Reasoning, model: string): JsonObject | undefined {
  const known = geminiThinkingOf(model);
  if (!known) return undefined;
  const effort = effortOf(reasoning);
  const thoughts = effort !== 'none' && reasoning.show !== false;
  const shown = thoughts ? { includeThoughts: true } : {};
  if (known.levels) {
    const level = effort && nearestEffort(effort, known.levels);
    return { ...shown, ...(level && { thinkingLevel: level.toUpperCase() }) };
  }
  const budget = budgetOf(reasoning);
  if (budget === undefined) return { ...shown, ...(reasoning.adaptive && { thinkingBudget: -1 }) };
  if (budget <= 0 && known.canBeOff) return { thinkingBudget: 0 };
  return { ...shown, thinkingBudget: clamp(budget, known.least, known.most) };
}

/** `reasoning_effort`, or `reasoning.effort`, of an OpenAI model: the nearest it knows; undefined to send none. */
export function openaiEffort(reasoning: Reasoning, model: string, known = openaiEfforts(model)): Effort | undefined {
  const effort = effortOf(reasoning);
  return effort && known ? nearestEffort(effort, known) : effort;
}

/**
 * Whether an OpenAI model takes `temperature`, `top_p` and log probabilities with this effort: reasoning models do only
 * while they do not reason, which those from GPT-5.1 to GPT-5.6 do not unless told to.
 */
export function openaiSamples(model: string, effort: Effort | undefined): boolean {
  const known = openaiEfforts(model);
  if (!known || known.length === 0 || /gpt-oss/.test(model)) return true;
  return effort === 'none' && /gpt-5\.\d/.test(model);
}

/** What each caller's format calls stop sequences. */
const STOP_MEMBERS: Readonly<Partial<Record<Format, string>>> = {
  'anthropic-messages': 'stop_sequences',
  gemini: 'generationConfig.stopSequences',
};

/** Refuses, in the caller's own words, stop sequences for a model that takes none. */
export function refuseStop({ stop, format }: Pick<NeutralRequest, 'stop' | 'format'>): void {
  if (!stop || stop.length === 0) return;
  const member = (format && STOP_MEMBERS[format]) ?? 'stop';
  throw invalid(member, `This model takes no stop sequences: leave ${member} out.`);
}

/** Whether an OpenAI model ends at stop sequences: its reasoning models do not, but for the first of them. */
export function openaiStops(model: string): boolean {
  const known = openaiEfforts(model);
  return !known || known.length === 0 || /gpt-oss|(?:^|\/)o(?:1|3-mini)/.test(model);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/**
 * Refuses, before any call, reasoning asked of a model that has none. For callers whose format promises to be told
 * (`facts.reasoning` is set by chat completions and Responses alone). A model of unknown make is trusted.
 */
export function checkReasoning(facts: Pick<RequestFacts, 'reasoning'>, offer: Offer): void {
  const { reasoning } = facts;
  if (!reasoning || offer.priceUnknown) return;
  const thinks = offer.capabilities.includes('reasoning');
  if (reasoning.maxTokens !== undefined && !(thinks && BUDGET_MODELS.test(offer.model))) {
    throw notSupported(
      'reasoning.max_tokens',
      `Model ${offer.model} does not support reasoning.max_tokens. Remove the reasoning parameter or use a model that supports explicit reasoning token budgets.`,
    );
  }
  if (reasoning.effort !== undefined && reasoning.effort !== 'none' && !thinks) {
    throw notSupported(
      'reasoning_effort',
      `Model ${offer.model} does not support reasoning. Remove the reasoning_effort parameter or use a reasoning-capable model.`,
    );
  }
}

function notSupported(param: string, message: string): GatewayError {
  return new GatewayError('model_not_supported', message, {
    param,
    hint: 'Run `gateway models --capability reasoning` to see the models that reason.',
  });
}
