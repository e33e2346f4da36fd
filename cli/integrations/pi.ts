import { join } from 'node:path';
import type { Json } from '../documents/document.ts';
import { asObject, stringAt, valueAt } from './data.ts';
import type { Effective, Integration, ReadFile, Said, Surroundings } from './integration.ts';
import { printedKey, printsKey } from './key-command.ts';
import { piProvider } from './pi-provider.ts';
import { ownFolder } from './places.ts';

/** Pi: the docs in its package, models.md and settings.md. The key is what a command prints, so that the file holds none. */
export const pi: Integration = {
  name: 'pi',
  title: 'Pi',
  source: 'https://pi.dev/docs/models',
  format: 'openai',
  program: { name: 'pi', install: 'npm install -g @earendil-works/pi-coding-agent' },
  homes: (at) => [folder(at)],
  scopes: ['user'],
  files: (at, wiring) => [
    {
      path: join(folder(at), 'models.json'),
      format: 'jsonc',
      // on Windows, too, it asks a shell that knows `cat`
      changes: [
        { path: ['providers', 'gateway'], value: piProvider(wiring, `!${printsKey(wiring.keyFile, 'linux')}`) },
      ],
    },
    {
      path: join(folder(at), 'settings.json'),
      format: 'json',
      changes: [
        { path: ['defaultProvider'], value: 'gateway' },
        { path: ['defaultModel'], value: wiring.model.id },
      ],
    },
  ],
  limits: ['Where settings.json has enabledModels, add "gateway/*" to them: Pi starts with one of those alone.'],
  effective,
  launch: async (_at, wiring) => ({
    args: [
      '--extension',
      await wiring.writeFile('gateway.mjs', extension(piProvider(wiring, KEY))),
      '--provider',
      LAUNCHED,
      '--model',
      wiring.model.id,
    ],
    env: { [KEY]: wiring.key },
  }),
};

const KEY = 'GATEWAY_API_KEY';
/** Not the name that a person's models.json has, as that would go before. */
const LAUNCHED = 'gateway-launch';

/** What Pi loads for one run: the provider, with the key from a variable, as versions differ in how they name one. */
function extension(provider: Json): string {
  return `export default (pi) =>\n  pi.registerProvider("${LAUNCHED}", { ...${JSON.stringify(provider)}, apiKey: process.env.${KEY} });\n`;
}

function folder(at: Surroundings): string {
  return ownFolder(at, 'PI_CODING_AGENT_DIR', join('.pi', 'agent'));
}

/** A project's settings go before the person's, a key that was stored at a sign-in before the provider's own. */
async function effective(at: Surroundings, read: ReadFile): Promise<Effective> {
  const [models, auth] = [join(folder(at), 'models.json'), join(folder(at), 'auth.json')];
  const paths = [join(at.cwd, '.pi', 'settings.json'), join(folder(at), 'settings.json')];
  const [providers, credentials, ...settings] = await Promise.all([
    read(models, 'jsonc'),
    read(auth, 'json'),
    ...paths.map(async (from) => ({ from, data: await read(from, 'json') })),
  ]);
  const setting = (name: string): Said | undefined => {
    const found = settings.find(({ data }) => stringAt(data, [name]) !== undefined);
    return found && { value: stringAt(found.data, [name]), from: found.from };
  };
  const model = setting('defaultModel');
  const provider = ['providers', setting('defaultProvider')?.value ?? ''];
  const entry = listAt(providers, [...provider, 'models']).find((each) => stringAt(each, ['id']) === model?.value);
  const address = stringAt(entry, ['baseUrl']) ?? stringAt(providers, [...provider, 'baseUrl']);
  const stored = stringAt(credentials, [provider[1]!, 'key']);
  const key = stored ?? stringAt(providers, [...provider, 'apiKey']);
  return {
    address: address === undefined ? undefined : { value: address, from: models },
    key: key === undefined ? undefined : { value: await behind(key, at), from: stored ? auth : models },
    model,
  };
}

function listAt(data: Json | undefined, path: readonly string[]): readonly Json[] {
  const found = valueAt(asObject(data), path);
  return Array.isArray(found) ? found : [];
}

/** `!command`, `$NAME` and `${NAME}` stand for what is behind them. */
async function behind(value: string, { env }: Surroundings): Promise<string | undefined> {
  if (value.startsWith('!')) return printedKey(value.slice(1));
  const variable = /^\$(?:\{(\w+)\}|(\w+))$/.exec(value);
  return variable ? env[(variable[1] ?? variable[2])!] : value;
}
