import { afterAll, expect, test } from 'vitest';
import { forgetHomes } from '../../helpers/cli.ts';
import { closeFakes } from '../../helpers/fake-gateway.ts';
import type { Case, Run } from './case.ts';
import { SUBJECTS, type Subject } from './commands.ts';
import { judge } from './judge.ts';
import { type Outcome, perform } from './perform.ts';

const TIMEOUT_MS = 300_000;
const performed = new Map<string, Promise<Outcome>>();

/** A run that is the same in several cases is made once. */
function performOnce(subject: Subject, run: Run): Promise<Outcome> {
  if (run.same === undefined) return perform(subject, run);
  const name = `${subject.name} · ${run.same}`;
  const outcome = performed.get(name) ?? perform(subject, run);
  performed.set(name, outcome);
  return outcome;
}

/** Tests every command in every case of a group: `keys create · 429`. */
export function battery(cases: readonly Case[]): void {
  afterAll(async () => {
    await closeFakes();
    forgetHomes();
  });
  for (const subject of SUBJECTS) {
    for (const each of cases) {
      test.concurrent(`${subject.name} · ${each.name}`, { timeout: TIMEOUT_MS }, async () => {
        const runs = each.runs(subject);
        expect(runs).not.toEqual([]);
        for (const run of runs) {
          const outcome = await performOnce(subject, run);
          judge(subject.entry, subject.entry.except?.[each.name] ?? run.expected, outcome);
          await run.check?.(outcome);
        }
      });
    }
  }
}
