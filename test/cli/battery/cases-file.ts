import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './case.ts';
import type { Entry } from './entries.ts';
import { type Expected, OK, withoutCredential } from './expected.ts';
import { setWritable } from './perform.ts';

const UNWRITABLE = { code: ['file_error', 'unsafe_write'], exit: 1 } as const;

/** What may be wrong with HOME and with what is in it. */
export const FILE_CASES: readonly Case[] = [
  {
    name: 'corrupt config',
    runs: ({ entry }) => [
      {
        prepare: configOf('{"profile":'),
        expected: unlessBlind(entry, { code: 'config_invalid', exit: 1, names: 'config.json' }),
      },
      {
        prepare: configOf('[]'),
        expected: unlessBlind(entry, { code: 'config_invalid', exit: 1, names: 'config.json' }),
      },
    ],
  },
  {
    name: 'corrupt credentials',
    runs: ({ entry }) => [
      {
        prepare: (home) => put(home, 'credentials.json', '{"version":1,"profiles":'),
        expected: needsCredentials(entry) ? { code: 'credentials_corrupt', exit: 1, names: 'credentials.json' } : OK,
      },
    ],
  },
  {
    name: 'unreadable config',
    runs: ({ entry }) => [
      {
        plainUser: true,
        prepare: (home) => {
          put(home, 'config.json', '{}');
          chmodSync(join(home, '.gateway', 'config.json'), 0);
        },
        expected: unlessBlind(entry, { code: 'file_error', exit: 1, names: 'config.json' }),
      },
    ],
  },
  {
    name: 'read-only HOME',
    runs: ({ entry }) => [
      {
        plainUser: true,
        prepare: (home) => setWritable(home, false),
        expected: entry.writes ? UNWRITABLE : OK,
        check: ({ home }) => setWritable(home, true),
      },
    ],
  },
  {
    name: 'HOME that is not there',
    runs: ({ entry }) => [{ env: { HOME: '{home}/no/such/home' }, expected: elsewhere(entry) }],
  },
  {
    name: 'HOME unset',
    // the system then says where HOME is: for this user in no place that can be written
    runs: ({ entry }) => [
      {
        plainUser: true,
        env: { HOME: undefined },
        expected: entry.writes === 'config' && entry.auth !== 'login' ? UNWRITABLE : elsewhere(entry),
      },
    ],
  },
  {
    name: 'full disk',
    runs: ({ entry }) => [
      {
        wrap: (command) => ['bash', '-c', 'ulimit -f 0; exec "$@"', 'full', ...command],
        expected: entry.writes ? UNWRITABLE : OK,
      },
    ],
  },
];

function put(home: string, name: string, text: string): void {
  mkdirSync(join(home, '.gateway'), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, '.gateway', name), text, { mode: 0o600 });
}

function configOf(text: string) {
  return (home: string) => put(home, 'config.json', text);
}

/** The failure, for whoever reads the settings. */
function unlessBlind(entry: Entry, failure: Expected): Expected {
  return entry.reads === 'nothing' ? OK : failure;
}

function needsCredentials({ auth, reads = auth === 'login' ? 'credentials' : 'settings' }: Entry): boolean {
  return reads === 'credentials';
}

/** In another HOME there is no login. */
function elsewhere(entry: Entry): Expected {
  return entry.auth === 'login' ? withoutCredential(entry) : OK;
}
