import type { Offer } from '../../catalog/types.ts';
import type { NeutralRequest } from './request.ts';

/**
 * The request without a web search that the model cannot make and need not make. Agents (Codex) offer it with every
 * request, beside tools of their own: to refuse them all would keep such an agent from every model that does not search.
 * A search that stands alone, or that is demanded, stays, and is refused by the writer in clear words.
 */
export function withoutIdleSearch(request: NeutralRequest, offer: Offer): NeutralRequest | undefined {
  const { tools, toolChoice } = request;
  if (!tools.some(({ type }) => type === 'web_search')) return undefined;
  if (offer.priceUnknown || offer.capabilities.includes('web_search')) return undefined;
  const others = tools.filter(({ type }) => type !== 'web_search');
  const demanded =
    toolChoice?.type === 'tool' && !others.some((tool) => 'name' in tool && tool.name === toolChoice.name);
  return others.length === 0 || demanded ? undefined : { ...request, tools: others };
}
