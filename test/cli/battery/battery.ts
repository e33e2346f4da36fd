import { afterAll, expect, test } from 'vitest';
import { forgetHomes } from '../../helpers/cli.ts';
import { closeFakes } from '../../helpers/fake-gateway.ts';
import type { Case } from './case.ts';
import { SUBJECTS } from './commands.ts';
import { judge } from './judge.ts';
import { perform } from './perform.ts';

/** Tests every command in every case of a group: `keys create · 429`. */
export function battery(cases: readonly Case[]): void {
  afterAll(async () => {
    await closeFakes();
    forgetHomes();
  });
  for (const subject of SUBJECTS) {
    for (const each of cases) {
      test.concurrent(`${subject.name} · ${each.name}`, async () => {
        const runs = each.runs(subject);
        expect(runs).not.toEqual([]);
        for (const run of runs) {
          const outcome = await perform(subject, run);
          judge(subject.entry, subject.entry.except?.[each.name] ?? run.expected, outcome);
          await run.check?.(outcome);
        }
      });
    }
  }
}
