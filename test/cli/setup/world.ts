import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CliOptions, runCli, tempHome } from '../../helpers/cli.ts';
import { type FakeGateway, fakeGateway, json } from '../../helpers/fake-gateway.ts';
import { MODEL } from '../battery/answers.ts';

export const KEY = 'sk-gw-0123456789abcdefghijklmnopqrstuvwxyzABCD';

/** Models of three makers, each answering in every format. */
export const MODELS = [
  ['anthropic/claude-sonnet-4-6', ['streaming', 'tools', 'vision', 'reasoning'], 200_000, 64_000],
  ['anthropic/claude-haiku-4-5', ['streaming', 'tools', 'vision'], 200_000, 64_000],
  ['openai/gpt-5', ['streaming', 'tools', 'vision', 'reasoning'], 400_000, 128_000],
  ['openai/gpt-5-mini', ['streaming', 'tools'], 400_000, 128_000],
  ['google/gemini-2.5-pro', ['streaming', 'tools', 'vision'], 1_048_576, 65_536],
  ['openai/text-embedding-3-small', ['embeddings'], 8192, null],
].map(([id, capabilities, context_window, max_output_tokens]) => ({
  ...MODEL,
  id,
  name: id,
  display_name: id,
  provider: String(id).split('/', 1)[0],
  context_window,
  max_output_tokens,
  capabilities,
  formats: ['openai', 'responses', 'anthropic', 'gemini'],
}));

/** A person's HOME, and a server that offers those models. */
export interface World {
  home: string;
  fake: FakeGateway;
  /** Runs `gateway setup …` there. */
  setup(...args: string[]): ReturnType<typeof runCli>;
  run(args: readonly string[], options?: CliOptions): ReturnType<typeof runCli>;
  /** Writes a file below HOME. */
  put(path: string, text: string, mode?: number): string;
  /** The text of a file below HOME. */
  text(path: string): string;
  /** Every file below HOME with its bytes and mode, our own folder left out. */
  files(): Record<string, string>;
}

export async function startWorld(routes: Parameters<typeof fakeGateway>[0] = {}): Promise<World> {
  const list = { object: 'list', data: MODELS, has_more: false, first_id: MODELS[0]!.id, last_id: MODELS.at(-1)!.id };
  const fake = await fakeGateway({ 'GET /v1/models': json(list), ...routes });
  const home = tempHome();
  const run = (args: readonly string[], options: CliOptions = {}) =>
    runCli(args, { home, ...options, env: { GATEWAY_API_URL: fake.url, GATEWAY_API_KEY: KEY, ...options.env } });
  return {
    home,
    fake,
    run,
    setup: (...args) => run(['setup', ...args]),
    put(path, text, mode = 0o644) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text, { mode });
      return join(home, path);
    },
    text: (path) => readFileSync(join(home, path), 'utf8'),
    files: () => filesOf(home),
  };
}

function filesOf(folder: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (path === '.gateway') continue;
    if (entry.isDirectory()) Object.assign(found, { [`${path}/`]: '' }, filesOf(folder, path));
    else
      found[path] =
        `${(statSync(join(folder, path)).mode & 0o777).toString(8)} ${readFileSync(join(folder, path), 'utf8')}`;
  }
  return found;
}
