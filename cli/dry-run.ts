import { jsonText } from './output.ts';
import type { Paint } from './paint.ts';
import { factLines } from './table.ts';

/** What `--dry-run` found would happen, for people. */
export function dryRunText(plan: Record<string, unknown>, paint: Paint): string {
  const facts = Object.entries(plan).filter(([name]) => name !== 'dry_run');
  return `Dry run: nothing was changed. This would happen:\n${factLines(
    paint,
    facts.map(([name, value]) => [name, typeof value === 'string' ? value : jsonText(value)]),
  )}`;
}
