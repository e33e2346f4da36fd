import type { z } from 'zod';
import { listModels, type modelSchema } from '../shared/contracts/models.ts';
import { findApiKey } from './access.ts';
import type { Context } from './context.ts';
import { isUnusable, readUsableCredentials } from './credentials.ts';
import { RemoteError } from './remote-error.ts';

export type Model = z.output<typeof modelSchema>;

export interface ModelQuery {
  provider?: string;
  capability?: string;
  search?: string;
}

/** The models that the server offers. The key in force goes along if there is one; a refused one does not hide a public list. */
export async function offeredModels(context: Context, query: ModelQuery = {}, key?: string): Promise<Model[]> {
  const token = key ?? (await knownKey(context));
  const ask = (bearer?: { token: string }) => context.call(listModels, { query }, { bearer });
  const { data } = await ask(token ? { token } : undefined).catch((error: unknown) => {
    if (token && key === undefined && error instanceof RemoteError && error.status === 401) return ask();
    throw error;
  });
  return data;
}

/** The key in force. The list is public: a damaged credentials file does not hide it. */
async function knownKey(context: Context): Promise<string | undefined> {
  try {
    return (await findApiKey(context))?.key;
  } catch (error) {
    if (!isUnusable(error)) throw error;
    readUsableCredentials(context.settings.configDir, (warning) => context.warn(warning));
    return undefined;
  }
}
