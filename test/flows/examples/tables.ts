import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Home } from './world.ts';

/** A list of the shape of models.dev's, with a price that nobody doubts and a model that is new. */
const MODEL_LIST = {
  openai: {
    models: {
      'gpt-4o-mini': { limit: { context: 128_000, output: 16_384 }, cost: { input: 0.15, output: 0.6 } },
      'gpt-example': { release_date: '2026-03-05', cost: { input: 1.5, output: 6 } },
    },
  },
};

/** Lines that are not run, each with its reason. */
export const NOT_RUN: Readonly<Record<string, string>> = {
  'LLM_OPENAI_API_KEY=… LLM_ANTHROPIC_API_KEY=… npm start': 'installs packages; what it starts is `gateway serve`',
  'npm test': 'runs this test',
};

/** Stand-ins in examples, and what is put in their place. One that is not here fails the test. */
export const PLACEHOLDERS: readonly [pattern: RegExp, real: (home: Home) => Promise<string> | string][] = [
  [/\bkey_1a2b iam_1a2b\b/, keyAndRule],
  [/(?<=iam list )key_1a2b\b/, async (home) => (await keyAndRule(home)).split(' ')[0]!],
  [/\bkey_1a2b\b/, newKey],
  [/\breq_1a2b\b/, async (home) => (await home.cli('logs', 'list', '--limit', '1'))[0].id],
  [/\btop_1a2b\b|(?<=topup status )<id>/, async (home) => (await home.cli('topup', '--amount', '5')).session_id],
  [/(?<=commands )<path>|(?<=schema )<path>/, () => 'keys create'],
  [/(?<=--idempotency-key )<key>/, () => 'once-1'],
  [/(?<=--key-env )OPENAI_API_KEY\b/, () => 'HOME'],
  [/(?<=--port )8787\b/, () => '0'],
];

/** What must be there before an example can work, by its command's path. */
export const BEFORE: Readonly<Record<string, (home: Home, line: string) => Promise<unknown>>> = {
  login: async (home, line) => {
    if (line.includes('--complete')) await home.startLogin();
  },
  // an empty database takes many seconds to make
  serve: async (home) =>
    cpSync(inject('databaseTemplate'), join(home.folder, '.gateway', 'server'), { recursive: true }),
  'route explain': async ({ project }) =>
    writeFileSync(
      join(project, 'request.json'),
      JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] }),
    ),
  'models refresh': async ({ project }) => writeFileSync(join(project, 'api.json'), JSON.stringify(MODEL_LIST)),
  'profile use': secondProfile,
  'profile remove': secondProfile,
  'keys ensure': async (home) => {
    for (const key of await home.cli('keys', 'list'))
      if (['ci', 'myapp'].includes(key.name)) await home.cli('keys', 'revoke', key.id, '--yes');
  },
  'env check': (home) => home.cli('env', 'write'),
  'env undo': (home) => home.cli('env', 'write'),
  setup: async (home, line) => {
    if (/--(check|uninstall)/.test(line)) await home.cli('setup', 'claude', '--install');
  },
  'skill uninstall': (home) => home.cli('skill', 'install', '--agent', 'claude'),
  'config get': (home) => home.cli('config', 'set', 'timeout', '60'),
  'config unset': (home) => home.cli('config', 'set', 'timeout', '60'),
  'orgs use': (home) => home.cli('orgs', 'rename', 'current', 'Acme'),
  'projects create': (home) => withoutProjects(home, 'web'),
  'projects show': webProject,
  'projects rename': async (home) => {
    await withoutProjects(home, 'website');
    await webProject(home);
  },
  'projects update': webProject,
  'projects routing show': webProject,
  'projects routing set': webProject,
  'projects routing reset': webProject,
  'projects remove': webProject,
  'projects use': webProject,
  'providers add': (home) => withoutProviders(home, 'openai', 'acme'),
  'providers test': (home) => withProvider(home, 'openai'),
  'providers update': (home) => withProvider(home, 'deepseek'),
  'providers remove': (home) => withProvider(home, 'deepseek'),
  'members add': withoutAnn,
  'members update': withAnn,
  'members remove': withAnn,
};

/** Examples that end the login that they use. */
export const ENDS_LOGIN = ['logout', 'profile remove'];

/** Lines that run until they are told to stop, and what they print first. */
export const ENDLESS: readonly [line: RegExp, first: RegExp][] = [
  [/gateway serve\b(?!.*--(prepare|dry-run))/, /listening/],
  [/--follow\b/, /\n/],
];

/** Lines that end otherwise than with 0, and why. */
export const EXITS: readonly [line: RegExp, exitCode: number, why: string][] = [
  [/--follow\b/, 130, 'it follows until Ctrl-C'],
  [/setup .*--copy\b/, 1, 'no program here can copy'],
  [/gateway (launch|claude)\b/, 127, 'no agent is installed here; the real ones run in flows/setup'],
];

async function newKey(home: Home): Promise<string> {
  return (await home.cli('keys', 'create', '--name', 'example', '--no-cache')).id;
}

async function keyAndRule(home: Home): Promise<string> {
  const key = await newKey(home);
  await home.cli('keys', 'iam', 'add', key, '--allow-models', 'gpt-4o-mini');
  return `${key} ${(await home.cli('keys', 'iam', 'list', key))[0].id}`;
}

function secondProfile(home: Home): Promise<void> {
  return home.login('--profile', 'work');
}

async function withoutProjects(home: Home, ...names: string[]): Promise<void> {
  for (const { name } of await home.cli('projects', 'list'))
    if (names.includes(name)) await home.cli('projects', 'remove', name, '--yes');
}

async function webProject(home: Home): Promise<void> {
  const there: { name: string }[] = await home.cli('projects', 'list');
  if (!there.some(({ name }) => name === 'web')) await home.cli('projects', 'create', '--name', 'web');
}

async function withoutProviders(home: Home, ...names: string[]): Promise<void> {
  for (const { name, own_keys } of await home.cli('providers', 'list'))
    if (names.includes(name)) for (const { id } of own_keys) await home.cli('providers', 'remove', id, '--yes');
}

async function withProvider(home: Home, name: string): Promise<void> {
  await withoutProviders(home, name);
  await home.cli('providers', 'add', name, '--base-url', home.provider, '--key-env', 'HOME');
}

async function withoutAnn(home: Home): Promise<void> {
  for (const { email } of await home.cli('members', 'list'))
    if (email === 'ann@example.com') await home.cli('members', 'remove', email, '--yes');
}

async function withAnn(home: Home): Promise<void> {
  await withoutAnn(home);
  await home.cli('members', 'add', 'ann@example.com', '--role', 'developer');
}
