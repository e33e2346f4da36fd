import { type OfferRow, offersOf } from '../offer.ts';

const CLAUDE_SCHEMAS = 'tools vision documents reasoning structured_output';
const CLAUDE = 'tools vision documents reasoning';
const CHAT_VISION_FILES = 'tools vision documents';
const NOVA_REASONING = 'tools vision documents reasoning';
const NOVA = 'tools vision documents';
const CHAT = 'tools';
const CHAT_VISION = 'tools vision';
const CHAT_SCHEMAS = 'tools structured_output';
const VISION_SCHEMAS = 'tools vision structured_output';
const REASONING = 'tools reasoning';
const REASONING_ALONE = 'reasoning';
const REASONING_SCHEMAS = 'tools reasoning structured_output';
const VISION_REASONING_SCHEMAS = 'tools vision reasoning structured_output';
/** By inference profile: that of one area costs a tenth more than the global one. */
const REGIONS = { global: '', us: '×1.1', eu: '×1.1', jp: '×1.1', au: '×1.1' };

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['claude-fable-5.1', 'Claude Fable 5.1', '2026-09-01', 1_000_000, 128_000, '10 50 0.25 12.5 20', CLAUDE_SCHEMAS, { as: 'anthropic.claude-fable-5-1', regions: REGIONS }],
  ['claude-opus-5.5', 'Claude Opus 5.5', '2026-09-22', 1_000_000, 128_000, '4 20 0.2 5 8', CLAUDE_SCHEMAS, { as: 'anthropic.claude-opus-5-5', regions: REGIONS }],
  ['claude-sonnet-5.5', 'Claude Sonnet 5.5', '2026-09-28', 1_000_000, 128_000, '2 10 0.2 2.5 4', CLAUDE_SCHEMAS, { as: 'anthropic.claude-sonnet-5-5', regions: REGIONS }],
  ['claude-fable-5', 'Claude Fable 5', '2026-06-09', 1_000_000, 128_000, '10 50 1 12.5 20', CLAUDE_SCHEMAS, { as: 'anthropic.claude-fable-5', regions: REGIONS }],
  ['claude-opus-5', 'Claude Opus 5', '2026-07-24', 1_000_000, 128_000, '5 25 0.5 6.25 10', CLAUDE_SCHEMAS, { as: 'anthropic.claude-opus-5', regions: REGIONS }],
  ['claude-sonnet-5', 'Claude Sonnet 5', '2026-06-30', 1_000_000, 128_000, '2 10 0.2 2.5 4', CLAUDE_SCHEMAS, { as: 'anthropic.claude-sonnet-5', regions: REGIONS }],
  ['claude-opus-4.8', 'Claude Opus 4.8', '2026-05-28', 1_000_000, 128_000, '5 25 0.5 6.25 10', CLAUDE, { as: 'anthropic.claude-opus-4-8', regions: REGIONS }],
  ['claude-opus-4.7', 'Claude Opus 4.7', '2026-04-16', 1_000_000, 128_000, '5 25 0.5 6.25 10', CLAUDE, { as: 'anthropic.claude-opus-4-7', regions: REGIONS }],
  ['claude-opus-4.6', 'Claude Opus 4.6', '2026-02-05', 1_000_000, 128_000, '5 25 0.5 6.25 10', CLAUDE_SCHEMAS, { as: 'anthropic.claude-opus-4-6-v1', regions: REGIONS }],
  ['claude-sonnet-4.6', 'Claude Sonnet 4.6', '2026-02-17', 1_000_000, 64_000, '3 15 0.3 3.75 6', CLAUDE_SCHEMAS, { as: 'anthropic.claude-sonnet-4-6', regions: REGIONS }],
  ['claude-opus-4.5', 'Claude Opus 4.5', '2025-11-24', 200_000, 64_000, '5 25 0.5 6.25 10', CLAUDE_SCHEMAS, { as: 'anthropic.claude-opus-4-5-20251101-v1:0', regions: REGIONS }],
  ['claude-sonnet-4.5', 'Claude Sonnet 4.5', '2025-09-29', 200_000, 64_000, '3 15 0.3 3.75 6', CLAUDE_SCHEMAS, { as: 'anthropic.claude-sonnet-4-5-20250929-v1:0', regions: REGIONS }],
  ['claude-haiku-4.5', 'Claude Haiku 4.5', '2025-10-15', 200_000, 64_000, '1 5 0.1 1.25 2', CLAUDE_SCHEMAS, { as: 'anthropic.claude-haiku-4-5-20251001-v1:0', regions: REGIONS }],
  ['claude-opus-4.1', 'Claude Opus 4.1', '2025-08-05', 200_000, 32_000, '15 75 1.5 18.75', CLAUDE, { as: 'anthropic.claude-opus-4-1-20250805-v1:0', deprecated: true }],
  ['claude-sonnet-4', 'Claude Sonnet 4', '2025-05-22', 200_000, 64_000, '3 15 0.3 3.75', CLAUDE, { as: 'anthropic.claude-sonnet-4-20250514-v1:0', deprecated: true }],
  ['claude-3.7-sonnet', 'Claude 3.7 Sonnet', '2025-02-19', 200_000, 64_000, '3 15 0.3 3.75', CLAUDE, { as: 'anthropic.claude-3-7-sonnet-20250219-v1:0', deprecated: true }],
  ['claude-3.5-sonnet', 'Claude 3.5 Sonnet', '2024-10-22', 200_000, 8_192, '3 15 0.3 3.75', CHAT_VISION_FILES, { as: 'anthropic.claude-3-5-sonnet-20241022-v2:0', deprecated: true }],
  ['claude-3.5-haiku', 'Claude 3.5 Haiku', '2024-10-22', 200_000, 8_192, '0.8 4 0.08 1', CHAT_VISION_FILES, { as: 'anthropic.claude-3-5-haiku-20241022-v1:0', deprecated: true }],
  ['claude-3-haiku', 'Claude 3 Haiku', '2024-03-13', 200_000, 4_096, '0.25 1.25', CHAT_VISION_FILES, { as: 'anthropic.claude-3-haiku-20240307-v1:0', deprecated: true }],
  ['nova-2-lite', 'Nova 2 Lite', '2025-12-02', 1_000_000, 65_536, '0.33 2.75', NOVA_REASONING, { as: 'amazon.nova-2-lite-v1:0' }],
  ['nova-premier', 'Nova Premier', '2025-04-30', 1_000_000, 10_000, '2.5 12.5 0.625', NOVA, { as: 'amazon.nova-premier-v1:0' }],
  ['nova-pro', 'Nova Pro', '2024-12-03', 300_000, 8_192, '0.8 3.2 0.2', NOVA, { as: 'amazon.nova-pro-v1:0' }],
  ['nova-lite', 'Nova Lite', '2024-12-03', 300_000, 8_192, '0.06 0.24 0.015', NOVA, { as: 'amazon.nova-lite-v1:0' }],
  ['nova-micro', 'Nova Micro', '2024-12-03', 128_000, 8_192, '0.035 0.14 0.00875', CHAT, { as: 'amazon.nova-micro-v1:0' }],
  ['llama-4-maverick', 'Llama 4 Maverick', '2025-04-05', 1_000_000, 16_384, '0.24 0.97', CHAT_VISION, { as: 'meta.llama4-maverick-17b-instruct-v1:0' }],
  ['llama-4-scout', 'Llama 4 Scout', '2025-04-05', 3_500_000, 16_384, '0.17 0.66', CHAT_VISION, { as: 'meta.llama4-scout-17b-instruct-v1:0' }],
  ['llama-3.3-70b-instruct', 'Llama 3.3 70B Instruct', '2024-12-06', 128_000, 4_096, '0.72 0.72', CHAT, { as: 'meta.llama3-3-70b-instruct-v1:0' }],
  ['llama-3.2-90b-instruct', 'Llama 3.2 90B Instruct', '2024-09-25', 128_000, 4_096, '0.72 0.72', CHAT_VISION, { as: 'meta.llama3-2-90b-instruct-v1:0' }],
  ['llama-3.1-70b-instruct', 'Llama 3.1 70B Instruct', '2024-07-23', 128_000, 4_096, '0.72 0.72', CHAT, { as: 'meta.llama3-1-70b-instruct-v1:0' }],
  ['llama-3.1-8b-instruct', 'Llama 3.1 8B Instruct', '2024-07-23', 128_000, 4_096, '0.22 0.22', CHAT, { as: 'meta.llama3-1-8b-instruct-v1:0' }],
  ['deepseek-r1', 'DeepSeek R1', '2025-01-20', 128_000, 32_768, '1.35 5.4', REASONING_ALONE, { as: 'deepseek.r1-v1:0' }],
  ['deepseek-v3.1', 'DeepSeek V3.1', '2025-09-18', 163_840, 81_920, '0.58 1.68', REASONING_SCHEMAS, { as: 'deepseek.v3-v1:0' }],
  ['deepseek-v3.2', 'DeepSeek V3.2', '2026-02-06', 163_840, 81_920, '0.62 1.85', REASONING_SCHEMAS, { as: 'deepseek.v3.2' }],
  ['gpt-oss-120b', 'gpt-oss-120b', '2025-08-05', 128_000, 16_384, '0.15 0.6', REASONING_SCHEMAS, { as: 'openai.gpt-oss-120b-1:0' }],
  ['gpt-oss-20b', 'gpt-oss-20b', '2025-08-05', 128_000, 16_384, '0.07 0.3', REASONING_SCHEMAS, { as: 'openai.gpt-oss-20b-1:0' }],
  ['qwen3-coder-480b-a35b', 'Qwen3 Coder 480B A35B', '2025-09-18', 131_072, 65_536, '0.45 1.8', CHAT_SCHEMAS, { as: 'qwen.qwen3-coder-480b-a35b-v1:0' }],
  ['qwen3-32b', 'Qwen3 32B', '2025-09-18', 16_384, 16_384, '0.15 0.6', REASONING_SCHEMAS, { as: 'qwen.qwen3-32b-v1:0' }],
  ['mistral-large-2512', 'Mistral Large 3', '2025-12-02', 256_000, 8_192, '0.5 1.5', VISION_SCHEMAS, { as: 'mistral.mistral-large-3-675b-instruct' }],
  ['kimi-k2.5', 'Kimi K2.5', '2026-02-06', 262_143, 16_000, '0.6 3', VISION_REASONING_SCHEMAS, { as: 'moonshotai.kimi-k2.5' }],
  ['glm-5', 'GLM-5', '2026-03-18', 202_752, 101_376, '1 3.2', REASONING_SCHEMAS, { as: 'zai.glm-5' }],
  ['glm-4.7', 'GLM-4.7', '2025-12-22', 204_800, 131_072, '0.6 2.2', REASONING_SCHEMAS, { as: 'zai.glm-4.7' }],
  ['minimax-m2.5', 'MiniMax M2.5', '2026-03-18', 196_608, 98_304, '0.3 1.2', REASONING, { as: 'minimax.minimax-m2.5' }],
];

/** https://aws.amazon.com/bedrock/pricing/ (US East; Claude from 4.5 on by the global inference profile) */
export const awsBedrock = () => offersOf('aws-bedrock', ROWS);
