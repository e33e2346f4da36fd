import { type OfferRow, offersOf } from '../offer.ts';

const REASONING = 'tools reasoning json_mode';
const REASONING_VISION = 'tools vision reasoning json_mode';
const REASONING_VISION_SCHEMAS = 'tools vision reasoning structured_output json_mode';
const REASONING_VISION_AUDIO_SCHEMAS = 'tools vision audio reasoning structured_output json_mode';
const CHAT = 'tools json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['qwen3.7-max', 'Qwen3.7 Max', '2026-05-21', 1_000_000, 65_536, '2.5 7.5 0.5 3.125', REASONING],
  ['qwen3.7-plus', 'Qwen3.7 Plus', '2026-06-02', 1_000_000, 65_536, '0.5 3 0.05 0.625', REASONING_VISION, { long: [256_000, '2 6 0.2 2.5'] }],
  ['qwen3.6-max-preview', 'Qwen3.6 Max Preview', '2026-04-20', 262_144, 65_536, '1.3 7.8 0.13 1.625', REASONING],
  ['qwen3.6-plus', 'Qwen3.6 Plus', '2026-04-02', 1_000_000, 65_536, '0.5 3 0.05 0.625', REASONING_VISION, { long: [256_000, '2 6 0.2 2.5'] }],
  ['qwen3.6-flash', 'Qwen3.6 Flash', '2026-04-27', 1_000_000, 65_536, '0.1875 1.125 - 0.234375', REASONING_VISION_SCHEMAS],
  ['qwen3.5-plus', 'Qwen3.5 Plus', '2026-02-16', 1_000_000, 65_536, '0.4 2.4', REASONING_VISION],
  ['qwen3.5-397b-a17b', 'Qwen3.5 397B-A17B', '2026-02-15', 262_144, 65_536, '0.6 3.6', REASONING_VISION_AUDIO_SCHEMAS],
  ['qwen3-max', 'Qwen3 Max', '2025-09-23', 262_144, 65_536, '1.2 6', CHAT],
  ['qwen3-coder-plus', 'Qwen3 Coder Plus', '2025-07-23', 1_048_576, 65_536, '1 5', CHAT],
  ['qwen3-coder-flash', 'Qwen3 Coder Flash', '2025-07-28', 1_000_000, 65_536, '0.3 1.5', CHAT],
  ['qwen3-coder-480b-a35b-instruct', 'Qwen3-Coder 480B-A35B Instruct', '2025-04-01', 262_144, 65_536, '1.5 7.5', CHAT],
  ['qwen3-vl-plus', 'Qwen3-VL Plus', '2025-09-23', 262_144, 32_768, '0.2 1.6', REASONING_VISION],
  ['qwen3-next-80b-a3b-instruct', 'Qwen3-Next 80B-A3B Instruct', '2025-09-01', 131_072, 32_768, '0.5 2', CHAT],
  ['qwen3-235b-a22b', 'Qwen3 235B-A22B', '2025-04-01', 131_072, 16_384, '0.7 2.8', REASONING],
  ['qwen3-32b', 'Qwen3 32B', '2025-04-01', 131_072, 16_384, '0.7 2.8', REASONING],
  ['qwen-max', 'Qwen Max', '2024-04-03', 32_768, 8_192, '1.6 6.4', CHAT],
  ['qwen-plus', 'Qwen Plus', '2024-01-25', 1_000_000, 32_768, '0.4 1.2', REASONING],
  ['qwen-flash', 'Qwen Flash', '2025-07-28', 1_000_000, 32_768, '0.05 0.4', REASONING],
  ['qwen-turbo', 'Qwen Turbo', '2024-11-01', 1_000_000, 16_384, '0.05 0.2', REASONING],
  ['qwq-plus', 'QwQ Plus', '2025-03-05', 131_072, 8_192, '0.8 2.4', REASONING],
];

/** The international site: https://www.alibabacloud.com/help/en/model-studio/models */
export const alibaba = () => offersOf('alibaba', ROWS);
