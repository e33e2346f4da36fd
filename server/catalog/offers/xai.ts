import { type OfferRow, offersOf } from '../offer.ts';

const REASONING_VISION_FILES_SCHEMAS = 'tools vision documents reasoning structured_output json_mode';
const CHAT_VISION_FILES_SCHEMAS = 'tools vision documents structured_output json_mode';
const REASONING_VISION_SCHEMAS = 'tools vision reasoning structured_output json_mode';
const CHAT_VISION_SCHEMAS = 'tools vision structured_output json_mode';
const REASONING_SCHEMAS = 'tools reasoning structured_output json_mode';
const CHAT_SCHEMAS = 'tools structured_output json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['grok-4.6', 'Grok 4.6', '2026-08-12', 500_000, null, '2 6 0.5', REASONING_VISION_FILES_SCHEMAS, { long: [199_999, '4 12 1'] }],
  ['grok-4.5', 'Grok 4.5', '2026-07-08', 500_000, null, '2 6 0.3', REASONING_VISION_FILES_SCHEMAS, { long: [199_999, '4 12 0.6'] }],
  ['grok-4.3', 'Grok 4.3', '2026-04-17', 1_000_000, 30_000, '1.25 2.5 0.2', REASONING_VISION_FILES_SCHEMAS, { long: [199_999, '2.5 5 0.4'] }],
  ['grok-4.20', 'Grok 4.20', '2026-03-09', 1_000_000, 30_000, '1.25 2.5 0.2', REASONING_VISION_FILES_SCHEMAS, { as: 'grok-4.20-0309-reasoning', long: [200_000, '2.5 5 0.4'] }],
  ['grok-4.20-non-reasoning', 'Grok 4.20 (non-reasoning)', '2026-03-09', 1_000_000, 30_000, '1.25 2.5 0.2', CHAT_VISION_FILES_SCHEMAS, { as: 'grok-4.20-0309-non-reasoning', long: [200_000, '2.5 5 0.4'] }],
  ['grok-build-0.1', 'Grok Build 0.1', '2026-04-16', 256_000, 256_000, '1 2 0.2', REASONING_VISION_FILES_SCHEMAS, { long: [199_999, '2 4 0.4'] }],
  ['grok-4.1-fast', 'Grok 4.1 Fast', '2025-11-19', 2_000_000, 30_000, '0.2 0.5 0.05', REASONING_VISION_SCHEMAS, { as: 'grok-4-1-fast-reasoning', deprecated: true }],
  ['grok-4.1-fast-non-reasoning', 'Grok 4.1 Fast (non-reasoning)', '2025-11-19', 2_000_000, 30_000, '0.2 0.5 0.05', CHAT_VISION_SCHEMAS, { as: 'grok-4-1-fast-non-reasoning', deprecated: true }],
  ['grok-4-fast', 'Grok 4 Fast', '2025-09-19', 2_000_000, 30_000, '0.2 0.5 0.05', REASONING_VISION_SCHEMAS, { as: 'grok-4-fast-reasoning', deprecated: true }],
  ['grok-4', 'Grok 4', '2025-07-09', 256_000, 64_000, '3 15 0.75', REASONING_VISION_SCHEMAS, { as: 'grok-4-0709', deprecated: true }],
  ['grok-code-fast-1', 'Grok Code Fast 1', '2025-08-28', 256_000, 10_000, '0.2 1.5 0.02', REASONING_SCHEMAS, { deprecated: true }],
  ['grok-3', 'Grok 3', '2025-02-17', 131_072, 8_192, '3 15 0.75', CHAT_SCHEMAS, { deprecated: true }],
  ['grok-3-mini', 'Grok 3 Mini', '2025-02-17', 131_072, 8_192, '0.3 0.5 0.075', REASONING_SCHEMAS, { deprecated: true }],
];

/** https://docs.x.ai/docs/models */
export const xai = () => offersOf('xai', ROWS);
