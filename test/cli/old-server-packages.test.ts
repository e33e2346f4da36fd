/** What becomes of the packages of servers that are not started any more. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { removeLeftovers, removeUnused } from '../../cli/old-server-packages.ts';
import { forgetHomes, tempHome } from '../helpers/cli.ts';

afterAll(forgetHomes);

const DAY_MS = 86_400_000;
const NOW = Date.now();

/** A folder of packages; every build is so many days old, and is marked by these processes. */
function packages(builds: Record<string, { days: number; marks?: string[]; usedDays?: number }>): string {
  const folder = tempHome();
  for (const [name, { days, marks = [], usedDays = days }] of Object.entries(builds)) {
    const use = join(folder, name, 'in-use');
    mkdirSync(use, { recursive: true });
    writeFileSync(join(folder, name, 'main.js'), '');
    for (const mark of marks) writeFileSync(join(use, mark), '');
    const at = (ago: number) => new Date(NOW - ago * DAY_MS);
    utimesSync(use, at(usedDays), at(usedDays));
    utimesSync(join(folder, name), at(days), at(days));
  }
  return folder;
}

/** A process id that was some process's, and is nobody's. */
async function ended(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  return child.pid!;
}

test('a build that was not used for a month goes once another one is there', async () => {
  const folder = packages({
    '0.3.0-current': { days: 40 },
    '0.2.0-recent': { days: 29 },
    '0.1.0-old': { days: 31 },
    '0.1.0-crashed': { days: 31, marks: [`${hostname()}.${await ended()}`] },
    '0.1.0-started': { days: 31, usedDays: 3 },
    '0.1.0-running': { days: 31, marks: [`${hostname()}.${process.pid}`] },
    '0.1.0-elsewhere': { days: 31, marks: ['another-machine.1'] },
  });
  await removeUnused(folder, join(folder, '0.3.0-current'), NOW);
  expect(readdirSync(folder)).toEqual([
    '0.1.0-elsewhere',
    '0.1.0-running',
    '0.1.0-started',
    '0.2.0-recent',
    '0.3.0-current',
  ]);
});

test('what an install left behind goes after an hour; one that goes on stays', async () => {
  const folder = packages({ '0.1.0-a.AbCd12': { days: 1 }, '0.1.0-a.XyZ987': { days: 0.01 }, '0.1.0-a': { days: 99 } });
  await removeLeftovers(folder, NOW);
  expect(readdirSync(folder)).toEqual(['0.1.0-a', '0.1.0-a.XyZ987']);
});

test('what another process moved away meanwhile is no failure', async () => {
  const folder = packages({ '0.1.0-b.AbCd12': { days: 1 } });
  // it was listed, and is not there
  symlinkSync(join(folder, 'gone'), join(folder, '0.1.0-a.XyZ987'));
  symlinkSync(join(folder, 'gone'), join(folder, '0.1.0-a'));
  await removeLeftovers(folder, NOW);
  await removeUnused(folder, join(folder, '0.2.0-a'), NOW);
  expect(readdirSync(folder)).toEqual(['0.1.0-a', '0.1.0-a.XyZ987']);
});
