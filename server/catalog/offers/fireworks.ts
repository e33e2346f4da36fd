import { type OfferRow, offersOf } from '../offer.ts';

const REASONING_VISION_SCHEMAS = 'tools vision reasoning structured_output json_mode';
const REASONING_SCHEMAS = 'tools reasoning structured_output json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['kimi-k3', 'Kimi K3', '2026-07-16', 1_040_000, null, '3 15 0.3', REASONING_VISION_SCHEMAS, { as: 'accounts/fireworks/models/kimi-k3' }],
  ['kimi-k2.7-code', 'Kimi K2.7 Code', '2026-06-12', 262_000, 262_000, '0.95 4 0.19', REASONING_VISION_SCHEMAS, { as: 'accounts/fireworks/models/kimi-k2p7-code' }],
  ['kimi-k2.6', 'Kimi K2.6', '2026-04-17', 262_000, 262_000, '0.95 4 0.16', REASONING_VISION_SCHEMAS, { as: 'accounts/fireworks/models/kimi-k2p6' }],
  ['kimi-k2.5', 'Kimi K2.5', '2026-01-27', 262_144, 262_144, '0.6 3 0.1', REASONING_VISION_SCHEMAS, { as: 'accounts/fireworks/models/kimi-k2p5' }],
  ['deepseek-v4-pro', 'DeepSeek V4 Pro', '2026-04-24', 1_048_576, null, '1.74 3.48 0.145', REASONING_SCHEMAS, { as: 'accounts/fireworks/models/deepseek-v4-pro' }],
  ['deepseek-v4-flash', 'DeepSeek V4 Flash', '2026-04-24', 1_040_000, null, '0.14 0.28 0.028', REASONING_SCHEMAS, { as: 'accounts/fireworks/models/deepseek-v4-flash' }],
  ['deepseek-v3.2', 'DeepSeek V3.2', '2025-12-01', 163_840, null, '0.56 1.68 0.28', REASONING_SCHEMAS, { as: 'accounts/fireworks/models/deepseek-v3p2' }],
  ['glm-5.2', 'GLM 5.2', '2026-06-16', 1_048_575, 131_072, '1.4 4.4 0.14', REASONING_SCHEMAS, { as: 'accounts/fireworks/models/glm-5p2' }],
  ['glm-5.1', 'GLM 5.1', '2026-04-01', 202_800, 131_072, '1.4 4.4 0.26', REASONING_SCHEMAS, { as: 'accounts/fireworks/models/glm-5p1' }],
  ['glm-4.7', 'GLM-4.7', '2025-12-22', 202_752, null, '0.6 2.2', REASONING_SCHEMAS, { as: 'accounts/fireworks/models/glm-4p7' }],
  ['minimax-m3', 'MiniMax M3', '2026-06-12', 512_000, 512_000, '0.3 1.2 0.06', REASONING_SCHEMAS, { as: 'accounts/fireworks/models/minimax-m3' }],
  ['minimax-m2.7', 'MiniMax M2.7', '2026-04-12', 196_608, 196_608, '0.3 1.2 0.06', REASONING_SCHEMAS, { as: 'accounts/fireworks/models/minimax-m2p7' }],
  ['qwen3.7-plus', 'Qwen 3.7 Plus', '2026-06-12', 262_144, 65_536, '0.4 1.6 0.08', REASONING_VISION_SCHEMAS, { as: 'accounts/fireworks/models/qwen3p7-plus' }],
  ['gpt-oss-120b', 'GPT OSS 120B', '2025-08-05', 131_072, 32_768, '0.15 0.6 0.014', REASONING_SCHEMAS, { as: 'accounts/fireworks/models/gpt-oss-120b' }],
  ['gpt-oss-20b', 'GPT OSS 20B', '2025-08-05', 131_072, 32_768, '0.07 0.3 0.035', REASONING_SCHEMAS, { as: 'accounts/fireworks/models/gpt-oss-20b' }],
];

/** https://fireworks.ai/pricing */
export const fireworks = () => offersOf('fireworks', ROWS);
