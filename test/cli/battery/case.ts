import { expect } from 'vitest';
import type { Subject } from './commands.ts';
import { type Expected, OK } from './expected.ts';
import type { Arrangement, Outcome } from './perform.ts';

/** Every case, as tests and deviations name it. A case that is missing in its group fails `complete.test.ts`. */
export const CASE_NAMES = [
  // how it is called
  'success',
  'help',
  'description',
  'unknown flag',
  'unknown flag before --json',
  'missing argument',
  'bad value',
  'no credential',
  'dry run',
  // what a server answers
  '401',
  '402',
  '403',
  '404',
  '409',
  '429',
  'unknown code',
  '500',
  '503',
  'HTML 502',
  'HTML 200',
  'JSON of another kind',
  'redirect',
  // the way to it
  'connection reset',
  'refused',
  'DNS failure',
  'TLS failure',
  'silent server',
  'Ctrl-C',
  'SIGTERM',
  // where it runs
  'prompt without a terminal',
  'CI with a pseudo-terminal',
  'agent',
  'NO_COLOR on a terminal',
  'closed stdout',
  'full stdout',
  // its files
  'corrupt config',
  'corrupt credentials',
  'unreadable config',
  'read-only HOME',
  'HOME that is not there',
  'HOME unset',
  'full disk',
  // what a server says
  'hostile error',
  'hostile error on a terminal',
  'hostile answer',
  'hostile answer on a terminal',
] as const;

export type CaseName = (typeof CASE_NAMES)[number];

/** One run of a command: how it is arranged, what must come out, and what else is looked at. */
export interface Run extends Arrangement {
  expected: Expected;
  /** It is the same run in several cases: what came of it the first time is looked at again. */
  same?: string;
  check?: (outcome: Outcome) => void | Promise<void>;
}

/** One thing that may befall a command. */
export interface Case {
  name: CaseName;
  /** The runs that try it: at least one for every command, also for those that it does not concern (they succeed). */
  runs(subject: Subject): readonly Run[];
}

/** A run that only whoever asks the server can tell from any other: one run shows of the rest that they ask nobody. */
export function ifItAsks({ entry }: Subject, run: Run): readonly Run[] {
  if (entry.contact !== 'none') return [run];
  const { text, terminal, env } = run;
  return [
    {
      text,
      terminal,
      env,
      routes: {},
      expected: OK,
      same: terminal ? 'asks nobody, on a terminal' : 'asks nobody',
      check: ({ seen }) => expect(seen).toEqual([]),
    },
  ];
}
