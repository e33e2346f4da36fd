import { expect } from 'vitest';
import { hangUp, silence } from '../../helpers/fake-gateway.ts';
import { type Case, type CaseName, ifItAsks, type Run } from './case.ts';
import type { Subject } from './commands.ts';
import type { Entry } from './entries.ts';
import { type Expected, type Failure, ifAsked, OK } from './expected.ts';
import { selfSigned } from './self-signed.ts';

/** An address of this machine where nobody listens. */
const NOBODY_THERE = 'http://127.77.77.77:47747';
/** No resolver can be asked about a label of more than 63 letters: it is not found without leaving this machine. */
const NO_SUCH_NAME = `http://${'a'.repeat(64)}.invalid`;

/** What happens on the way to a server, and while a command waits for it. */
export const NETWORK_CASES: readonly Case[] = [
  onTheWay('connection reset', { routes: { '*': hangUp } }),
  onTheWay('refused', { url: NOBODY_THERE }, 'ECONNREFUSED'),
  onTheWay('DNS failure', { url: NO_SUCH_NAME }, 'ENOTFOUND'),
  onTheWay('TLS failure', { url: selfSigned }, 'SELF_SIGNED'),
  { name: 'silent server', runs: silentServer },
  signalled('Ctrl-C', 'SIGINT', { code: 'interrupted', exit: 130 }),
  signalled('SIGTERM', 'SIGTERM', { code: 'terminated', exit: 143 }),
];

function onTheWay(name: CaseName, run: Omit<Run, 'expected'>, names?: string): Case {
  const failure = { code: 'network_error', exit: 2, facts: { http_status: null, retryable: true }, names };
  return { name, runs: (subject) => ifItAsks(subject, { ...run, expected: ifAsked(subject.entry, failure) }) };
}

/** It waits once, for as long as it was told: nothing is asked again, and nothing else after it. */
function silentServer(subject: Subject): readonly Run[] {
  const { entry } = subject;
  const run: Omit<Run, 'expected'> = {
    routes: { '*': silence },
    flags: ['--timeout', '0.5'],
    check: ({ seen }) => expect(seen.length, 'requests').toBeLessThanOrEqual(entry.atOnce ?? 1),
  };
  return onTheWay('silent server', run, 'within 0.5 s').runs(subject);
}

/** The signal comes while the server is silent; to a command that asks nobody as soon as it listens for signals. */
function signalled(name: CaseName, signal: 'SIGINT' | 'SIGTERM', failure: Failure): Case {
  const runs = ({ entry }: { entry: Entry }) => {
    if (entry.contact === 'none') return [{ env: { NODE_OPTIONS: atOnce(signal) }, expected: soonOrNever(failure) }];
    return [
      {
        routes: { '*': silence },
        during: async ({ child, done }, fake) => {
          await Promise.race([fake!.asked(), done]);
          child.kill(signal);
        },
        expected: failure,
      },
    ] satisfies ReturnType<Case['runs']>;
  };
  return { name, runs };
}

/** A command that asks nobody may be done before the signal is noticed: then it is done, and nothing in between. */
function soonOrNever(failure: Failure): Expected {
  return { either: [failure, OK] };
}

/** Sends this process the signal in the moment in which it begins to listen for it. */
function atOnce(signal: string): string {
  const script = `process.on('newListener', (name) => { if (name === '${signal}') process.nextTick(() => process.kill(process.pid, '${signal}')); });`;
  return `--import=data:text/javascript,${encodeURIComponent(script)}`;
}
