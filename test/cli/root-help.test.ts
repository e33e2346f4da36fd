import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { GROUPS } from '../../cli/groups.ts';
import { rootHelp } from '../../cli/root-help.ts';
import { COMMANDS, childrenOf } from '../../cli/tree.ts';
import { runCli } from '../helpers/cli.ts';

describe('the list of commands', () => {
  test.each([60, 80, 140])('keeps to a terminal of %i columns, but for the JSON of its example', (width) => {
    const lines = rootHelp(width, false)
      .split('\n')
      .filter((line) => !line.startsWith('  {'));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test('has every noun once, under a heading that its row names', () => {
    const help = rootHelp(140, false);
    for (const row of childrenOf('')) {
      expect(Object.keys(GROUPS), row.path).toContain(row.group);
      expect(help.match(new RegExp(`^ {2}${row.path} `, 'gm')), row.path).toHaveLength(1);
    }
    expect(help).toContain('rotate, revoke');
    expect(help).not.toContain('iam, list');
    expect(COMMANDS.filter((row) => row.path.includes(' ') && row.group)).toEqual([]);
  });

  test('is the same with and without colours, but for the colours', () => {
    expect(rootHelp(80, true)).not.toBe(rootHelp(80, false));
    expect(stripVTControlCharacters(rootHelp(80, true))).toBe(rootHelp(80, false));
  });

  test('is what gateway alone, help and --help print on a pipe, without an escape code', async () => {
    for (const args of [[], ['help'], ['--help']])
      expect(await runCli(args)).toMatchObject({ exitCode: 0, stderr: '', stdout: rootHelp(100, false) });
  });
});
