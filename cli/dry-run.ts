import { jsonText } from './output.ts';
import type { Paint } from './paint.ts';
import { factLines, table } from './table.ts';

/** What `--dry-run` found would happen, for people: facts as lines, lists of things as tables. */
export async function dryRunText(
  plan: Record<string, unknown>,
  paint: Paint,
  width: number | undefined,
): Promise<string> {
  const facts = Object.entries(plan).filter(([name]) => name !== 'dry_run');
  const single = facts.filter(([, value]) => !isRows(value));
  const lines = factLines(
    paint,
    single.map(([name, value]) => [name, shown(value)]),
  );
  const lists = facts.map(([, value]) => value).filter(isRows);
  const tables = await Promise.all(lists.map((rows) => rowTable(rows, paint, width)));
  return ['Dry run: nothing was changed. This would happen:', lines, ...tables].filter(Boolean).join('\n');
}

function isRows(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'object' && each !== null);
}

function rowTable(rows: Record<string, unknown>[], paint: Paint, width: number | undefined): Promise<string> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => names.map((name) => shown(row[name] ?? '')));
  return table(
    paint,
    width,
    names.map((title) => ({ title, wrap: true })),
    cells,
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : jsonText(value);
}
