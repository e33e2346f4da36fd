/** The battery knows every command and every case, and leaves none out. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { failure, runCli } from '../../helpers/cli.ts';
import { CASE_NAMES } from './case.ts';
import { ANSWER_CASES } from './cases-answer.ts';
import { CALL_CASES } from './cases-call.ts';
import { FILE_CASES } from './cases-file.ts';
import { HOSTILE_CASES } from './cases-hostile.ts';
import { NETWORK_CASES } from './cases-network.ts';
import { PLACE_CASES } from './cases-place.ts';
import { NOUNS, pathOf, RUNNABLE, SUBJECTS } from './commands.ts';

const GROUPS = {
  answer: ANSWER_CASES,
  call: CALL_CASES,
  file: FILE_CASES,
  hostile: HOSTILE_CASES,
  network: NETWORK_CASES,
  place: PLACE_CASES,
};
const CASES = Object.values(GROUPS).flat();

test('every command that runs has its row in entries.ts', () => {
  const known = new Set(SUBJECTS.map(({ name }) => name));
  expect(RUNNABLE.filter((path) => !known.has(path))).toEqual([]);
});

test('no row in entries.ts is of a command that is gone', () => {
  expect(SUBJECTS.map(({ name }) => pathOf(name)).filter((path) => !RUNNABLE.includes(path))).toEqual([]);
});

test('every case that is named is tried, by a test file of its group', () => {
  expect(CASES.map(({ name }) => name).sort()).toEqual([...CASE_NAMES].sort());
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.test.ts'));
  expect(files.sort()).toEqual([...Object.keys(GROUPS).map((group) => `${group}.test.ts`), 'complete.test.ts'].sort());
});

test('every command has an assertion in every case', () => {
  let count = 0;
  for (const subject of SUBJECTS) {
    for (const each of CASES) {
      const runs = each.runs(subject);
      expect(runs.every(({ expected }) => expected !== undefined) && runs.length > 0).toBe(true);
      count++;
    }
  }
  expect(count).toBe(SUBJECTS.length * CASE_NAMES.length);
  const deviations = SUBJECTS.flatMap(({ name, entry }) =>
    Object.entries(entry.except ?? {}).map(([where, { because }]) => `  ${name} · ${where}: ${because}`),
  );
  process.stdout.write(
    `\nbattery: ${RUNNABLE.length} commands in ${SUBJECTS.length} forms × ${CASE_NAMES.length} cases = ${count}, 100 %\n` +
      `${deviations.length} documented deviations:\n${deviations.join('\n')}\n`,
  );
});

test.concurrent.each(NOUNS)('%s alone is a mistake that names its commands', async (path) => {
  const { exitCode, stdout, stderr } = await runCli([...path.split(' '), '--json']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  const told = failure({ exitCode, signal: null, stdout, stderr });
  expect(told.code).toBe('usage');
  for (const child of RUNNABLE.filter((each) => each.startsWith(`${path} `)))
    expect(told.message).toContain(child.slice(path.length + 1).split(' ')[0]);
});

test.concurrent.each(NOUNS)('%s ends its help with an example and what it prints', async (path) => {
  const { exitCode, stdout, stderr } = await runCli([...path.split(' '), '--help']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/\nExample:\n {2}\$ gateway .+\n {2}\S[^\n]*\n$/);
});
