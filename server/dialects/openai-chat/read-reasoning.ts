import { GatewayError } from '../../../shared/errors.ts';
import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import type { Reasoning } from '../neutral/request.ts';
import { readBudget, readEffort } from '../reasoning.ts';

/** Members of a chat body that say how much to think, in whichever provider's words. */
export const REASONING_MEMBERS = [
  'reasoning_effort',
  'reasoning',
  'thinking',
  'enable_thinking',
  'thinking_budget',
  'include_reasoning',
] as const;

type Asked = Readonly<Partial<Record<(typeof REASONING_MEMBERS)[number], unknown>>>;

/**
 * How much thinking a chat body asks for: `reasoning_effort`, the `reasoning` object, Anthropic's `thinking`, Alibaba's
 * `enable_thinking`. Throws 400 for two efforts at once, and for an effort that is none.
 */
export function readReasoningAsked(body: Asked): Reasoning | undefined {
  const reasoning = isObject(body.reasoning) ? body.reasoning : {};
  const asked: Reasoning = { ...readThinking(body), ...readAskedEffort(body.reasoning_effort, reasoning.effort) };
  const budget = reasoning.max_tokens;
  if (budget !== undefined && budget !== null) asked.budgetTokens = readBudget(budget, 'reasoning.max_tokens');
  if (reasoning.enabled === false) asked.effort = 'none';
  if (reasoning.enabled === true && asked.effort === undefined && asked.budgetTokens === undefined)
    asked.adaptive = true;
  if (reasoning.exclude === true || body.include_reasoning === false) asked.show = false;
  if (typeof reasoning.summary === 'string') asked.summary = reasoning.summary;
  return Object.keys(asked).length > 0 ? asked : undefined;
}

/** The effort as it was written, under either name. Throws 400 for both at once, and for what is no name. */
export function effortWritten(flat: unknown, nested: unknown): string | undefined {
  const efforts = [flat, nested].filter((value) => value !== undefined && value !== null);
  if (efforts.length > 1) {
    throw new GatewayError(
      'unsupported_parameter_combination',
      'Use either reasoning_effort or reasoning.effort, not both.',
      { param: 'reasoning_effort' },
    );
  }
  const [effort] = efforts;
  if (effort !== undefined && typeof effort !== 'string')
    throw invalid(flat === effort ? 'reasoning_effort' : 'reasoning.effort', 'The effort must be a string.');
  return effort;
}

function readAskedEffort(flat: unknown, nested: unknown): Reasoning {
  const effort = effortWritten(flat, nested);
  if (effort === undefined) return {};
  if (effort === 'default' || effort === 'auto') return { adaptive: true };
  return { effort: readEffort(effort, flat === effort ? 'reasoning_effort' : 'reasoning.effort') };
}

function readThinking({ thinking, enable_thinking: enabled, thinking_budget: budget }: Asked): Reasoning {
  if (isObject(thinking)) return readThinkingObject(thinking);
  if (enabled === false) return { effort: 'none' };
  if (budget !== undefined && budget !== null) return { budgetTokens: readBudget(budget, 'thinking_budget') };
  return enabled === true ? { adaptive: true } : {};
}

function readThinkingObject({ type, budget_tokens: budget, display }: JsonObject): Reasoning {
  if (type === 'disabled') return { effort: 'none' };
  const shown = display === 'omitted' ? { show: false } : {};
  if (budget === undefined || budget === null) return { adaptive: true, ...shown };
  return { budgetTokens: readBudget(budget, 'thinking.budget_tokens'), ...shown };
}
