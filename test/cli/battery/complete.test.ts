/** The battery knows every command. */
import { expect, test } from 'vitest';
import { pathOf, RUNNABLE, SUBJECTS } from './commands.ts';

test('every command that runs has its row in entries.ts', () => {
  const known = new Set(SUBJECTS.map(({ name }) => name));
  expect(RUNNABLE.filter((path) => !known.has(path))).toEqual([]);
});

test('no row in entries.ts is of a command that is gone', () => {
  expect(SUBJECTS.map(({ name }) => pathOf(name)).filter((path) => !RUNNABLE.includes(path))).toEqual([]);
});
