import { type OfferRow, offersOf } from '../offer.ts';

const REASONING_SCHEMAS = 'tools reasoning structured_output json_mode';
const REASONING_VISION_SCHEMAS = 'tools vision reasoning structured_output json_mode';
const CHAT = 'tools json_mode';
const REASONING = 'tools reasoning json_mode';
const REASONING_VISION = 'tools vision reasoning json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['deepseek-v4-pro', 'DeepSeek V4 Pro', '2026-04-24', 512_000, 384_000, '1.74 3.48 0.2', REASONING_SCHEMAS, { as: 'deepseek-ai/DeepSeek-V4-Pro' }],
  ['kimi-k2.7-code', 'Kimi K2.7 Code', '2026-06-14', 262_144, 131_072, '0.95 4 0.19', REASONING_SCHEMAS, { as: 'moonshotai/Kimi-K2.7-Code' }],
  ['kimi-k2.6', 'Kimi K2.6', '2026-04-21', 262_144, 131_000, '1.2 4.5 0.2', REASONING_VISION_SCHEMAS, { as: 'moonshotai/Kimi-K2.6' }],
  ['glm-5.2', 'GLM-5.2', '2026-06-16', 262_144, 164_000, '1.4 4.4 0.26', REASONING_SCHEMAS, { as: 'zai-org/GLM-5.2' }],
  ['glm-5.1', 'GLM-5.1', '2026-04-07', 202_752, 131_072, '1.4 4.4', REASONING_SCHEMAS, { as: 'zai-org/GLM-5.1' }],
  ['minimax-m3', 'MiniMax M3', '2026-06-12', 524_288, 250_000, '0.3 1.2 0.06', REASONING_VISION_SCHEMAS, { as: 'MiniMaxAI/MiniMax-M3' }],
  ['minimax-m2.7', 'MiniMax M2.7', '2026-03-18', 202_752, 131_072, '0.3 1.2 0.06', REASONING_SCHEMAS, { as: 'MiniMaxAI/MiniMax-M2.7' }],
  ['qwen3.7-max', 'Qwen3.7 Max', '2026-05-21', 1_000_000, 500_000, '1.25 3.75', CHAT, { as: 'Qwen/Qwen3.7-Max' }],
  ['qwen3.6-plus', 'Qwen3.6 Plus', '2026-04-30', 1_000_000, 500_000, '0.5 3', REASONING, { as: 'Qwen/Qwen3.6-Plus' }],
  ['qwen3.5-397b-a17b', 'Qwen3.5 397B A17B', '2026-02-16', 262_144, 130_000, '0.6 3.6', REASONING_VISION, { as: 'Qwen/Qwen3.5-397B-A17B' }],
  ['qwen3-235b-a22b-instruct-2507', 'Qwen3 235B A22B Instruct 2507', '2025-07-25', 262_144, 262_144, '0.2 0.6', CHAT, { as: 'Qwen/Qwen3-235B-A22B-Instruct-2507-tput' }],
  ['gpt-oss-120b', 'GPT OSS 120B', '2025-08-05', 131_072, 131_072, '0.15 0.6', REASONING, { as: 'openai/gpt-oss-120b' }],
  ['gpt-oss-20b', 'GPT OSS 20B', '2025-08-05', 131_072, 131_072, '0.05 0.2', REASONING_SCHEMAS, { as: 'openai/gpt-oss-20b' }],
  ['llama-3.3-70b-instruct', 'Llama 3.3 70B', '2024-12-06', 131_072, 131_072, '0.88 0.88', CHAT, { as: 'meta-llama/Llama-3.3-70B-Instruct-Turbo' }],
  ['gemma-4-31b-it', 'Gemma 4 31B', '2026-04-07', 262_144, 131_072, '0.39 0.97', REASONING_VISION_SCHEMAS, { as: 'google/gemma-4-31B-it' }],
];

/** https://www.together.ai/pricing */
export const togetherAi = () => offersOf('together-ai', ROWS);
