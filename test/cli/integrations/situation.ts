import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Effective, Integration, Launch, Surroundings, Wiring } from '../../../cli/integrations/integration.ts';
import type { Model } from '../../../cli/offered-models.ts';
import { chooseModels } from '../../../cli/setup/choose-models.ts';
import { readData } from '../../../cli/setup/read-file.ts';
import { tempHome } from '../../helpers/cli.ts';
import { KEY, MODELS } from '../setup/world.ts';

export const URL = 'http://127.0.0.1:7777';

/** Where a tool would run, with nothing there yet. */
export function somewhere(env: NodeJS.ProcessEnv = {}, platform: NodeJS.Platform = 'linux'): Surroundings {
  const home = tempHome();
  return { env, cwd: join(home, 'project'), home, platform };
}

/** Writes files below the HOME of a situation. */
export function put({ home }: Surroundings, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
}

/** What a tool is wired with; a model may be named. */
export function wiringOf(tool: Integration, at: Surroundings, model?: string): Wiring {
  const keyFile = join(at.home, 'key');
  writeFileSync(keyFile, `${KEY}\n`);
  return { scope: 'user', apiUrl: URL, key: KEY, keyFile, ...chooseModels(MODELS as unknown as Model[], tool, model) };
}

/** The files that a tool would get, by their paths below HOME. */
export async function filesOf(tool: Integration, at: Surroundings, model?: string) {
  const files = (await tool.files?.(at, wiringOf(tool, at, model))) ?? [];
  return Object.fromEntries(files.map((file) => [file.path.replace(`${at.home}/`, ''), file]));
}

/** How a tool would be run, and the files that it would get for that. */
export async function launched(tool: Integration, at: Surroundings, model?: string) {
  const files: Record<string, string> = {};
  const writeFile = async (name: string, text: string) => {
    files[name] = text;
    return `/run/${name}`;
  };
  const launch: Launch = await tool.launch!(at, { ...wiringOf(tool, at, model), writeFile });
  return { ...launch, files };
}

/** Where a tool's requests go as it is configured. */
export function effectiveOf(tool: Integration, at: Surroundings): Promise<Effective> {
  return tool.effective!(at, readData, 'user');
}
