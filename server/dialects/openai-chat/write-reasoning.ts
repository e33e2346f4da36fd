import type { JsonObject } from '../lossless.ts';
import type { Effort, Reasoning } from '../neutral/request.ts';
import { budgetOf, effortOf, nearestEffort, openaiEffort } from '../reasoning.ts';
import type { ChatTarget } from './chat-target.ts';

type Told = Pick<ChatTarget, 'model' | 'offer' | 'quirks'>;

/** The members that tell a provider how much to think, in its own words. Empty for a model that cannot be told. */
export function writeReasoning(reasoning: Reasoning | undefined, target: Told): JsonObject {
  const { offer, quirks, model } = target;
  if (!reasoning || (!offer.priceUnknown && !offer.capabilities.includes('reasoning'))) return {};
  const effort = effortOf(reasoning);
  switch (quirks.reasoning ?? 'reasoning_effort') {
    case 'reasoning_effort':
      return writeEffort(
        quirks.efforts ? effort && nearestEffort(effort, quirks.efforts) : openaiEffort(reasoning, model),
      );
    case 'reasoning':
      return { reasoning: writeObject(reasoning) };
    case 'thinking':
      if (effort === 'none') return { thinking: { type: 'disabled' } };
      return {
        thinking: { type: quirks.thinkingOn ?? 'enabled' },
        ...writeEffort(effort && quirks.efforts && nearestEffort(effort, quirks.efforts)),
      };
    case 'enable_thinking': {
      const budget = effort === 'none' ? undefined : budgetOf(reasoning);
      return { enable_thinking: effort !== 'none', ...(budget !== undefined && { thinking_budget: budget }) };
    }
    case 'none':
      return {};
  }
}

function writeEffort(effort: Effort | undefined): JsonObject {
  return effort ? { reasoning_effort: effort } : {};
}

/** OpenRouter's object: a budget or an effort, never both. */
function writeObject({ effort, budgetTokens, show }: Reasoning): JsonObject {
  const exclude = show === false ? { exclude: true } : {};
  if (budgetTokens !== undefined)
    return budgetTokens > 0 ? { max_tokens: budgetTokens, ...exclude } : { enabled: false };
  if (effort === 'none') return { enabled: false };
  return { ...(effort ? { effort } : { enabled: true }), ...exclude };
}
