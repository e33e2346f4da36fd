import { stripVTControlCharacters } from 'node:util';
import { columnsOf, wrap } from './line-breaks.ts';
import type { Paint } from './paint.ts';
import { readable } from './when.ts';

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, '']),
  ),
);
const GAP = 2;

/** One column: its title, and what may become of it on a narrow terminal. */
export interface Column {
  title: string;
  right?: boolean;
  /** May be left out; of several the lowest goes first. Columns without it stay. */
  drop?: number;
  /** May be wrapped between words. */
  wrap?: boolean;
}

/**
 * Aligned columns under a bold head. The library's own colours are off: it does not obey NO_COLOR.
 * @param width the terminal's columns, which the table then keeps to if it can without breaking a word; undefined
 *   prints everything, one row a line.
 */
export async function table(
  paint: Paint,
  width: number | undefined,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): Promise<string> {
  const { kept, widths, narrowed } = fitColumns(columns, rows, width);
  if (width === undefined) return lines(paint, columns, rows, widths);
  const { default: Table } = await import('cli-table3');
  const drawn = new Table({
    head: kept.map((column) => paint.bold(columns[column]!.title)),
    chars: { ...NO_LINES, middle: ' '.repeat(GAP) },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: kept.map((column) => (columns[column]!.right ? 'right' : 'left')),
    // told only where something must give: the library's idea of a character's width may differ from ours
    ...(narrowed ? { colWidths: widths, wordWrap: true } : {}),
  });
  drawn.push(...rows.map((row) => kept.map((column) => row[column]!)));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The same for a pipe, where nothing is left out or broken: the library takes ten times as long to come to that. */
function lines(
  paint: Paint,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
): string {
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const gap = ' '.repeat(widths[column]! - columnsOf(stripVTControlCharacters(cell)));
        return columns[column]!.right ? gap + cell : cell + gap;
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [line(columns.map(({ title }) => paint.bold(title))), ...rows.map(line)].join('\n');
}

/** Which columns are shown and how wide: all as wide as they are if that fits, else wrapped, else without the least important. */
export function fitColumns(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): { kept: number[]; widths: number[]; narrowed: boolean } {
  const cells = columns.map(({ title }, column) => [
    title,
    ...rows.map((row) => stripVTControlCharacters(row[column]!)),
  ]);
  const natural = cells.map((texts) => Math.max(...texts.map(columnsOf)));
  const narrowest = cells.map((texts, column) =>
    columns[column]!.wrap ? Math.max(...texts.flatMap((text) => text.split(/\s+/)).map(columnsOf)) : natural[column]!,
  );
  let kept = columns.map((_column, index) => index);
  const total = (of: number[]) => kept.reduce((sum, column) => sum + of[column]!, GAP * (kept.length - 1));
  while (total(narrowest) > width) {
    const droppable = kept.filter((column) => columns[column]!.drop !== undefined);
    if (droppable.length === 0) break;
    const least = droppable.reduce((a, b) => (columns[b]!.drop! < columns[a]!.drop! ? b : a));
    kept = kept.filter((column) => column !== least);
  }
  const widths = [...natural];
  // the widest gives first, so that columns that wrap end up equally wide
  for (let over = total(widths) - width; over > 0; over--) {
    const wide = kept.filter((column) => widths[column]! > narrowest[column]!);
    if (wide.length === 0) break;
    const widest = wide.reduce((a, b) => (widths[b]! > widths[a]! ? b : a));
    widths[widest]!--;
  }
  const narrowed = kept.some((column) => widths[column]! < natural[column]!);
  return { kept, widths: kept.map((column) => widths[column]!), narrowed };
}

/** `2026-01-31T12:34:56.000Z` as `01-31 12:34` on a terminal, where the column says that it is UTC; else as it is. */
export function shortTime(instant: string, width: number | undefined): string {
  return width === undefined ? instant : instant.slice(5, 16).replace('T', ' ');
}

/**
 * One `name  value` line a fact; facts that are null are left out.
 * @param terminal the terminal's columns: there instants are told as people tell them.
 */
export function factLines(
  paint: Paint,
  facts: readonly (readonly [string, string | null | undefined])[],
  terminal?: number,
): string {
  const now = Date.now();
  const told = facts.filter((fact): fact is readonly [string, string] => fact[1] !== null && fact[1] !== undefined);
  const width = Math.max(0, ...told.map(([name]) => name.length));
  return told
    .map(([name, value]) => {
      const lines = wrap(readable(value, terminal, now), (terminal ?? Number.POSITIVE_INFINITY) - width - GAP);
      return `${paint.dim(name.padEnd(width))}${' '.repeat(GAP)}${lines.join(`\n${' '.repeat(width + GAP)}`)}`;
    })
    .join('\n');
}
