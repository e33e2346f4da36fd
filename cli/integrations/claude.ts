import { join } from 'node:path';
import { asObject, stringAt } from './data.ts';
import type { Effective, Integration, LaunchWiring, ReadFile, Scope, Surroundings, Wiring } from './integration.ts';
import { printedKey, printsKey } from './key-command.ts';
import { ownFolder } from './places.ts';

const OWN_KEYS = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'] as const;
/** Each of them goes before every address. */
const CLOUDS = {
  CLAUDE_CODE_USE_BEDROCK: 'Amazon Bedrock',
  CLAUDE_CODE_USE_VERTEX: 'Google Vertex AI',
  CLAUDE_CODE_USE_FOUNDRY: 'Microsoft Foundry',
} as const;
/** What must not be set for the gateway to be asked with the key that it was given. */
const IN_THE_WAY = [...OWN_KEYS, ...Object.keys(CLOUDS)];

/**
 * Claude Code: code.claude.com/docs/en/settings and /llm-gateway. Strict JSON. Its `env` goes before the shell's
 * variables; `apiKeyHelper` is a command that prints the key, so that the file holds none.
 */
export const claude: Integration = {
  name: 'claude',
  aliases: ['claude-code'],
  title: 'Claude Code',
  source: 'https://code.claude.com/docs/en/llm-gateway',
  format: 'anthropic',
  prefers: [/^anthropic\/claude-sonnet-/, /^anthropic\/claude-opus-/, /^anthropic\/claude-/],
  program: { name: 'claude', install: 'npm install -g @anthropic-ai/claude-code' },
  homes: (at) => [folder(at)],
  scopes: ['user', 'project'],
  files: (at, wiring) => [
    {
      path: settingsFile(at, wiring.scope),
      format: 'json',
      changes: [
        ...Object.entries(variables(wiring)).map(([name, value]) => ({ path: ['env', name], value })),
        // a key in the file would go before the command
        ...IN_THE_WAY.map((name) => ({ path: ['env', name], value: undefined })),
        { path: ['apiKeyHelper'], value: printsKey(wiring.keyFile, at.platform) },
      ],
    },
  ],
  effective,
  shadows: OWN_KEYS,
  launch,
};

function folder(at: Surroundings): string {
  return ownFolder(at, 'CLAUDE_CONFIG_DIR', '.claude');
}

/** A project's own file is the one that is not committed. */
function settingsFile(at: Surroundings, scope: Scope): string {
  return scope === 'user' ? join(folder(at), 'settings.json') : join(at.cwd, '.claude', 'settings.local.json');
}

/** It knows Claude models by their bare names, with their windows and prices: `claude-opus-5-5`. */
function nameOf(id: string): string {
  return id.startsWith('anthropic/') ? id.slice('anthropic/'.length).replaceAll('.', '-') : id;
}

function variables({ apiUrl, model, smallModel }: Wiring): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: apiUrl,
    ANTHROPIC_MODEL: nameOf(model.id),
    ANTHROPIC_DEFAULT_HAIKU_MODEL: nameOf(smallModel.id),
    // for a model that it does not know it assumes a million tokens
    ...(model.context_window === null ? {} : { CLAUDE_CODE_MAX_CONTEXT_TOKENS: String(model.context_window) }),
  };
}

/**
 * The settings of the person hold variables that go before the shell's: a file of this run goes before those, and says
 * that what is in the way is empty. The shell has them too, for where somebody gives `--settings` of their own.
 */
async function launch(_at: Surroundings, wiring: LaunchWiring) {
  const own = { ...variables(wiring), ANTHROPIC_AUTH_TOKEN: wiring.key };
  const none = <T>(value: T) => Object.fromEntries(IN_THE_WAY.map((name) => [name, value]));
  const settings = JSON.stringify({ env: { ...none(''), ...own } });
  return {
    args: ['--settings', await wiring.writeFile('settings.json', settings)],
    env: { ...none(undefined), ...own },
  };
}

/** Managed settings aside, the order is: a project's local file, the project's file, the person's file, the shell. */
async function effective(at: Surroundings, read: ReadFile): Promise<Effective> {
  const paths = [
    join(at.cwd, '.claude', 'settings.local.json'),
    join(at.cwd, '.claude', 'settings.json'),
    settingsFile(at, 'user'),
  ];
  const files = await Promise.all(paths.map(async (path) => ({ path, data: asObject(await read(path, 'json')) })));
  const variable = (name: string) => {
    for (const { path, data } of files) {
      const value = stringAt(data, ['env', name]);
      if (value !== undefined) return { value, from: path };
    }
    const value = at.env[name];
    return value ? { value, from: name } : undefined;
  };
  const helper = files.find(({ data }) => stringAt(data, ['apiKeyHelper']) !== undefined);
  const command = helper && stringAt(helper.data, ['apiKeyHelper'])!;
  const clouds = Object.entries(CLOUDS).map(([name, value]) => ({ said: variable(name), value }));
  const cloud = clouds.find(({ said }) => /^(1|true|yes|on)$/i.test(said?.value ?? ''));
  return {
    address: cloud ? { value: cloud.value, from: cloud.said!.from } : variable('ANTHROPIC_BASE_URL'),
    key:
      variable('ANTHROPIC_AUTH_TOKEN') ??
      variable('ANTHROPIC_API_KEY') ??
      (helper && { value: await printedKey(command!), from: helper.path }),
    model: variable('ANTHROPIC_MODEL'),
  };
}
