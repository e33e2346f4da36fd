import { join, resolve } from 'node:path';
import { stringAt } from './data.ts';
import type { Effective, Integration, ReadFile, Surroundings, Wiring } from './integration.ts';

/**
 * Cline's command line: docs.cline.bot, and @cline/core for the file. Strict JSON; without `version`,
 * `lastUsedProvider` and `updatedAt` it is ignored without a word. It keeps keys in this file alone.
 * No launch: the first run leaves a daemon behind that serves all later ones with the settings it was started with.
 */
export const cline: Integration = {
  name: 'cline',
  title: 'Cline',
  source: 'https://docs.cline.bot/provider-config/openai-compatible',
  format: 'openai',
  program: { name: 'cline', install: 'npm install -g cline' },
  homes: (at) => [join(at.home, '.cline')],
  scopes: ['user'],
  files: (at, wiring) => [
    {
      path: settingsFile(at),
      format: 'json',
      secret: true,
      changes: [
        { path: ['version'], value: 1 },
        { path: ['lastUsedProvider'], value: PROVIDER },
        { path: ['providers', PROVIDER], value: entry(wiring) },
      ],
    },
  ],
  manual: (_at, { apiUrl, model }) => [
    'The command line is set up by its file. For the extension in VS Code, open its settings (the gear) and choose the API Provider "OpenAI Compatible".',
    `Base URL: ${apiUrl}/v1 (\`gateway setup cline --copy url\` copies it).`,
    '`gateway setup cline --copy key` copies the key: paste it into "OpenAI Compatible API Key".',
    `Model ID: ${model.id} (\`gateway setup cline --copy model\` copies it).`,
  ],
  effective,
  shadows: ['CLINE_API_KEY'],
};

const PROVIDER = 'openai-compatible';

function settingsFile({ env, cwd, home }: Surroundings): string {
  const { CLINE_PROVIDER_SETTINGS_PATH: file, CLINE_DATA_DIR: data } = env;
  if (file) return resolve(cwd, file);
  return join(data ? resolve(cwd, data) : join(home, '.cline', 'data'), 'settings', 'providers.json');
}

function entry({ apiUrl, key, model }: Wiring) {
  return {
    settings: { provider: PROVIDER, apiKey: key, model: model.id, baseUrl: `${apiUrl}/v1` },
    // of no meaning to us, but it must be there, and the same the next time
    updatedAt: '2026-01-01T00:00:00.000Z',
    tokenSource: 'manual',
  };
}

async function effective(at: Surroundings, read: ReadFile): Promise<Effective> {
  const from = settingsFile(at);
  const data = await read(from, 'json');
  const provider = stringAt(data, ['lastUsedProvider']) ?? '';
  const said = (name: string) => {
    const value = stringAt(data, ['providers', provider, 'settings', name]);
    return value === undefined ? undefined : { value, from };
  };
  return { address: said('baseUrl'), key: said('apiKey'), model: said('model') };
}
