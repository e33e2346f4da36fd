import { type OfferRow, offersOf } from '../offer.ts';

const REASONING_SCHEMAS_SEARCH = 'tools vision documents reasoning structured_output web_search';
const REASONING_SEARCH = 'tools vision documents reasoning web_search';
const CHAT = 'tools vision documents';
/** Outside the global endpoint Claude Sonnet 4.5 and newer models cost a tenth more. */
const REGIONS = {
  global: '',
  us: '×1.1',
  eu: '×1.1',
  'us-east5': '×1.1',
  'us-central1': '×1.1',
  'europe-west1': '×1.1',
  'europe-west4': '×1.1',
  'asia-southeast1': '×1.1',
};

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['claude-fable-5.1', 'Claude Fable 5.1', '2026-09-01', 1_000_000, 128_000, '10 50 0.25 12.5 20', REASONING_SCHEMAS_SEARCH, { as: 'claude-fable-5-1', regions: REGIONS }],
  ['claude-opus-5.5', 'Claude Opus 5.5', '2026-09-22', 1_000_000, 128_000, '4 20 0.2 5 8', REASONING_SCHEMAS_SEARCH, { as: 'claude-opus-5-5', regions: REGIONS }],
  ['claude-sonnet-5.5', 'Claude Sonnet 5.5', '2026-09-28', 1_000_000, 128_000, '2 10 0.1 2.5 4', REASONING_SCHEMAS_SEARCH, { as: 'claude-sonnet-5-5', regions: REGIONS }],
  ['claude-fable-5', 'Claude Fable 5', '2026-06-09', 1_000_000, 128_000, '10 50 1 12.5 20', REASONING_SCHEMAS_SEARCH, { as: 'claude-fable-5', regions: REGIONS }],
  ['claude-opus-5', 'Claude Opus 5', '2026-07-24', 1_000_000, 128_000, '5 25 0.5 6.25 10', REASONING_SCHEMAS_SEARCH, { as: 'claude-opus-5', regions: REGIONS }],
  ['claude-sonnet-5', 'Claude Sonnet 5', '2026-06-30', 1_000_000, 128_000, '2 10 0.2 2.5 4', REASONING_SCHEMAS_SEARCH, { as: 'claude-sonnet-5', regions: REGIONS }],
  ['claude-opus-4.8', 'Claude Opus 4.8', '2026-05-28', 1_000_000, 128_000, '5 25 0.5 6.25 10', REASONING_SCHEMAS_SEARCH, { as: 'claude-opus-4-8', regions: REGIONS }],
  ['claude-opus-4.7', 'Claude Opus 4.7', '2026-04-16', 1_000_000, 128_000, '5 25 0.5 6.25 10', REASONING_SCHEMAS_SEARCH, { as: 'claude-opus-4-7', regions: REGIONS }],
  ['claude-opus-4.6', 'Claude Opus 4.6', '2026-02-05', 1_000_000, 128_000, '5 25 0.5 6.25 10', REASONING_SCHEMAS_SEARCH, { as: 'claude-opus-4-6', long: [200_000, '10 37.5 1 12.5 20'], regions: REGIONS }],
  ['claude-sonnet-4.6', 'Claude Sonnet 4.6', '2026-02-17', 1_000_000, 64_000, '3 15 0.3 3.75 6', REASONING_SCHEMAS_SEARCH, { as: 'claude-sonnet-4-6', regions: REGIONS }],
  ['claude-opus-4.5', 'Claude Opus 4.5', '2025-11-24', 200_000, 64_000, '5 25 0.5 6.25 10', REASONING_SCHEMAS_SEARCH, { as: 'claude-opus-4-5@20251101', regions: REGIONS }],
  ['claude-sonnet-4.5', 'Claude Sonnet 4.5', '2025-09-29', 200_000, 64_000, '3 15 0.3 3.75 6', REASONING_SCHEMAS_SEARCH, { as: 'claude-sonnet-4-5@20250929', long: [200_000, '6 22.5 0.6 7.5 12'], regions: REGIONS }],
  ['claude-haiku-4.5', 'Claude Haiku 4.5', '2025-10-15', 200_000, 64_000, '1 5 0.1 1.25 2', REASONING_SCHEMAS_SEARCH, { as: 'claude-haiku-4-5@20251001', regions: REGIONS }],
  ['claude-opus-4.1', 'Claude Opus 4.1', '2025-08-05', 200_000, 32_000, '15 75 1.5 18.75 30', REASONING_SEARCH, { as: 'claude-opus-4-1@20250805', deprecated: true }],
  ['claude-opus-4', 'Claude Opus 4', '2025-05-22', 200_000, 32_000, '15 75 1.5 18.75 30', REASONING_SEARCH, { as: 'claude-opus-4@20250514', deprecated: true }],
  ['claude-sonnet-4', 'Claude Sonnet 4', '2025-05-22', 200_000, 64_000, '3 15 0.3 3.75 6', REASONING_SEARCH, { as: 'claude-sonnet-4@20250514', deprecated: true }],
  ['claude-3.5-haiku', 'Claude 3.5 Haiku', '2024-10-22', 200_000, 8_192, '0.8 4 0.08 1 1.6', CHAT, { as: 'claude-3-5-haiku@20241022', deprecated: true }],
];

/** https://cloud.google.com/vertex-ai/generative-ai/pricing (Claude models) */
export const vertexAnthropic = () => offersOf('vertex-anthropic', ROWS, () => ({ search: '10' }));
