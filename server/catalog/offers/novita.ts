import { type OfferRow, offersOf } from '../offer.ts';

const REASONING_SCHEMAS = 'tools reasoning structured_output json_mode';
const REASONING_VISION_SCHEMAS = 'tools vision reasoning structured_output json_mode';
const CHAT_SCHEMAS = 'tools structured_output json_mode';
const REASONING_SCHEMAS_NO_TOOLS = 'reasoning structured_output json_mode';
const CHAT = 'tools json_mode';
const CHAT_VISION_NO_TOOLS = 'vision json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['deepseek-v4-pro', 'DeepSeek V4 Pro', '2026-04-24', 1_048_576, 393_216, '1.69 3.38 0.13', REASONING_SCHEMAS, { as: 'deepseek/deepseek-v4-pro' }],
  ['deepseek-v4-flash', 'DeepSeek V4 Flash', '2026-04-24', 1_048_576, 393_216, '0.14 0.28 0.028', REASONING_SCHEMAS, { as: 'deepseek/deepseek-v4-flash' }],
  ['deepseek-v3.2', 'DeepSeek V3.2', '2025-12-01', 163_840, 65_536, '0.269 0.4 0.1345', REASONING_SCHEMAS, { as: 'deepseek/deepseek-v3.2' }],
  ['deepseek-v3.1', 'DeepSeek V3.1', '2025-08-21', 131_072, 32_768, '0.27 1 0.135', REASONING_SCHEMAS, { as: 'deepseek/deepseek-v3.1' }],
  ['deepseek-r1-0528', 'DeepSeek R1 0528', '2025-05-28', 163_840, 32_768, '0.7 2.5 0.35', REASONING_SCHEMAS, { as: 'deepseek/deepseek-r1-0528' }],
  ['kimi-k2.6', 'Kimi K2.6', '2026-04-21', 262_144, 262_144, '0.95 4 0.16', REASONING_VISION_SCHEMAS, { as: 'moonshotai/kimi-k2.6' }],
  ['kimi-k2.5', 'Kimi K2.5', '2026-01-27', 262_144, 262_144, '0.6 3 0.1', REASONING_VISION_SCHEMAS, { as: 'moonshotai/kimi-k2.5' }],
  ['glm-5.2', 'GLM-5.2', '2026-06-16', 1_048_576, 131_072, '1.4 4.4 0.26', REASONING_SCHEMAS, { as: 'zai-org/glm-5.2' }],
  ['glm-5.1', 'GLM-5.1', '2026-03-27', 204_800, 131_072, '1.4 4.4 0.26', REASONING_SCHEMAS, { as: 'zai-org/glm-5.1' }],
  ['glm-5', 'GLM-5', '2026-02-11', 202_800, 131_072, '1 3.2 0.2', REASONING_SCHEMAS, { as: 'zai-org/glm-5' }],
  ['glm-4.7', 'GLM-4.7', '2025-12-22', 204_800, 131_072, '0.6 2.2 0.11', REASONING_SCHEMAS, { as: 'zai-org/glm-4.7' }],
  ['glm-4.7-flash', 'GLM-4.7-Flash', '2026-01-19', 200_000, 128_000, '0.07 0.4 0.01', REASONING_SCHEMAS, { as: 'zai-org/glm-4.7-flash' }],
  ['minimax-m2.7', 'MiniMax M2.7', '2026-03-18', 204_800, 131_072, '0.3 1.2 0.06', REASONING_SCHEMAS, { as: 'minimax/minimax-m2.7' }],
  ['minimax-m2.5', 'MiniMax M2.5', '2026-02-12', 204_800, 131_100, '0.3 1.2 0.03', REASONING_SCHEMAS, { as: 'minimax/minimax-m2.5' }],
  ['qwen3.7-max', 'Qwen3.7 Max', '2026-05-21', 1_000_000, 65_536, '1.25 3.75 0.125 1.5625', REASONING_SCHEMAS, { as: 'qwen/qwen3.7-max' }],
  ['qwen3-coder-480b-a35b-instruct', 'Qwen3 Coder 480B A35B Instruct', '2025-07-23', 262_144, 65_536, '0.3 1.3', CHAT_SCHEMAS, { as: 'qwen/qwen3-coder-480b-a35b-instruct' }],
  ['qwen3-235b-a22b-instruct-2507', 'Qwen3 235B A22B Instruct 2507', '2025-07-22', 131_072, 16_384, '0.09 0.58', CHAT_SCHEMAS, { as: 'qwen/qwen3-235b-a22b-instruct-2507' }],
  ['gpt-oss-120b', 'GPT OSS 120B', '2025-08-06', 131_072, 32_768, '0.05 0.25', REASONING_SCHEMAS, { as: 'openai/gpt-oss-120b' }],
  ['gpt-oss-20b', 'GPT OSS 20B', '2025-08-06', 131_072, 32_768, '0.04 0.15', REASONING_SCHEMAS_NO_TOOLS, { as: 'openai/gpt-oss-20b' }],
  ['llama-3.3-70b-instruct', 'Llama 3.3 70B', '2024-12-07', 131_072, 120_000, '0.135 0.4', CHAT, { as: 'meta-llama/llama-3.3-70b-instruct' }],
  ['llama-4-maverick', 'Llama 4 Maverick', '2025-04-06', 1_048_576, 8_192, '0.27 0.85', CHAT_VISION_NO_TOOLS, { as: 'meta-llama/llama-4-maverick-17b-128e-instruct-fp8' }],
  ['llama-4-scout', 'Llama 4 Scout', '2025-04-06', 131_072, 131_072, '0.18 0.59', CHAT_VISION_NO_TOOLS, { as: 'meta-llama/llama-4-scout-17b-16e-instruct' }],
];

/** https://novita.ai/pricing */
export const novita = () => offersOf('novita', ROWS);
