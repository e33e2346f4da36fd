import { type OfferRow, offersOf } from '../offer.ts';

const REASONING_VISION_FILES_SCHEMAS_SEARCH = 'tools vision documents reasoning structured_output web_search';
const REASONING_VISION_FILES_SEARCH = 'tools vision documents reasoning web_search';
const CHAT_VISION_FILES = 'tools vision documents';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['claude-fable-5.1', 'Claude Fable 5.1', '2026-09-01', 1_000_000, 128_000, '10 50 0.25 12.5 20', REASONING_VISION_FILES_SCHEMAS_SEARCH, { as: 'claude-fable-5-1' }],
  ['claude-opus-5.5', 'Claude Opus 5.5', '2026-09-22', 1_000_000, 128_000, '4 20 0.2 5 8', REASONING_VISION_FILES_SCHEMAS_SEARCH, { as: 'claude-opus-5-5' }],
  ['claude-sonnet-5.5', 'Claude Sonnet 5.5', '2026-09-28', 1_000_000, 128_000, '2 10 0.1 2.5 4', REASONING_VISION_FILES_SCHEMAS_SEARCH, { as: 'claude-sonnet-5-5' }],
  ['claude-haiku-5.5', 'Claude Haiku 5.5', '2026-10-07', 1_000_000, 128_000, '0.1 0.5 0.01 0.125 0.2', REASONING_VISION_FILES_SCHEMAS_SEARCH, { as: 'claude-haiku-5-5', long: [100_000, '0.5 2.5 0.05 0.625 1'] }],
  ['claude-fable-5', 'Claude Fable 5', '2026-06-09', 1_000_000, 128_000, '10 50 1 12.5 20', REASONING_VISION_FILES_SCHEMAS_SEARCH],
  ['claude-opus-5', 'Claude Opus 5', '2026-07-24', 1_000_000, 128_000, '5 25 0.5 6.25 10', REASONING_VISION_FILES_SCHEMAS_SEARCH],
  ['claude-sonnet-5', 'Claude Sonnet 5', '2026-06-30', 1_000_000, 128_000, '2 10 0.2 2.5 4', REASONING_VISION_FILES_SCHEMAS_SEARCH],
  ['claude-opus-4.8', 'Claude Opus 4.8', '2026-05-28', 1_000_000, 128_000, '5 25 0.5 6.25 10', REASONING_VISION_FILES_SCHEMAS_SEARCH, { as: 'claude-opus-4-8' }],
  ['claude-opus-4.7', 'Claude Opus 4.7', '2026-04-16', 1_000_000, 128_000, '5 25 0.5 6.25 10', REASONING_VISION_FILES_SCHEMAS_SEARCH, { as: 'claude-opus-4-7' }],
  ['claude-opus-4.6', 'Claude Opus 4.6', '2026-02-05', 1_000_000, 128_000, '5 25 0.5 6.25 10', REASONING_VISION_FILES_SCHEMAS_SEARCH, { as: 'claude-opus-4-6' }],
  ['claude-sonnet-4.6', 'Claude Sonnet 4.6', '2026-02-17', 1_000_000, 64_000, '3 15 0.3 3.75 6', REASONING_VISION_FILES_SCHEMAS_SEARCH, { as: 'claude-sonnet-4-6' }],
  ['claude-opus-4.5', 'Claude Opus 4.5', '2025-11-24', 200_000, 64_000, '5 25 0.5 6.25 10', REASONING_VISION_FILES_SCHEMAS_SEARCH, { as: 'claude-opus-4-5', snapshots: ['20251101'] }],
  ['claude-sonnet-4.5', 'Claude Sonnet 4.5', '2025-09-29', 200_000, 64_000, '3 15 0.3 3.75 6', REASONING_VISION_FILES_SCHEMAS_SEARCH, { as: 'claude-sonnet-4-5', long: [200_000, '6 22.5 0.6 7.5 12'], snapshots: ['20250929'] }],
  ['claude-haiku-4.5', 'Claude Haiku 4.5', '2025-10-15', 200_000, 64_000, '1 5 0.1 1.25 2', REASONING_VISION_FILES_SCHEMAS_SEARCH, { as: 'claude-haiku-4-5', snapshots: ['20251001'] }],
  ['claude-opus-4.1', 'Claude Opus 4.1', '2025-08-05', 200_000, 32_000, '15 75 1.5 18.75 30', REASONING_VISION_FILES_SEARCH, { as: 'claude-opus-4-1', snapshots: ['20250805'], deprecated: true }],
  ['claude-opus-4', 'Claude Opus 4', '2025-05-22', 200_000, 32_000, '15 75 1.5 18.75 30', REASONING_VISION_FILES_SEARCH, { as: 'claude-opus-4-20250514', deprecated: true }],
  ['claude-sonnet-4', 'Claude Sonnet 4', '2025-05-22', 200_000, 64_000, '3 15 0.3 3.75 6', REASONING_VISION_FILES_SEARCH, { as: 'claude-sonnet-4-20250514', deprecated: true }],
  ['claude-3.7-sonnet', 'Claude 3.7 Sonnet', '2025-02-19', 200_000, 64_000, '3 15 0.3 3.75 6', REASONING_VISION_FILES_SEARCH, { as: 'claude-3-7-sonnet-20250219', deprecated: true }],
  ['claude-3.5-sonnet', 'Claude 3.5 Sonnet', '2024-10-22', 200_000, 8_192, '3 15 0.3 3.75 6', CHAT_VISION_FILES, { as: 'claude-3-5-sonnet-20241022', deprecated: true }],
  ['claude-3.5-haiku', 'Claude 3.5 Haiku', '2024-10-22', 200_000, 8_192, '0.8 4 0.08 1 1.6', CHAT_VISION_FILES, { as: 'claude-3-5-haiku-20241022', deprecated: true }],
  ['claude-3-opus', 'Claude 3 Opus', '2024-02-29', 200_000, 4_096, '15 75 1.5 18.75 30', CHAT_VISION_FILES, { as: 'claude-3-opus-20240229', deprecated: true }],
  ['claude-3-haiku', 'Claude 3 Haiku', '2024-03-13', 200_000, 4_096, '0.25 1.25 0.03 0.3 0.5', CHAT_VISION_FILES, { as: 'claude-3-haiku-20240307', deprecated: true }],
];

/** https://platform.claude.com/docs/en/about-claude/pricing ("Data residency pricing": models that cannot be kept in a place refuse it) */
export const anthropic = () => offersOf('anthropic', ROWS, () => ({ search: '10', places: { us: '1.1' } }));
