import { type OfferRow, offersOf } from '../offer.ts';

const REASONING_SCHEMAS = 'tools reasoning structured_output json_mode';
const REASONING_VISION_FILES = 'tools vision documents reasoning json_mode';
const REASONING = 'tools reasoning json_mode';
const REASONING_VISION = 'tools vision reasoning json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['glm-5.3', 'GLM-5.3', '2026-08-21', 1_000_000, 131_072, '1.4 4.4 0.26', REASONING_SCHEMAS],
  ['glm-5.3-flash', 'GLM-5.3-Flash', '2026-08-21', 1_000_000, 131_072, '0.075 0.25 0.015', REASONING_VISION_FILES],
  ['glm-5.2', 'GLM-5.2', '2026-06-16', 1_000_000, 131_072, '1.4 4.4 0.26', REASONING_SCHEMAS],
  ['glm-5.1', 'GLM-5.1', '2026-03-27', 200_000, 131_072, '1.4 4.4 0.26', REASONING_SCHEMAS],
  ['glm-5', 'GLM-5', '2026-02-11', 200_000, 131_072, '1 3.2 0.2', REASONING_SCHEMAS],
  ['glm-5-turbo', 'GLM-5-Turbo', '2026-03-16', 200_000, 131_072, '1.2 4 0.24', REASONING_SCHEMAS],
  ['glm-5v-turbo', 'GLM-5V-Turbo', '2026-04-01', 200_000, 131_072, '1.2 4 0.24', REASONING_VISION_FILES],
  ['glm-4.7', 'GLM-4.7', '2025-12-22', 204_800, 131_072, '0.6 2.2 0.11', REASONING],
  ['glm-4.7-flash', 'GLM-4.7-Flash', '2026-01-19', 200_000, 131_072, '0 0', REASONING],
  ['glm-4.7-flashx', 'GLM-4.7-FlashX', '2026-01-19', 200_000, 131_072, '0.07 0.4 0.01', REASONING],
  ['glm-4.6', 'GLM-4.6', '2025-09-30', 204_800, 131_072, '0.6 2.2 0.11', REASONING],
  ['glm-4.6v', 'GLM-4.6V', '2025-12-08', 128_000, 32_768, '0.3 0.9', REASONING_VISION],
  ['glm-4.5', 'GLM-4.5', '2025-07-28', 131_072, 98_304, '0.6 2.2 0.11', REASONING],
  ['glm-4.5-air', 'GLM-4.5-Air', '2025-07-28', 131_072, 98_304, '0.2 1.1 0.03', REASONING],
  ['glm-4.5-flash', 'GLM-4.5-Flash', '2025-07-28', 131_072, 98_304, '0 0', REASONING],
  ['glm-4.5v', 'GLM-4.5V', '2025-08-11', 64_000, 16_384, '0.6 1.8', REASONING_VISION],
];

/** https://docs.z.ai/guides/overview/pricing */
export const zai = () => offersOf('zai', ROWS);
