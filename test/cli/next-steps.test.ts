import { afterAll, describe, expect, test } from 'vitest';
import { loadCommand } from '../../cli/build-program.ts';
import { GLOBAL_FLAGS } from '../../cli/globals.ts';
import { nextSteps } from '../../cli/next-steps.ts';
import { idleContext } from '../../scripts/llms/commands.ts';
import { ERROR_CODES, errorRow, GatewayError } from '../../shared/errors.ts';
import { rowOf } from '../flows/examples/collect.ts';
import { failure, forgetHomes, runCli } from '../helpers/cli.ts';
import { sources } from '../helpers/sources.ts';

/** Another way to write --help. */
const NOT_COMMANDS = ['gateway help keys'];

afterAll(forgetHomes);

const commands = (error: GatewayError, words: string[] = [], again?: string) =>
  nextSteps(error, words, again).map(({ command }) => command);

describe('a failure leads on', () => {
  test.each(ERROR_CODES)('%s: to a command that exists and takes these flags', async (code) => {
    const { next } = errorRow(code)!;
    expect(next.length).toBeGreaterThan(0);
    for (const { command, when } of next) {
      expect(when).toMatch(/^\S/);
      if (command === 'gateway --help' || !command.startsWith('gateway ')) continue;
      const row = rowOf(command);
      expect([command, row?.load !== undefined]).toEqual([command, true]);
      const flags = [
        ...GLOBAL_FLAGS.map(({ flags }) => flags),
        ...(await loadCommand(row!, idleContext())).options.map(({ flags }) => flags),
      ];
      for (const [flag] of command.matchAll(/--[\w-]+/g))
        expect([flag, flags.some((each) => each.split(/[ ,]+/).includes(flag))]).toEqual([flag, true]);
    }
  });

  test('to the help of the command that failed', () => {
    expect(commands(new GatewayError('usage', 'No.'), ['keys', 'rm', 'key_1'])).toEqual(['gateway keys revoke --help']);
    expect(commands(new GatewayError('usage', 'No.'), ['nothing'])).toEqual(['gateway --help']);
  });

  test('to the list of what there is, when something was not found', () => {
    expect(commands(new GatewayError('not_found', 'No.'), ['keys', 'show', 'key_1'])[0]).toBe('gateway keys list');
    expect(commands(new GatewayError('not_found', 'No.'), ['api', '/x'])).toEqual(['gateway api --help']);
  });

  test('to the same command, when trying again may do, and says how long to wait', () => {
    const busy = new GatewayError('rate_limit_exceeded', 'Too fast.', { retryAfterS: 7 });
    expect(nextSteps(busy, ['balance'], 'gateway balance --json')[0]).toEqual({
      command: 'gateway balance --json',
      when: 'to try again after 7 s',
    });
    expect(commands(new GatewayError('invalid_api_key', 'No.'), [], 'gateway balance')).not.toContain(
      'gateway balance',
    );
  });

  test('somewhere even when the failure itself names nothing', () => {
    expect(commands(new GatewayError('wrong_server', 'No.', { next: [] }))).toEqual(['gateway doctor']);
  });

  test('as a whole process too, with the words of the command line as a shell takes them', async () => {
    const result = await runCli(['models', '--search', 'a b', '--api-url', 'http://127.0.0.1:1', '--json']);
    expect(failure(result).next).toEqual([
      { command: "gateway models --search 'a b' --api-url http://127.0.0.1:1 --json", when: 'to try again' },
      expect.objectContaining({ command: 'gateway doctor' }),
      expect.objectContaining({ command: 'gateway serve' }),
    ]);
    expect((await runCli(['models', '--api-url', 'http://127.0.0.1:1'])).stderr).not.toContain('to try again');
  });
});

test('every command of ours that a message or a comment names between backticks exists', () => {
  const named = sources('cli', 'server', 'shared').flatMap(({ path, text }) =>
    [...text.matchAll(/`(gateway [a-z][a-z -]*)(?=[`<[{.…-])/g)].map(([, line]) => ({ path, line: line!.trim() })),
  );
  expect(named.length).toBeGreaterThan(50);
  const unknown = named.filter(({ line }) => {
    const row = rowOf(line);
    const rest = line.slice(`gateway ${row?.path ?? ''}`.length).trim();
    return !row || (!row.load && /^[a-z]/.test(rest));
  });
  expect(unknown.filter(({ line }) => !NOT_COMMANDS.includes(line))).toEqual([]);
});
