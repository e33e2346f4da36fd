/** Bars of block characters, exact to an eighth of a cell. */

const LYING = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'] as const;
const STANDING = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Eighths of `cells` that a share takes; what is not nothing takes at least one. */
function eighths(share: number, cells: number): number {
  if (!(share > 0)) return 0;
  return Math.max(1, Math.round(Math.min(1, share) * cells * 8));
}

/** A bar that lies: a share, 0 to 1, of so many cells. Not padded. */
export function lyingBar(share: number, cells: number): string {
  const total = eighths(share, cells);
  return '█'.repeat(Math.floor(total / 8)) + LYING[total % 8]!;
}

/** A bar that stands: its cells from top to bottom. */
export function standingBar(share: number, cells: number): string[] {
  const total = eighths(share, cells);
  return Array.from({ length: cells }, (_, row) => {
    const below = (cells - 1 - row) * 8;
    return STANDING[Math.max(0, Math.min(8, total - below))]!;
  });
}

/** One line of small standing bars, the last `cells` values of them. */
export function sparkline(values: readonly number[], cells: number): string {
  const shown = values.slice(-cells);
  const most = Math.max(0, ...shown);
  return shown.map((value) => (most > 0 ? standingBar(value / most, 1)[0]! : ' ')).join('');
}
