/** `gateway docs`: short, true to the commands that there are. */
import { afterAll, describe, expect, test } from 'vitest';
import { factsOf } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { findRow } from '../../cli/describe.ts';
import { TOPICS, textOf } from '../../cli/docs/topics.ts';
import { GLOBAL_FLAGS } from '../../cli/globals.ts';
import { preferenceRow } from '../../cli/preference-table.ts';
import { failure, forgetHomes, runCli } from '../helpers/cli.ts';

afterAll(forgetHomes);

test('without a topic the topics are listed, for people and for programs', async () => {
  const { stdout } = await runCli(['docs'], {});
  for (const { topic, summary } of TOPICS) expect(stdout).toMatch(new RegExp(`^${topic} +${summary}$`, 'm'));
  expect(JSON.parse((await runCli(['docs', '--json'], {})).stdout)).toEqual(TOPICS);
});

test('a topic is its text, without escape codes in a pipe', async () => {
  const text = await textOf('quickstart');
  // without credit the first request ends in 402
  expect(text.indexOf('gateway topup')).toBeGreaterThan(text.indexOf('gateway login'));
  expect((await runCli(['docs', 'quickstart'], {})).stdout).toBe(`${text}\n`);
  expect(JSON.parse((await runCli(['docs', 'QuickStart', '--json'], {})).stdout)).toEqual({
    topic: 'quickstart',
    text,
  });
});

test('a topic that there is not is answered with the nearest', async () => {
  const told = failure(await runCli(['docs', 'budget', '--json'], {}));
  expect(told).toMatchObject({ code: 'usage', next: [{ command: 'gateway docs budgets' }] });
});

describe.each(TOPICS.map(({ topic }) => topic))('docs %s', (topic) => {
  test('fits 80 columns, but for command lines that may be longer', async () => {
    const lines = (await textOf(topic)).split('\n');
    // a command line without an explanation may be longer: it is copied, not read
    const breakable = (line: string) => (/^ {2}gateway /.test(line) ? / {2,}\S/.test(line.trim()) : /\S \S/.test(line));
    const long = lines.filter((line) => breakable(line) && !line.startsWith('  {') && line.length > 80);
    expect(long).toEqual([]);
    expect(lines.length).toBeLessThan(80);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  });

  test('names only commands and flags that there are', async () => {
    for (const line of commandLines(await textOf(topic))) await expectCommand(line);
  });
});

/** Every command line, at the start of a line or in the text. */
function commandLines(text: string): string[] {
  const lines = [...text.matchAll(/^ {2}(gateway .*?)(?: {2,}.*)?$/gm)].map((match) => match[1]!);
  const inText = [...text.matchAll(/(?:`|: )(gateway [a-z][^`\n]*?)(?:`|$)/gm)].map((match) => match[1]!);
  return [...lines, ...inText];
}

async function expectCommand(line: string): Promise<void> {
  const [own = ''] = line.split(' -- ');
  const words = own.split(' ').slice(1);
  const names: string[] = [];
  for (const word of words) {
    if (!findRow([...names, word])) break;
    names.push(word);
  }
  const row = findRow(names);
  expect(row?.load, line).toBeDefined();
  const command = (await row!.load!()).command({} as Context);
  expect(factsOf(command), line).toBeDefined();
  // flags of a noun are taken by the commands below it, too
  const above = findRow(names.slice(0, 1))?.load;
  const parents = above ? [(await above()).command({} as Context)] : [];
  const flags = [command, ...parents].flatMap(({ options }) => options.flatMap(({ long, short }) => [long, short]));
  const known = [...flags, ...GLOBAL_FLAGS.flatMap((flag) => flag.flags.split(/[ ,]+/))];
  const given = words.filter((word) => /^--?[a-z]/i.test(word)).map((word) => word.split('=')[0]!);
  expect(
    given.filter((flag) => !known.includes(flag)),
    line,
  ).toEqual([]);
  const rest = words.slice(names.length);
  if (command.registeredArguments.length === 0)
    expect(rest.filter((word) => /^[a-z]/.test(word)).length, line).toBeLessThanOrEqual(given.length * 2);
  if (names[0] === 'config' && rest.length > 0) expect(preferenceRow(rest[0]!), line).toBeDefined();
  if (names[0] === 'docs') expect(TOPICS.map(({ topic }) => topic as string)).toContain(rest[0]);
}
