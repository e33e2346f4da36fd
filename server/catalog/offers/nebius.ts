import { type OfferRow, offersOf } from '../offer.ts';

const REASONING_SCHEMAS = 'tools reasoning structured_output json_mode';
const CHAT = 'tools json_mode';
const CHAT_SCHEMAS = 'tools structured_output json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['deepseek-v4-pro', 'DeepSeek V4 Pro', '2026-04-24', 1_048_576, null, '1.75 3.5 0.15', REASONING_SCHEMAS, { as: 'deepseek-ai/DeepSeek-V4-Pro' }],
  ['glm-5.2', 'GLM-5.2', '2026-06-16', 432_000, null, '1.4 4.4', REASONING_SCHEMAS, { as: 'zai-org/GLM-5.2' }],
  ['minimax-m2.5', 'MiniMax M2.5', '2026-02-12', 196_608, 8_192, '0.3 1.2 0.03 0.375', REASONING_SCHEMAS, { as: 'MiniMaxAI/MiniMax-M2.5' }],
  ['qwen3.5-397b-a17b', 'Qwen3.5-397B-A17B', '2026-02-16', 262_144, 8_192, '0.6 3.6 0.06 0.75', REASONING_SCHEMAS, { as: 'Qwen/Qwen3.5-397B-A17B' }],
  ['qwen3-235b-a22b-instruct-2507', 'Qwen3 235B A22B Instruct 2507', '2025-07-25', 262_144, 8_192, '0.2 0.6', CHAT, { as: 'Qwen/Qwen3-235B-A22B-Instruct-2507' }],
  ['qwen3-32b', 'Qwen3-32B', '2025-04-29', 128_000, 8_192, '0.1 0.3 0.01 0.125', CHAT_SCHEMAS, { as: 'Qwen/Qwen3-32B' }],
  ['gpt-oss-120b', 'GPT OSS 120B', '2025-08-05', 128_000, 8_192, '0.15 0.6 0.015 0.18', REASONING_SCHEMAS, { as: 'openai/gpt-oss-120b' }],
  ['llama-3.3-70b-instruct', 'Llama 3.3 70B', '2024-12-06', 128_000, 8_192, '0.13 0.4 0.013 0.16', CHAT_SCHEMAS, { as: 'meta-llama/Llama-3.3-70B-Instruct' }],
  ['hermes-4-405b', 'Hermes 4 405B', '2025-08-26', 128_000, 8_192, '1 3 0.1 1.25', REASONING_SCHEMAS, { as: 'NousResearch/Hermes-4-405B' }],
];

/** https://nebius.com/token-factory/prices */
export const nebius = () => offersOf('nebius', ROWS);
