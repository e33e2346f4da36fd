import { type OfferRow, offersOf } from '../offer.ts';

const REASONING_VISION = 'tools vision reasoning';
const REASONING = 'tools reasoning';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['minimax-m3', 'MiniMax M3', '2026-06-01', 1_000_000, 128_000, '0.3 1.2 0.06', REASONING_VISION, { as: 'MiniMax-M3', long: [512_000, '0.6 2.4 0.12'] }],
  ['minimax-m2.7', 'MiniMax M2.7', '2026-03-18', 204_800, 131_072, '0.3 1.2 0.06 0.375', REASONING, { as: 'MiniMax-M2.7' }],
  ['minimax-m2.7-highspeed', 'MiniMax M2.7-highspeed', '2026-03-18', 204_800, 131_072, '0.6 2.4 0.06 0.375', REASONING, { as: 'MiniMax-M2.7-highspeed' }],
  ['minimax-m2.5', 'MiniMax M2.5', '2026-02-12', 204_800, 131_072, '0.3 1.2 0.03 0.375', REASONING, { as: 'MiniMax-M2.5' }],
  ['minimax-m2.5-highspeed', 'MiniMax M2.5-highspeed', '2026-02-13', 204_800, 131_072, '0.6 2.4 0.03 0.375', REASONING, { as: 'MiniMax-M2.5-highspeed' }],
  ['minimax-m2.1', 'MiniMax M2.1', '2025-12-23', 204_800, 131_072, '0.3 1.2 0.03 0.375', REASONING, { as: 'MiniMax-M2.1' }],
  ['minimax-m2', 'MiniMax M2', '2025-10-27', 196_608, 128_000, '0.3 1.2 0.03 0.375', REASONING, { as: 'MiniMax-M2' }],
];

/** https://platform.minimax.io/docs/guides/pricing */
export const minimax = () => offersOf('minimax', ROWS);
