import { type OfferRow, offersOf } from '../offer.ts';

const CHAT_VISION_SCHEMAS = 'tools vision structured_output json_mode';
const REASONING_VISION_SCHEMAS = 'tools vision reasoning structured_output json_mode';
const CHAT_SCHEMAS = 'tools structured_output json_mode';
const REASONING_SCHEMAS = 'tools reasoning structured_output json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['mistral-large-2512', 'Mistral Large 3', '2025-12-02', 262_144, 262_144, '0.5 1.5 0.05', CHAT_VISION_SCHEMAS],
  ['mistral-medium-3.5', 'Mistral Medium 3.5', '2026-04-29', 262_144, 262_144, '1.5 7.5 0.15', REASONING_VISION_SCHEMAS, { as: 'mistral-medium-2604' }],
  ['mistral-medium-3.1', 'Mistral Medium 3.1', '2025-08-12', 262_144, 262_144, '0.4 2 0.04', CHAT_VISION_SCHEMAS, { as: 'mistral-medium-2508' }],
  ['mistral-small-2603', 'Mistral Small 4', '2026-03-16', 256_000, 256_000, '0.15 0.6 0.015', REASONING_VISION_SCHEMAS],
  ['mistral-small-2506', 'Mistral Small 3.2', '2025-06-20', 128_000, 16_384, '0.1 0.3', CHAT_VISION_SCHEMAS],
  ['codestral-2508', 'Codestral', '2025-07-30', 256_000, null, '0.3 0.9 0.03', CHAT_SCHEMAS],
  ['devstral-2512', 'Devstral 2', '2025-12-09', 262_144, 262_144, '0.4 2 0.04', CHAT_SCHEMAS, { deprecated: true }],
  ['magistral-medium', 'Magistral Medium', '2025-03-17', 128_000, 16_384, '2 5', REASONING_SCHEMAS, { as: 'magistral-medium-latest' }],
  ['ministral-14b-2512', 'Ministral 3 14B', '2025-12-02', 262_144, null, '0.2 0.2 0.02', CHAT_VISION_SCHEMAS],
  ['ministral-8b-2512', 'Ministral 3 8B', '2025-12-02', 262_144, null, '0.15 0.15 0.015', CHAT_VISION_SCHEMAS],
  ['ministral-3b-2512', 'Ministral 3 3B', '2025-12-02', 131_072, null, '0.1 0.1 0.01', CHAT_VISION_SCHEMAS],
  ['mistral-nemo', 'Mistral Nemo', '2024-07-01', 128_000, 128_000, '0.15 0.15', CHAT_SCHEMAS, { as: 'open-mistral-nemo', deprecated: true }],
  ['pixtral-large', 'Pixtral Large', '2024-11-01', 128_000, 128_000, '2 6', CHAT_VISION_SCHEMAS, { as: 'pixtral-large-latest' }],
  ['mistral-embed', 'Mistral Embed', '2023-12-11', 8_192, null, '0.1 0', 'embeddings'],
  ['codestral-embed', 'Codestral Embed', '2025-05-28', 8_192, null, '0.15 0', 'embeddings', { as: 'codestral-embed-2505' }],
  ['mistral-moderation', 'Mistral Moderation', '2024-11-06', 8_192, null, '0.1 0', 'moderation', { as: 'mistral-moderation-latest' }],
];

/** https://mistral.ai/pricing#api-pricing */
export const mistral = () => offersOf('mistral', ROWS);
