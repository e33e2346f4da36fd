import { type OfferDetails, type OfferRow, offersOf } from '../offer.ts';

const REASONING_VISION_FILES_AUDIO_SCHEMAS_SEARCH =
  'tools vision documents audio reasoning structured_output json_mode web_search';
const CHAT_VISION_FILES_AUDIO_SCHEMAS_SEARCH = 'tools vision documents audio structured_output json_mode web_search';
const CHAT_VISION_FILES_AUDIO_SCHEMAS = 'tools vision documents audio structured_output json_mode';
const REASONING_VISION_SCHEMAS = 'tools vision reasoning structured_output json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['gemini-3.8-flash', 'Gemini 3.8 Flash', '2026-09-02', 1_048_576, 65_536, '0.75 3.75 0.075', REASONING_VISION_FILES_AUDIO_SCHEMAS_SEARCH, { changes: [{ from: '2027-01-01', price: '1.5 7.5 0.15' }] }],
  ['gemini-3.7-flash', 'Gemini 3.7 Flash', '2026-08-13', 1_048_576, 65_536, '0.75 3.75 0.075', REASONING_VISION_FILES_AUDIO_SCHEMAS_SEARCH, { changes: [{ from: '2027-01-01', price: '1.5 7.5 0.15' }] }],
  ['gemini-3.6-flash', 'Gemini 3.6 Flash', '2026-07-21', 1_048_576, 65_536, '0.75 3.75 0.075', REASONING_VISION_FILES_AUDIO_SCHEMAS_SEARCH, { changes: [{ from: '2027-01-01', price: '1.5 7.5 0.15' }] }],
  ['gemini-3.5-flash', 'Gemini 3.5 Flash', '2026-05-19', 1_048_576, 65_536, '1.5 9 0.15', REASONING_VISION_FILES_AUDIO_SCHEMAS_SEARCH],
  ['gemini-3.5-flash-lite', 'Gemini 3.5 Flash-Lite', '2026-07-21', 1_048_576, 65_536, '0.3 2.5 0.03', REASONING_VISION_FILES_AUDIO_SCHEMAS_SEARCH],
  ['gemini-3.1-pro-preview', 'Gemini 3.1 Pro Preview', '2026-02-19', 1_048_576, 65_536, '2 12 0.2', REASONING_VISION_FILES_AUDIO_SCHEMAS_SEARCH, { long: [200_000, '4 18 0.4'] }],
  ['gemini-3.1-flash-lite', 'Gemini 3.1 Flash-Lite', '2026-05-07', 1_048_576, 65_536, '0.25 1.5 0.025', REASONING_VISION_FILES_AUDIO_SCHEMAS_SEARCH, { audio: '0.5' }],
  ['gemini-3-flash-preview', 'Gemini 3 Flash Preview', '2025-12-17', 1_048_576, 65_536, '0.5 3 0.05', REASONING_VISION_FILES_AUDIO_SCHEMAS_SEARCH, { audio: '1' }],
  ['gemini-2.5-pro', 'Gemini 2.5 Pro', '2025-06-17', 1_048_576, 65_536, '1.25 10 0.125', REASONING_VISION_FILES_AUDIO_SCHEMAS_SEARCH, { long: [200_000, '2.5 15 0.25'] }],
  ['gemini-2.5-flash', 'Gemini 2.5 Flash', '2025-06-17', 1_048_576, 65_536, '0.3 2.5 0.03', REASONING_VISION_FILES_AUDIO_SCHEMAS_SEARCH, { audio: '1' }],
  ['gemini-2.5-flash-lite', 'Gemini 2.5 Flash-Lite', '2025-06-17', 1_048_576, 65_536, '0.1 0.4 0.01', REASONING_VISION_FILES_AUDIO_SCHEMAS_SEARCH, { audio: '0.3' }],
  ['gemini-2.0-flash', 'Gemini 2.0 Flash', '2024-12-11', 1_048_576, 8_192, '0.1 0.4 0.025', CHAT_VISION_FILES_AUDIO_SCHEMAS_SEARCH, { deprecated: true, audio: '0.7' }],
  ['gemini-2.0-flash-lite', 'Gemini 2.0 Flash-Lite', '2024-12-11', 1_048_576, 8_192, '0.075 0.3', CHAT_VISION_FILES_AUDIO_SCHEMAS, { deprecated: true }],
  ['gemini-1.5-pro', 'Gemini 1.5 Pro', '2024-05-23', 2_000_000, 8_192, '1.25 5', CHAT_VISION_FILES_AUDIO_SCHEMAS, { long: [128_000, '2.5 10'], deprecated: true }],
  ['gemma-4-31b-it', 'Gemma 4 31B', '2026-04-02', 262_144, 32_768, '0 0', REASONING_VISION_SCHEMAS],
  ['gemma-4-26b-a4b-it', 'Gemma 4 26B A4B', '2026-04-02', 262_144, 32_768, '0 0', REASONING_VISION_SCHEMAS],
  ['gemini-embedding-2', 'Gemini Embedding 2', '2026-04-22', 8_192, null, '0.2 0', 'embeddings vision audio', { image: '0.45 -', audio: '6.5 -' }],
  ['gemini-embedding-001', 'Gemini Embedding 001', '2025-07-14', 2_048, null, '0.15 0', 'embeddings'],
];

/** Gemini 3 is charged for each search; its elders for each answer that searched. The tiers are those of Gemini 2.5 and later. */
function usual(model: string): OfferDetails {
  if (!/^gemini-(?:2\.5|3)/.test(model)) return { search: { once: '35' } };
  const search = model.startsWith('gemini-3') ? '14' : { once: '35' };
  return { search, tiers: { flex: '0.5', priority: '1.8' } };
}

/** https://ai.google.dev/gemini-api/docs/pricing */
export const googleAiStudio = () => offersOf('google-ai-studio', ROWS, usual);
