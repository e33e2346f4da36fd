import { type OfferRow, offersOf } from '../offer.ts';

const REASONING = 'tools reasoning json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['deepseek-v4-pro', 'DeepSeek V4 Pro', '2026-04-24', 1_000_000, 384_000, '0.66 1.98 0.022', REASONING, { changes: [{ hours: [1, 4], price: '1.32 3.96 0.044' }, { hours: [6, 10], price: '1.32 3.96 0.044' }] }],
  ['deepseek-v4-flash', 'DeepSeek V4 Flash', '2026-04-24', 1_000_000, 384_000, '0.22 0.66 0.007', REASONING, { changes: [{ hours: [1, 4], price: '0.44 1.32 0.014' }, { hours: [6, 10], price: '0.44 1.32 0.014' }] }],
];

/** Prices double in the busy hours: https://api-docs.deepseek.com/quick_start/pricing */
export const deepseek = () => offersOf('deepseek', ROWS);
