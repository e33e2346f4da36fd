import { expect } from 'vitest';
import type { Case, CaseName } from './case.ts';
import type { Entry } from './entries.ts';
import { type Expected, OK } from './expected.ts';

const LOST = { code: 'file_error', exit: 1 } as const;

/** Where a command runs: who could answer, and who reads. */
export const PLACE_CASES: readonly Case[] = [
  {
    name: 'prompt without a terminal',
    runs: ({ entry }) => [{ args: entry.asks?.args, expected: unanswered(entry) }],
  },
  nobodyThere('CI with a pseudo-terminal', { CI: '1' }),
  nobodyThere('agent', { CLAUDECODE: '1' }),
  {
    name: 'NO_COLOR on a terminal',
    runs: () => [
      {
        text: true,
        terminal: true,
        env: { NO_COLOR: '1', TERM: 'xterm-256color' },
        expected: OK,
        check: ({ stdout }) => expect(stdout).toMatch(/\S/),
      },
    ],
  },
  {
    name: 'closed stdout',
    runs: () => [{ during: ({ child }) => void child.stdout!.destroy(), expected: LOST }],
  },
  {
    name: 'full stdout',
    runs: () => [{ wrap: (command) => ['bash', '-c', 'exec "$@" >/dev/full', 'full', ...command], expected: LOST }],
  },
];

/** A terminal is there, but nobody sits at it. */
function nobodyThere(name: CaseName, env: Record<string, string>): Case {
  const runs = ({ entry }: { entry: Entry }) => [
    { terminal: true, env, args: entry.asks?.args, expected: unanswered(entry) },
  ];
  return { name, runs };
}

/** Whoever has something to ask names the flag that answers it. */
function unanswered({ asks }: Entry): Expected {
  if (!asks) return OK;
  return { code: asks.flag === '--yes' ? 'confirmation_required' : 'input_required', exit: 1, names: asks.flag };
}
