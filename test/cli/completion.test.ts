import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { loadCommand } from '../../cli/build-program.ts';
import { splitLine } from '../../cli/completion/split-line.ts';
import { kindOfArgument } from '../../cli/completion/value-kinds.ts';
import type { Context } from '../../cli/context.ts';
import { COMMANDS, childrenOf } from '../../cli/tree.ts';
import { type CliOptions, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { storeLogin } from '../helpers/credentials.ts';
import {
  type Answer,
  closeFakes,
  failed,
  fakeGateway,
  json,
  keyReply,
  page,
  silence,
} from '../helpers/fake-gateway.ts';
import { MODEL } from './battery/answers.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';
const KEYS = 'GET /api/v1/me/keys';
/** Arguments of which nobody knows the values. */
const FREE_TEXT = new Set([
  'api path',
  'claude args',
  'config set value',
  'exec command',
  'keys iam remove rule',
  'keys iam update rule',
  'launch args',
  'members add email',
  'orgs rename name',
  'projects rename name',
  'route explain prompt',
  'topup status id',
]);
/** Enough of one to make commands by; none of them runs. */
const CONTEXT = {} as Context;
const NOBODY = 'http://127.0.0.1:1';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

/** What the shells' scripts get for these words, the last of which is being typed. */
async function ask(words: string[], options: CliOptions = {}): Promise<{ lines: string[]; besides: string }> {
  const { exitCode, stdout, stderr } = await runCli(['__complete', 'fish', ...words.map((word) => `.${word}`)], {
    ...options,
    // patient, as this machine may be busy
    env: { GATEWAY_API_URL: NOBODY, GATEWAY_COMPLETION_MS: '20000', ...options.env },
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const lines = stdout.split('\n').filter(Boolean);
  return { lines: lines.slice(0, -1), besides: lines.at(-1) ?? '' };
}

const values = async (words: string[], options?: CliOptions) =>
  (await ask(words, options)).lines.map((line) => line.split('\t')[0]);

function keysAnswer(...names: string[]): Answer {
  return json({ data: names.map((name, at) => keyReply({ id: `key_${at + 1}`, name })), next_cursor: null });
}

describe.concurrent('what may stand at the cursor', () => {
  test('at the start: every noun with its summary, nothing hidden', async () => {
    const { lines, besides } = await ask(['']);
    const aliases = childrenOf('').flatMap((row) => row.aliases ?? []);
    expect(lines.length).toBe(childrenOf('').length + aliases.length);
    for (const row of childrenOf('')) expect(lines.some((line) => line.startsWith(`${row.path}\t`))).toBe(true);
    expect(lines.join()).not.toContain('__complete');
    expect(besides).toBe(':nothing');
  });

  test('behind a noun: its verbs and their aliases', async () => {
    expect(await values(['keys', 'r'])).toEqual(['rotate', 'roll', 'revoke', 'rm']);
    expect(await values(['--json', '--timeout', '5', 'keys', 'ro'])).toEqual(['rotate', 'roll']);
    expect(await values(['help', 'keys', 'li'])).toEqual(['list', 'limit']);
  });

  test('behind a dash: the flags of the command that are not given yet, and those of every command', async () => {
    const flags = await values(['keys', 'create', '--name', 'x', '--']);
    expect(flags).toContain('--limit-usd');
    expect(flags).toContain('--json');
    expect(flags).toContain('--help');
    expect(flags).not.toContain('--name');
    expect(flags).not.toContain('--version');
    expect(await values(['--ver'])).toEqual(['--version']);
  });

  test('tools that setup knows, and agents that launch can run', async () => {
    expect(await values(['setup', 'claude', 'op'])).toEqual(expect.arrayContaining(['opencode', 'openclaw']));
    expect(await values(['launch', 'cl'])).toContain('claude');
    expect(await values(['launch', ''])).not.toContain('qclaw');
  });

  test('behind a flag: its choices, in either spelling', async () => {
    expect(await values(['test', '--format', ''])).toEqual(['openai', 'responses', 'anthropic', 'gemini']);
    expect(await values(['test', '--format=a'])).toEqual(['--format=anthropic']);
    expect(await values(['keys', 'create', '--period', '1'])).toEqual(['12h', '1d', '1w', '1mo']);
    expect(await values(['usage', '--by', 'm'])).toEqual(['model']);
    expect(await values(['keys', 'create', '--name', ''])).toEqual([]);
  });

  test('behind a flag that node has too: node does not take it for its own', async () => {
    expect(await values(['keys', 'create', '--env-file', 'x', '--na'])).toEqual(['--name']);
  });

  test('files where a file is meant, another command behind exec', async () => {
    expect(await ask(['env', 'write', ''])).toEqual({ lines: [], besides: ':files' });
    expect(await ask(['keys', 'create', '--env-file', ''])).toEqual({ lines: [], besides: ':files' });
    expect(await ask(['exec', '--', 'no'])).toEqual({ lines: [], besides: ':command' });
    expect(await ask(['exec', '--', 'node', ''])).toEqual({ lines: [], besides: ':files' });
  });

  test('profiles, from the file; commands and shells, from the tree', async () => {
    const home = tempHome();
    storeLogin(home, 'http://127.0.0.1:1');
    expect((await ask(['profile', 'use', ''], { home })).lines).toEqual([
      'default\tann@example.com, http://127.0.0.1:1',
    ]);
    expect(await values(['--profile', ''], { home })).toEqual(['default']);
    expect(await values(['schema', 'keys', 'ens'])).toEqual(['ensure']);
    expect(await values(['commands', 'bal'])).toEqual(['balance']);
    expect(await values(['docs', 'quick'])).toEqual(['quickstart']);
    expect(await values(['config', 'get', 'update'])).toEqual(['update_notice']);
    expect(await values(['completion', ''])).toEqual(['bash', 'zsh', 'fish', 'powershell']);
  });
});

describe.concurrent('what the server knows', () => {
  test('keys with their names, asked once in five minutes, kept where only the user reads', async () => {
    const home = tempHome();
    const fake = await fakeGateway({ [KEYS]: keysAnswer('ci', 'prod') });
    const env = { GATEWAY_API_URL: fake.url, GATEWAY_API_KEY: KEY };
    for (const words of [
      ['keys', 'show', ''],
      ['keys', 'revoke', 'key_'],
      ['usage', '--key', ''],
    ])
      expect((await ask(words, { home, env })).lines).toEqual(['key_1\tci', 'key_2\tprod']);
    expect(fake.seen).toHaveLength(1);
    const file = join(home, '.gateway', 'completion-cache.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(KEY);
    // another key may see other things
    await ask(['keys', 'show', ''], { home, env: { ...env, GATEWAY_API_KEY: `${KEY}2` } });
    expect(fake.seen).toHaveLength(2);
  });

  test('models, one or several behind commas', async () => {
    const home = tempHome();
    const model = (id: string) => ({ ...MODEL, id });
    const fake = await fakeGateway({
      'GET /v1/models': json({
        object: 'list',
        data: [model('p/one:free'), model('p/two')],
        has_more: false,
        first_id: '',
        last_id: '',
      }),
    });
    const options = { home, env: { GATEWAY_API_URL: fake.url } };
    expect(await values(['models', 'show', ''], options)).toEqual(['p/one:free', 'p/two']);
    expect(await values(['keys', 'create', '--models', 'p/two,'], options)).toEqual(['p/two,p/one:free']);
    expect(await values(['models', '--provider', ''], options)).toEqual(['p']);
  });

  test('what was known before, when the server does not answer any more, and then it is left alone', async () => {
    const home = tempHome();
    const fake = await fakeGateway({ [KEYS]: keysAnswer('ci') });
    const env = { GATEWAY_API_URL: fake.url, GATEWAY_API_KEY: KEY };
    await ask(['keys', 'show', ''], { home, env });
    const file = join(home, '.gateway', 'completion-cache.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"asked_at":\d+/, '"asked_at":1'));
    await fake.close();
    expect((await ask(['keys', 'show', ''], { home, env })).lines).toEqual(['key_1\tci']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      [Object.keys(JSON.parse(readFileSync(file, 'utf8')))[0]!]: { failed: true },
    });
  });

  test.each([
    ['is silent', silence],
    ['fails', failed(500, 'internal_error', 'no')],
    ['is no gateway', page(200)],
    ['refuses', failed(401, 'invalid_api_key', 'no')],
  ])('nothing, quietly and within two seconds, when it %s; the next time it is not asked', async (_how, answer) => {
    const home = tempHome();
    const fake = await fakeGateway({ '*': answer });
    const env = { GATEWAY_API_URL: fake.url, GATEWAY_API_KEY: KEY, GATEWAY_COMPLETION_MS: undefined };
    expect(await ask(['keys', 'show', ''], { home, env })).toMatchObject({ besides: ':nothing' });
    const asked = fake.seen.length;
    await ask(['keys', 'show', ''], { home, env });
    expect(fake.seen).toHaveLength(asked);
  });

  test('names with control characters are made visible, ids that a shell would act upon are left out', async () => {
    const rows = [
      keyReply({ name: 'a\tb\n\u001b[31m' }),
      keyReply({ id: '$(x)' }),
      keyReply({ id: 'a b' }),
      keyReply({ id: '-f' }),
    ];
    const fake = await fakeGateway({ [KEYS]: json({ data: rows, next_cursor: null }) });
    const env = { GATEWAY_API_URL: fake.url, GATEWAY_API_KEY: KEY };
    expect((await ask(['keys', 'show', ''], { env })).lines).toEqual(['key_1\ta\\tb\\n\\u001b[31m']);
  });

  test('an ended sign-in is not renewed by somebody who only types, and no key goes to an address that is being typed', async () => {
    const home = tempHome();
    const fake = await fakeGateway({ '*': keysAnswer('ci') });
    storeLogin(home, fake.url, { expires_at: 1, refresh_token: 'refresh-1' });
    expect((await ask(['keys', 'show', ''], { home, env: { GATEWAY_API_URL: fake.url } })).lines).toEqual([]);
    const typed = ['--api-url', fake.url, 'keys', 'show', ''];
    expect((await ask(typed, { env: { GATEWAY_API_KEY: KEY } })).lines).toEqual([]);
    expect(fake.seen).toEqual([]);
  });
});

describe.concurrent('whatever is wrong', () => {
  test.each([
    ['a damaged config', 'config.json', '{'],
    ['damaged credentials', 'credentials.json', '{'],
    ['a damaged cache', 'completion-cache.json', '{"key x":{"asked_at":1,"values":[null]}}'],
  ])('%s is not told to somebody who is typing', async (_what, name, text) => {
    const home = tempHome();
    mkdirSync(join(home, '.gateway'));
    writeFileSync(join(home, '.gateway', name), text);
    expect(await values(['bal'], { home })).toEqual(['balance']);
    for (const words of [['.keys', '.show', '.'], ['.--profile', '.'], []])
      expect(await runCli(['__complete', 'fish', ...words], { home })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('nothing is written where HOME does not exist', async () => {
    const home = join(tempHome(), 'gone');
    await runCli(['__complete', 'fish', '.bal'], { home, cwd: '/' });
    expect(existsSync(home)).toBe(false);
  });
});

describe('the line that bash hands over', () => {
  test.each<[string, string[], string]>([
    ['gateway keys sh', ['gateway', 'keys'], 'sh'],
    ['gateway keys ', ['gateway', 'keys'], ''],
    ['gateway --api-url="http://a b" k', ['gateway', '--api-url=http://a b'], 'k'],
    [`gateway 'a b' c\\ d "e`, ['gateway', 'a b', 'c d'], 'e'],
    ['gateway $(touch x) ', ['gateway', '$(touch', 'x)'], ''],
    ['gateway a\\', ['gateway'], 'a'],
  ])('%s', (line, before, current) => {
    expect(splitLine(line)).toEqual({ before, current });
  });
});

describe.concurrent('gateway completion', () => {
  test.each(['bash', 'zsh', 'fish', 'powershell'])('prints the script for %s, also as JSON', async (shell) => {
    const { stdout, stderr } = await runCli(['completion', shell]);
    expect({ stderr, calls: stdout.includes(`__complete ${shell}`) }).toEqual({ stderr: '', calls: true });
    expect(JSON.parse((await runCli(['completion', shell, '--json'])).stdout)).toEqual({ shell, script: stdout });
  });

  test.each(COMMANDS.filter((row) => row.load).map((row) => row.path))('%s can be completed', async (path) => {
    expect((await ask([...path.split(' '), '--'])).lines.length).toBeGreaterThan(5);
  });

  test('every argument is known to name something, a file, or free text', async () => {
    const missing: string[] = [];
    for (const row of COMMANDS.filter((each) => each.load)) {
      const command = await loadCommand(row, CONTEXT);
      const parent = new Command(row.path.split(' ')[0]);
      if (row.path.includes(' ')) new Command('gateway').addCommand(parent.addCommand(command));
      else new Command('gateway').addCommand(command);
      for (const argument of command.registeredArguments)
        if (kindOfArgument(command, argument) === undefined && !FREE_TEXT.has(`${row.path} ${argument.name()}`))
          missing.push(`${row.path} ${argument.name()}`);
    }
    expect(missing).toEqual([]);
  });
});
