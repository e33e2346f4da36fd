import { describe, expect, test } from 'vitest';
import { loadCommand } from '../../cli/build-program.ts';
import { describeCommand, outputSchema } from '../../cli/describe.ts';
import { commandsOutput } from '../../cli/describe-schema.ts';
import { COMMANDS } from '../../cli/tree.ts';
import { idleContext } from '../../scripts/llms/commands.ts';
import { runCli } from '../helpers/cli.ts';
import { ENTRIES } from './battery/entries.ts';

const runnable = COMMANDS.filter(({ load }) => load);
const asked = (path: string) => describeCommand(idleContext(), COMMANDS.find((row) => row.path === path)!);

describe('for programs, a command', () => {
  test.each(runnable.map((row) => [row.path, row] as const))('%s is described whole', async (path, row) => {
    const described = await describeCommand(idleContext(), row);
    expect(commandsOutput.safeParse(described).error?.message).toBeUndefined();
    expect(row.needs, 'its row in the tree says which credential it needs').toBeDefined();
    expect(described).toMatchObject({ path, summary: expect.stringMatching(/\.|:/), output: expect.any(Object) });
    expect(described.examples.length).toBeGreaterThan(0);
    expect(described.exit_codes).toEqual(expect.arrayContaining([0, 1, 3, 130, 143]));
    for (const { code, hint, next } of described.errors)
      expect([code, hint !== '', next.length > 0]).toEqual([code, true, true]);
    for (const { flags, description } of described.flags) expect([flags, description !== '']).toEqual([flags, true]);
  });

  test.each(runnable.map((row) => [row.path, row] as const))(
    '%s has a schema of what it prints',
    async (_path, row) => {
      const schema = await outputSchema(await loadCommand(row, idleContext()));
      expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    },
  );

  test('needs what the battery runs it with', () => {
    const differing = runnable.filter(({ path, needs }) => {
      const auth = ENTRIES[path]?.auth;
      return (needs === 'login' && auth === 'key') || (needs !== 'nothing' && auth === 'none');
    });
    expect(differing.map(({ path }) => path)).toEqual([]);
  });

  test('says whether it changes something, asks, and who may run it', async () => {
    expect(await asked('keys revoke')).toMatchObject({
      changes_something: true,
      may_ask: true,
      credential: { needs: 'manage', from: [expect.stringContaining('GATEWAY_API_KEY'), '`gateway login`'] },
    });
    expect(await asked('version')).toMatchObject({
      changes_something: false,
      may_ask: false,
      credential: { from: [] },
    });
  });

  test('says that it prints lines, and its schema is that of one', async () => {
    const { prints_lines, output } = await asked('login');
    expect([prints_lines, JSON.stringify(output)]).toEqual([true, expect.stringContaining('authorization_required')]);
  });

  test('that creates something takes --idempotency-key, any other does not', async () => {
    for (const row of runnable) {
      const { flags } = await asked(row.path);
      const takes = flags.some((flag) => flag.flags === '--idempotency-key <key>');
      expect([row.path, takes]).toEqual([row.path, row.changes === 'creates']);
    }
  });
});

test('a noun is described with the commands below it', async () => {
  const { exitCode, stdout } = await runCli(['commands', 'keys', '--json']);
  const noun = JSON.parse(stdout);
  expect({ exitCode, paths: noun.commands.map(({ path }: { path: string }) => path) }).toMatchObject({
    exitCode: 0,
    paths: expect.arrayContaining(['keys create', 'keys iam']),
  });
  expect(noun.example.command).toMatch(/^gateway keys /);
});

test('people read the same without JSON', async () => {
  const { stdout } = await runCli(['commands', 'keys', 'revoke']);
  for (const told of [
    'gateway keys revoke',
    'needs',
    'changes',
    '--dry-run',
    'Failures',
    'confirmation_required',
    '$ gateway keys revoke',
  ])
    expect(stdout).toContain(told);
});
