import { type OfferRow, offersOf } from '../offer.ts';

const CHAT_VISION_SCHEMAS_SEARCH_NO_TOOLS = 'vision structured_output web_search';
const CHAT_SCHEMAS_SEARCH_NO_TOOLS = 'structured_output web_search';
const REASONING_VISION_SCHEMAS_SEARCH_NO_TOOLS = 'vision reasoning structured_output web_search';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['sonar-pro', 'Sonar Pro', '2024-01-01', 200_000, 8_192, '3 15', CHAT_VISION_SCHEMAS_SEARCH_NO_TOOLS, { perThousandRequests: '14' }],
  ['sonar', 'Sonar', '2024-01-01', 128_000, 4_096, '1 1', CHAT_SCHEMAS_SEARCH_NO_TOOLS, { perThousandRequests: '12' }],
  ['sonar-reasoning-pro', 'Sonar Reasoning Pro', '2024-01-01', 128_000, 4_096, '2 8', REASONING_VISION_SCHEMAS_SEARCH_NO_TOOLS, { perThousandRequests: '14' }],
];

/** The fee of a search is that of the largest search context: https://docs.perplexity.ai/getting-started/pricing */
export const perplexity = () => offersOf('perplexity', ROWS);
