import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCommand } from '../../cli/build-program.ts';
import { factsOf } from '../../cli/command.ts';
import { idleContext } from '../../scripts/llms/commands.ts';
import { forgetHomes } from '../helpers/cli.ts';
import { stopGateways } from '../helpers/gateway.ts';
import { allExamples, type Example, shownFields } from './examples/collect.ts';
import { BEFORE, ENDLESS, ENDS_LOGIN, EXITS, NOT_RUN, PLACEHOLDERS } from './examples/tables.ts';
import { type Home, type Outcome, startWorld, type World } from './examples/world.ts';

/** What still stands for something else. */
const STAND_IN = /<[a-z][^>]*>|…|\b[a-z]+_1a2b\b/;

/** What the program answers by itself. */
const OF_THE_PROGRAM = /^(npx )?gateway (--help|--version|help)$/;

const examples = await allExamples();
let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await stopGateways();
  await world?.upstream.close();
  forgetHomes();
});

describe('every command line that is printed as one that works', () => {
  test.each(examples.map((example) => [example.where, example.line, example] as const))(
    '%s: %s',
    async (_where, _line, example) => {
      if (NOT_RUN[example.line] !== undefined) return;
      const ours = example.row !== undefined || OF_THE_PROGRAM.test(example.line);
      expect(ours, 'it calls a command of ours, or tables.ts says why it is not run').toBe(true);
      const outcome = await perform(example, example.line);
      const [, exitCode = 0] = EXITS.find(([line]) => line.test(example.line)) ?? [];
      expect({ exitCode: outcome.exitCode, stderr: outcome.exitCode === exitCode ? '' : outcome.stderr }).toEqual({
        exitCode,
        stderr: '',
      });
      await expectJson(example, outcome);
    },
  );
});

/** Runs a line in a HOME where what it needs is there, its stand-ins replaced. */
async function perform({ row }: Example, line: string): Promise<Outcome> {
  const home = ENDS_LOGIN.includes(row?.path ?? '') ? await world.freshHome() : await world.home();
  await BEFORE[row?.path ?? '']?.(home, line);
  const real = await withoutStandIns(home, line);
  return home.shell(real, ENDLESS.find(([endless]) => endless.test(line))?.[1]);
}

async function withoutStandIns(home: Home, line: string): Promise<string> {
  let real = line;
  for (const [pattern, make] of PLACEHOLDERS) if (pattern.test(real)) real = real.replace(pattern, await make(home));
  expect(STAND_IN.exec(real)?.[0], 'tables.ts knows what every stand-in is replaced by').toBeUndefined();
  return real;
}

/** What it prints in JSON mode is what its schema says, and has the fields that the text beside it shows. */
async function expectJson(example: Example, outcome: Outcome): Promise<void> {
  const line = jsonForm(example.line);
  if (line === undefined || !example.row) return;
  const { stdout } = line === example.line ? outcome : await perform(example, line);
  const facts = factsOf(await loadCommand(example.row, idleContext()));
  if (!facts) return;
  const values =
    facts.lines || stdout.trim().includes('\n')
      ? stdout
          .trim()
          .split('\n')
          .map((each) => JSON.parse(each))
      : [JSON.parse(stdout)];
  if (line.includes('--fields') || line.includes('--dry-run')) return;
  const schema = await facts.output();
  for (const value of values) expect(schema.safeParse(value).error?.message).toBeUndefined();
  if (example.prints === undefined) return;
  const shown = [values[0]].flat()[0];
  expect(Object.keys(shown ?? {})).toEqual(expect.arrayContaining(shownFields(example.prints)));
}

/** The same line in JSON mode, to stdout; undefined for one that has none, or whose output is another program's. */
function jsonForm(line: string): string | undefined {
  if (/ -- |--help|--copy|gateway (launch|claude)\b/.test(line)) return undefined;
  const alone = line.replace(/\s*(>>|\|).*$/, '');
  return alone.includes('--json') ? alone : `${alone} --json`;
}
