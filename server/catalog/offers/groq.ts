import { type OfferRow, offersOf } from '../offer.ts';

const REASONING_SCHEMAS = 'tools reasoning structured_output json_mode';
const CHAT = 'tools json_mode';
const CHAT_VISION_SCHEMAS = 'tools vision structured_output json_mode';
const REASONING = 'tools reasoning json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['gpt-oss-120b', 'GPT OSS 120B', '2025-08-05', 131_072, 65_536, '0.15 0.6 0.075', REASONING_SCHEMAS, { as: 'openai/gpt-oss-120b' }],
  ['gpt-oss-20b', 'GPT OSS 20B', '2025-08-05', 131_072, 65_536, '0.075 0.3 0.0375', REASONING_SCHEMAS, { as: 'openai/gpt-oss-20b' }],
  ['llama-3.3-70b-instruct', 'Llama 3.3 70B', '2024-12-06', 131_072, 32_768, '0.59 0.79', CHAT, { as: 'llama-3.3-70b-versatile' }],
  ['llama-3.1-8b-instruct', 'Llama 3.1 8B', '2024-07-23', 131_072, 131_072, '0.05 0.08', CHAT, { as: 'llama-3.1-8b-instant' }],
  ['llama-4-scout', 'Llama 4 Scout', '2025-04-05', 131_072, 8_192, '0.11 0.34', CHAT_VISION_SCHEMAS, { as: 'meta-llama/llama-4-scout-17b-16e-instruct' }],
  ['qwen3-32b', 'Qwen3 32B', '2025-06-11', 131_072, 40_960, '0.29 0.59', REASONING, { as: 'qwen/qwen3-32b' }],
];

/** https://groq.com/pricing */
export const groq = () => offersOf('groq', ROWS);
