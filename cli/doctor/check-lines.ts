import { indented } from '../indented.ts';
import type { Paint } from '../paint.ts';
import type { Check } from './check.ts';

/** A line or more for each check, within the terminal: the mark, the name, what there is to say of it, and what to do. */
export function checkLines(checks: readonly Check[], columns: number, paint: Paint): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const marks = { pass: paint.green('ok  '), warn: paint.yellow('warn'), fail: paint.red('FAIL') };
  return checks.map(({ name, status, message, fix }) => {
    const lead = `     ${name.padEnd(width)}  `;
    const told = indented(lead, message, columns).slice('     '.length);
    return `${marks[status]} ${told}${fix ? `\n${' '.repeat(lead.length)}${paint.cyan(fix)}` : ''}`;
  });
}
