import { isObject } from '../lossless.ts';
import type { Reasoning } from '../neutral/request.ts';
import { readBudget, readEffort } from '../reasoning.ts';

/** `thinking` and the effort of `output_config`; undefined when neither says anything. Throws 400 for what is neither. */
export function readReasoning(thinking: unknown, effort: unknown): Reasoning | undefined {
  const named = given(effort) ? { effort: readEffort(effort, 'output_config.effort') } : {};
  if (!isObject(thinking)) return given(effort) ? named : undefined;
  // Anything but `omitted` (`summarized`, and what agents send besides) wants to see the thoughts.
  const show = { show: thinking.display !== 'omitted' };
  switch (thinking.type) {
    case 'disabled':
      return { effort: 'none' };
    case 'enabled': {
      const budget = thinking.budget_tokens;
      return {
        ...named,
        ...show,
        ...(given(budget) && { budgetTokens: readBudget(budget, 'thinking.budget_tokens') }),
      };
    }
    default:
      return { ...named, ...show, adaptive: true };
  }
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}
