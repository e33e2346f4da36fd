import { existsSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import type { FormatName } from '../documents/index.ts';
import { stringAt } from './data.ts';
import type { Effective, Integration, ReadFile, Said, Surroundings, Wiring } from './integration.ts';
import { ownFolder } from './places.ts';

/** Autohand Code: docs/config-reference.md and docs/providers.md of autohandai/code-cli. The key stands in its file. */
export const autohand: Integration = {
  name: 'autohand',
  aliases: ['autohand-code'],
  title: 'Autohand Code',
  source: 'https://github.com/autohandai/code-cli/blob/main/docs/config-reference.md',
  format: 'openai',
  program: { name: 'autohand', install: 'curl -fsSL https://autohand.ai/install.sh | bash' },
  homes: (at) => [folder(at)],
  scopes: ['user'],
  files: (at, wiring) => [
    {
      ...configFile(at),
      secret: true,
      changes: [
        { path: ['provider'], value: 'custom:gateway' },
        { path: ['customProviders', 'gateway'], value: provider(wiring) },
      ],
    },
  ],
  limits: ['It asks for a sign-in of its own before it starts; that account is not the one that is paid with.'],
  effective,
  shadows: ['AUTOHAND_PROVIDER'],
};

const FORMATS: Record<string, FormatName> = { '.toml': 'toml', '.yaml': 'yaml', '.yml': 'yaml', '.json': 'json' };

function folder(at: Surroundings): string {
  return ownFolder(at, 'AUTOHAND_HOME', '.autohand');
}

/** The first that is there, in its order; a new one is JSON. */
function configFile(at: Surroundings): { path: string; format: FormatName } {
  const candidates = Object.keys(FORMATS).map((ending) => join(folder(at), `config${ending}`));
  const own = at.env.AUTOHAND_CONFIG;
  const path = own ? resolve(at.cwd, own) : (candidates.find((each) => existsSync(each)) ?? candidates.at(-1)!);
  return { path, format: FORMATS[extname(path).toLowerCase()] ?? 'json' };
}

function provider({ apiUrl, key, model }: Wiring) {
  return {
    id: 'gateway',
    displayName: 'Gateway',
    apiFormat: 'openai-compatible',
    baseUrl: `${apiUrl}/v1`,
    apiKey: key,
    apiKeyRequired: true,
    model: model.id,
    ...(model.context_window === null ? {} : { contextWindow: model.context_window }),
  };
}

/** A variable goes before a project's settings, and those before the person's. */
async function effective(at: Surroundings, read: ReadFile): Promise<Effective> {
  const { path, format } = configFile(at);
  const local = join(at.cwd, '.autohand', 'settings.local.json');
  const [config, project] = await Promise.all([read(path, format), read(local, 'json')]);
  const name = at.env.AUTOHAND_PROVIDER || stringAt(project, ['provider']) || stringAt(config, ['provider']) || '';
  const block = name.startsWith('custom:') ? ['customProviders', name.slice('custom:'.length)] : [name];
  const said = (member: string): Said | undefined => {
    const value = stringAt(config, [...block, member]);
    return value === undefined ? undefined : { value, from: path };
  };
  return { address: said('baseUrl'), key: said('apiKey'), model: said('model') };
}
