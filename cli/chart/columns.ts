import { standingBar } from './bars.ts';

/** One column: what stands below it, and how tall it is. */
export interface Point {
  label: string;
  value: number;
}

export interface ColumnChart {
  points: readonly Point[];
  /** Columns of the terminal that it may take. */
  width: number;
  /** Rows of the bars. */
  height: number;
  /** A value on the axis. */
  format: (value: number) => string;
  /** Colours the bars. */
  paint?: (bars: string) => string;
}

const WIDEST_COLUMN = 7;
const LABEL_GAP = 2;

/**
 * Standing bars over a line of labels, with what the tallest is worth on the left.
 * @returns the lines, without ends, and how many points each bar is the sum of.
 */
export function columnChart({ points, width, height, format, paint = (bars) => bars }: ColumnChart): {
  lines: string[];
  perBar: number;
} {
  if (points.length === 0) return { lines: [], perBar: 1 };
  const { shown, perBar, widest, room } = laidOut(points, width, format);
  const tallest = most(shown);
  const cell = Math.max(1, Math.min(WIDEST_COLUMN, Math.floor(room / shown.length)));
  const solid = cell > 1 ? cell - 1 : 1;
  const bars = shown.map(({ value }) => standingBar(tallest > 0 ? value / tallest : 0, height));
  const marks = new Map([
    [0, format(tallest)],
    ...(height >= 6 && height % 2 === 0 ? [[height / 2, format(tallest / 2)] as const] : []),
  ]);
  const lines = Array.from({ length: height }, (_, row) => {
    const mark = marks.get(row);
    const axis = `${(mark ?? '').padStart(widest)} ${mark === undefined ? '│' : '┤'} `;
    const drawn = bars.map((bar) => bar[row]!.repeat(solid).padEnd(cell)).join('');
    return (axis + paint(drawn.trimEnd())).trimEnd();
  });
  const base = `${'0'.padStart(widest)} └${'─'.repeat(cell * shown.length)}`;
  const indent = ' '.repeat(widest + 3);
  return { lines: [...lines, base, (indent + labelLine(shown, cell, room)).trimEnd()], perBar };
}

/** How many points stand in a bar. Merged they are worth more, which may need a wider axis, which leaves less room. */
function laidOut(points: readonly Point[], width: number, format: (value: number) => string) {
  for (let widest = 1; ; ) {
    const room = Math.max(1, width - widest - 3);
    const perBar = Math.max(1, Math.ceil(points.length / room));
    const shown = merged(points, perBar);
    const needed = Math.max(format(most(shown)).length, format(most(shown) / 2).length);
    if (needed <= widest) return { shown, perBar, widest, room };
    widest = needed;
  }
}

function most(points: readonly Point[]): number {
  return Math.max(0, ...points.map(({ value }) => value));
}

/** Neighbours added up, so many in each; they are named after their first. */
function merged(points: readonly Point[], per: number): Point[] {
  if (per === 1) return [...points];
  const found: Point[] = [];
  for (let at = 0; at < points.length; at += per) {
    const part = points.slice(at, at + per);
    found.push({ label: part[0]!.label, value: sum(part) });
  }
  return found;
}

function sum(points: readonly Point[]): number {
  return points.reduce((total, { value }) => total + value, 0);
}

/** As many labels as fit, each under its column, evenly spaced. */
function labelLine(points: readonly Point[], cell: number, room: number): string {
  const longest = Math.max(...points.map(({ label }) => label.length));
  const every = Math.ceil((longest + LABEL_GAP) / cell);
  let line = '';
  for (let at = 0; at < points.length; at += every) {
    const { label } = points[at]!;
    if (at * cell + label.length <= room) line = line.padEnd(at * cell) + label;
  }
  return line;
}
