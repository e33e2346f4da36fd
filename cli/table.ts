import type { Paint } from './paint.ts';

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, '']),
  ),
);

/** Aligned columns under a bold head. The library's own colours are off: it does not obey NO_COLOR. */
export async function table(
  paint: Paint,
  head: string[],
  rows: string[][],
  rightAligned: number[] = [],
): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const drawn = new Table({
    head: head.map((title) => paint.bold(title)),
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_title, column) => (rightAligned.includes(column) ? 'right' : 'left')),
  });
  drawn.push(...rows);
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** One `name  value` line a fact; facts that are null are left out. */
export function factLines(paint: Paint, facts: readonly (readonly [string, string | null | undefined])[]): string {
  const told = facts.filter((fact): fact is readonly [string, string] => fact[1] !== null && fact[1] !== undefined);
  const width = Math.max(0, ...told.map(([name]) => name.length));
  return told.map(([name, value]) => `${paint.dim(name.padEnd(width))}  ${value}`).join('\n');
}
