import { type OfferRow, offersOf } from '../offer.ts';

const REASONING_VISION_SCHEMAS = 'tools vision reasoning structured_output json_mode';
const REASONING = 'tools reasoning json_mode';
const CHAT = 'tools json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['kimi-k3', 'Kimi K3', '2026-07-16', 1_048_576, null, '3 15 0.3', REASONING_VISION_SCHEMAS],
  ['kimi-k2.7-code', 'Kimi K2.7 Code', '2026-06-12', 262_144, 262_144, '0.95 4 0.19', REASONING_VISION_SCHEMAS],
  ['kimi-k2.7-code-highspeed', 'Kimi K2.7 Code HighSpeed', '2026-06-12', 262_144, 262_144, '1.9 8 0.38', REASONING_VISION_SCHEMAS],
  ['kimi-k2.6', 'Kimi K2.6', '2026-04-21', 262_144, 262_144, '0.95 4 0.16', REASONING_VISION_SCHEMAS],
  ['kimi-k2.5', 'Kimi K2.5', '2026-01-27', 262_144, 262_144, '0.6 3 0.1', REASONING_VISION_SCHEMAS],
  ['kimi-k2-thinking', 'Kimi K2 Thinking', '2025-11-06', 262_144, 262_144, '0.6 2.5 0.15', REASONING, { deprecated: true }],
  ['kimi-k2-0905', 'Kimi K2 0905', '2025-09-05', 262_144, 262_144, '0.6 2.5 0.15', CHAT, { as: 'kimi-k2-0905-preview', deprecated: true }],
];

/** https://platform.moonshot.ai/docs/pricing/chat */
export const moonshot = () => offersOf('moonshot', ROWS);
