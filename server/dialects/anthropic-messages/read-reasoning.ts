import { isObject } from '../lossless.ts';
import type { Reasoning } from '../neutral/request.ts';
import { isEffort } from '../reasoning.ts';

/** `thinking` and the effort of `output_config`; undefined when neither says anything. */
export function readReasoning(thinking: unknown, effort: unknown): Reasoning | undefined {
  const named = isEffort(effort) ? { effort } : {};
  if (!isObject(thinking)) return isEffort(effort) ? named : undefined;
  // Anything but `omitted` (`summarized`, and what agents send besides) wants to see the thoughts.
  const show = { show: thinking.display !== 'omitted' };
  switch (thinking.type) {
    case 'disabled':
      return { effort: 'none' };
    case 'enabled': {
      const budget = thinking.budget_tokens;
      return { ...named, ...show, ...(typeof budget === 'number' && { budgetTokens: budget }) };
    }
    default:
      return { ...named, ...show, adaptive: true };
  }
}
