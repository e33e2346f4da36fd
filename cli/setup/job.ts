import { homedir } from 'node:os';
import process from 'node:process';
import { resolveApiKey } from '../access.ts';
import type { Context } from '../context.ts';
import type { Integration, Scope, Surroundings, Wiring } from '../integrations/integration.ts';
import { type Model, offeredModels } from '../offered-models.ts';
import { preference } from '../settings.ts';
import { chooseModels } from './choose-models.ts';
import { keyFileOf, type Owner } from './record.ts';

/** What the flags of `setup` ask for. */
export interface Wishes {
  scope: Scope;
  model?: string;
  /** The value of `--key`. */
  key?: string;
  force: boolean;
}

/** What is asked once however many tools are set up: the key, and the models offered. */
export interface Supplies {
  key: string;
  offered: readonly Model[];
}

export async function supplies(context: Context, flag: string | undefined): Promise<Supplies> {
  const { key } = await resolveApiKey(context, flag);
  return { key, offered: await offeredModels(context, {}, key) };
}

/** Where the tools run that this command line sets up. */
export function surroundings({ env, cwd }: Pick<Context, 'env' | 'cwd'>): Surroundings {
  return { env, cwd, home: env.HOME || homedir(), platform: process.platform };
}

export function ownerOf(context: Context, { name }: Integration, scope: Scope): Owner {
  return { configDir: context.configDir, tool: name, scope, cwd: context.cwd };
}

/** What a tool is to be wired with. The preferred model holds where the tool can speak to it. */
export function wiringFor(
  context: Context,
  integration: Integration,
  { key, offered }: Supplies,
  { scope, model: wanted }: Pick<Wishes, 'scope' | 'model'>,
): Wiring {
  const preferred = preference(context.settings, 'default_model').value;
  const usual = offered.find(({ id, formats }) => id === preferred && formats.includes(integration.format));
  return {
    scope,
    apiUrl: context.settings.apiUrl,
    key,
    keyFile: keyFileOf(ownerOf(context, integration, scope)),
    ...chooseModels(offered, integration, wanted ?? usual?.id),
  };
}
