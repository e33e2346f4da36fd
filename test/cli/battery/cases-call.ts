import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Case, Run } from './case.ts';
import type { Wrong } from './entries.ts';
import { OK, withoutCredential } from './expected.ts';

const USAGE = { code: 'usage', exit: 1, facts: { http_status: null } } as const;

/** How a command is called: rightly, wrongly, and by nobody in particular. */
export const CALL_CASES: readonly Case[] = [
  { name: 'success', runs: () => [{ expected: OK }] },
  {
    name: 'help',
    runs: () => [{ text: true, flags: ['--help'], expected: OK, check: ({ stdout }) => endsWithExample(stdout) }],
  },
  {
    name: 'description',
    runs: ({ path }) => [
      {
        flags: ['--help'],
        expected: OK,
        check: ({ stdout }) =>
          expect(JSON.parse(stdout)).toMatchObject({
            path: path.join(' '),
            flags: expect.any(Array),
            output: expect.any(Object),
            example: { command: expect.stringContaining('gateway'), prints: expect.any(String) },
          }),
      },
    ],
  },
  { name: 'unknown flag', runs: () => [unasked({ flags: ['--definitely-not-a-flag'] })] },
  {
    name: 'unknown flag before --json',
    runs: () => [unasked({ line: (path, args) => [...path, '--definitely-not-a-flag', '--json', ...args] })],
  },
  {
    name: 'missing argument',
    // every command has flags that take a value: the global ones
    runs: ({ entry }) => [unasked({ flags: ['--timeout'], args: [] }), ...wrong(entry.missing)],
  },
  {
    name: 'bad value',
    runs: ({ entry }) => [
      unasked({ flags: ['--timeout', 'soon'] }),
      unasked({ flags: ['--fields', 'no.such-field', '--timeout', '-1'] }),
      unasked({ flags: ['--profile', '../etc', '--timeout', '0'] }),
      ...wrong(entry.bad),
    ],
  },
  { name: 'no credential', runs: ({ entry }) => [{ auth: 'none', expected: withoutCredential(entry) }] },
  {
    name: 'dry run',
    runs: ({ entry }) => {
      let before: Record<string, string> = {};
      return [
        {
          flags: ['--dry-run'],
          prepare: (home) => {
            before = filesOf(home);
          },
          expected: OK,
          check: ({ seen, home }) => {
            expect(seen.filter(({ method }) => method !== 'GET')).toEqual([]);
            expect(filesOf(home)).toEqual(entry.writes === undefined ? expect.objectContaining(before) : before);
          },
        },
      ];
    },
  },
];

/** What is told before anything is done. */
function unasked(run: Omit<Run, 'expected'>): Run {
  // a command whose row says that it goes on has asked, of course
  const check: Run['check'] = ({ seen, exitCode }) => expect(exitCode === 0 ? [] : seen).toEqual([]);
  return { ...run, expected: USAGE, check };
}

function wrong(lists: readonly Wrong[] = []): Run[] {
  return lists.map((each) => {
    const { args, code } = 'args' in each ? each : { args: each, code: USAGE.code };
    return { args, expected: { code, exit: code === 'command_not_found' ? 127 : 1 } };
  });
}

/** Every file below a folder, and what is in it. */
function filesOf(folder: string, below = ''): Record<string, string> {
  const files: Record<string, string> = {};
  for (const found of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = join(below, found.name);
    if (found.isDirectory()) Object.assign(files, filesOf(folder, path));
    else files[path] = readFileSync(join(folder, path), 'utf8');
  }
  return files;
}

function endsWithExample(help: string): void {
  expect(help).toMatch(/\nExample:\n {2}\$ gateway .+\n {2}\S[^\n]*\n$/);
}
