import { type OfferRow, offersOf } from '../offer.ts';

const REASONING_SCHEMAS = 'tools reasoning structured_output json_mode';
const CHAT_SCHEMAS = 'tools structured_output json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['gpt-oss-120b', 'GPT OSS 120B', '2025-08-05', 131_072, 40_960, '0.35 0.75', REASONING_SCHEMAS],
  ['gemma-4-31b-it', 'Gemma 4 31B', '2026-04-02', 131_072, null, '0.99 1.49', CHAT_SCHEMAS, { as: 'gemma-4-31b' }],
  ['glm-4.7', 'GLM-4.7', '2026-01-07', 131_072, 40_960, '2.25 2.75', REASONING_SCHEMAS, { as: 'zai-glm-4.7', deprecated: true }],
];

/** https://www.cerebras.ai/pricing */
export const cerebras = () => offersOf('cerebras', ROWS);
