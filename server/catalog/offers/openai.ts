import { type OfferRow, offersOf } from '../offer.ts';

const CHAT = 'tools vision documents structured_output json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['gpt-4o-mini', 'GPT-4o mini', '2024-07-18', 128_000, 16_384, '0.15 0.6 0.075', CHAT, { snapshots: ['2024-07-18'] }],
  ['gpt-4o', 'GPT-4o', '2024-05-13', 128_000, 16_384, '2.5 10 1.25', CHAT, { snapshots: ['2024-08-06', '2024-11-20'] }],
];

/** https://platform.openai.com/docs/pricing */
export const openai = () => offersOf('openai', ROWS);
