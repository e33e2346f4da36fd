/** Our table against the kept price list of `@pydantic/genai-prices`, to the last decimal. */
import { calcPrice } from '@pydantic/genai-prices';
import { expect, test } from 'vitest';
import { price } from '../../../server/catalog/offer.ts';
import { allOffers } from '../../../server/catalog/offers/index.ts';
import { offerAt } from '../../../server/catalog/schedule.ts';
import type { Offer, Price } from '../../../server/catalog/types.ts';

/** Our provider's name there. The others are not listed there, so their prices come from their own pages. */
const THERE: Record<string, string> = {
  openai: 'openai',
  anthropic: 'anthropic',
  'google-ai-studio': 'google',
  deepseek: 'deepseek',
  xai: 'x-ai',
  moonshot: 'moonshotai',
  zai: 'zai',
  minimax: 'minimax',
  mistral: 'mistral',
  groq: 'groq',
  cerebras: 'cerebras',
  'together-ai': 'together',
  fireworks: 'fireworks',
  perplexity: 'perplexity',
};

/** Offers whose price differs from the list on purpose, and why. */
const EXCEPTIONS: Record<string, string> = {
  'anthropic/claude-sonnet-5.5':
    'The list takes it for Sonnet 5; its maker cut cache reads to $0.10 on 7 October 2026.',
  'mistral/mistral-embed': 'The list prices output, which vectors are not.',
};

/** A quiet hour, DeepSeek's two busy ones, and the day after Gemini Flash's introductory price ends. */
const MOMENTS = ['2026-11-21T12:00:00Z', '2026-11-21T02:30:00Z', '2026-11-21T06:00:00Z', '2027-01-01T00:00:00Z'];

type Listed = number | { base: number; tiers: { start: number; price: number }[] } | undefined;

const base = (listed: Listed) => (typeof listed === 'object' ? listed.base : listed);
const text = (number: number | undefined) => (number === undefined ? '-' : number.toString());

/** What the list says of an offer, in our terms. Undefined: it does not know the model at this provider. */
function listed(offer: Offer, at: Date): { price: Price; long: Offer['longContext'] } | undefined {
  const providerId = THERE[offer.provider];
  const found = providerId && calcPrice({ input_tokens: 1 }, offer.providerModel, { providerId, timestamp: at });
  if (!found || found.provider.id !== providerId) return undefined;
  const row = found.model_price as Record<string, Listed>;
  const parts = [row.input_mtok ?? 0, row.output_mtok ?? 0, row.cache_read_mtok];
  const columns = [...parts, row.cache_write_5m_mtok ?? row.cache_write_mtok, row.cache_write_1h_mtok];
  const perThousand = text(base(row.requests_kcount) ?? 0);
  const tiers = columns.map((column) => (typeof column === 'object' ? column.tiers : []));
  const start = tiers.flat()[0]?.start;
  const dearer = columns.map((column, index) => text(tiers[index]?.[0]?.price ?? base(column)));
  const audio = base(row.input_audio_mtok);
  const picture = base(row.input_image_mtok);
  const heard = {
    ...(audio !== undefined && { audioInputPico: price(`${text(audio)} 0`).inputPico }),
    ...(picture !== undefined && { imageInputPico: price(`${text(picture)} 0`).inputPico }),
  };
  return {
    price: { ...price(columns.map((column) => text(base(column))).join(' '), perThousand), ...heard },
    long:
      start === undefined
        ? null
        : { aboveInputTokens: start, price: { ...price(dearer.join(' '), perThousand), ...heard } },
  };
}

const compared = allOffers().filter((offer) => listed(offer, new Date(MOMENTS[0]!)) && !EXCEPTIONS[offer.id]);

test('the price list knows most of the offers of the providers that it covers', () => {
  expect(compared.length).toBeGreaterThan(140);
});

test.each(compared.map((offer) => [offer.id, offer] as const))('%s costs what the price list says', (_id, offer) => {
  for (const moment of MOMENTS) {
    const at = new Date(moment);
    const ours = offerAt(offer, at.getTime());
    expect({ moment, price: ours.price, long: ours.longContext }).toEqual({ moment, ...listed(offer, at) });
  }
});
