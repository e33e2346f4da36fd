import { isFreePrice } from '../../catalog/free-price.ts';
import type { Offer } from '../../catalog/types.ts';
import type { RequestFacts } from '../../dialects/neutral.ts';
import { BUDGET_MODELS } from '../../dialects/reasoning-models.ts';
import type { Features } from './features.ts';

/** Something that a request needs of an offer, as a bit. */
export interface Need {
  bit: number;
  name: string;
  /** What a model does that has it: `supports tools`. */
  says: string;
  wanted(features: Features, facts: AutoFacts): boolean;
  met(offer: Offer): boolean;
}

/** What of a request's facts decides here. */
export type AutoFacts = Pick<
  RequestFacts,
  'textBytes' | 'maxOutputTokens' | 'choices' | 'reasoning' | 'serviceTier' | 'place' | 'freeModelsOnly' | 'noReasoning'
>;

const has =
  (...names: string[]) =>
  ({ capabilities }: Offer) =>
    names.some((name) => capabilities.includes(name));

/** What decides first stands first: of a free model it is asked whether it supports tools. */
const ROWS: readonly Omit<Need, 'bit'>[] = [
  {
    name: 'free',
    says: 'is free',
    wanted: (_, { freeModelsOnly }) => freeModelsOnly === true,
    met: ({ price, longContext, priceUnknown }) =>
      !priceUnknown && isFreePrice(price) && (longContext === null || isFreePrice(longContext.price)),
  },
  {
    name: 'no_reasoning',
    says: 'does not reason',
    wanted: (_, { noReasoning }) => noReasoning === true,
    met: ({ capabilities }) => !capabilities.includes('reasoning'),
  },
  {
    name: 'reasoning',
    says: 'reasons',
    wanted: (_, { reasoning }) => reasoning?.effort !== undefined && reasoning.effort !== 'none',
    met: has('reasoning'),
  },
  {
    name: 'reasoning_budget',
    says: 'takes a budget for reasoning',
    wanted: (_, { reasoning }) => reasoning?.maxTokens !== undefined,
    met: (offer) => offer.capabilities.includes('reasoning') && BUDGET_MODELS.test(offer.model),
  },
  { name: 'tools', says: 'supports tools', wanted: ({ tools }) => tools, met: has('tools') },
  { name: 'vision', says: 'reads images', wanted: ({ images }) => images, met: has('vision') },
  { name: 'documents', says: 'reads documents', wanted: ({ documents }) => documents, met: has('documents') },
  { name: 'audio', says: 'hears audio', wanted: ({ audio }) => audio, met: has('audio') },
  {
    name: 'structured_output',
    says: 'keeps to a JSON schema',
    wanted: ({ structured }) => structured === 'schema',
    met: has('structured_output'),
  },
  {
    name: 'json_mode',
    says: 'has a JSON mode',
    wanted: ({ structured }) => structured === 'json',
    met: has('json_mode', 'structured_output'),
  },
  { name: 'web_search', says: 'searches the web', wanted: ({ webSearch }) => webSearch, met: has('web_search') },
];

export const NEEDS: readonly Need[] = ROWS.map((need, at) => ({ ...need, bit: 1 << at }));

/** What a request needs, as bits. */
export function needsOf(features: Features, facts: AutoFacts): number {
  return NEEDS.reduce((bits, need) => (need.wanted(features, facts) ? bits | need.bit : bits), 0);
}

/** What an offer has, as bits. One whose make nobody knows is trusted to have all but a price of nothing. */
export function metBy(offer: Offer): number {
  return NEEDS.reduce(
    (bits, need) => ((offer.priceUnknown && need.name !== 'free') || need.met(offer) ? bits | need.bit : bits),
    0,
  );
}
