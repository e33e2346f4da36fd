import { resolve } from 'node:path';
import { createKey, type Key, revokeKey } from '../../../shared/contracts/keys.ts';
import type { Context } from '../../context.ts';
import { variablesFor } from '../../dotenv/variables.ts';
import { writeEnvFile } from '../../dotenv/write.ts';
import { FLAG_OF, type KeyFlags, keyFields } from './fields.ts';
import { rememberKey } from './last-key.ts';

/** The flags of `keys create` and `keys ensure`. */
export interface MakeFlags extends KeyFlags {
  name?: string;
  project?: string;
  parent?: string;
  envFile?: string;
  writeEnv?: string;
  cache: boolean;
}

/** The env file that the secret goes to, if any. */
export function envFileOf(flags: Pick<MakeFlags, 'envFile' | 'writeEnv'>): string | undefined {
  return flags.writeEnv ?? flags.envFile;
}

/** A key as these commands print it: its secret, or where that was written. */
export type MadeKey = Key & { raw: string | null; written_to?: string };

/** Creates the key and keeps its secret where the flags say. A file that cannot be written is found out before. */
export async function makeKey(context: Context, name: string, flags: MakeFlags): Promise<MadeKey> {
  const file = envFileOf(flags);
  if (file !== undefined) await writeSecret(context, file, 'sk-gw-not-made-yet', true);
  const body = { name, project: flags.project, parent: flags.parent, ...keyFields(flags) };
  return context.signals.hold(
    (async () => {
      const made = await context.call(createKey, { body }, { flags: FLAG_OF });
      const written = file === undefined ? {} : await writeOrRevoke(context, made, file);
      if (flags.cache) await rememberKey(context, made);
      return { ...made, ...written };
    })(),
  );
}

async function writeOrRevoke(
  context: Context,
  made: Key & { raw: string },
  file: string,
): Promise<{ raw: null; written_to: string }> {
  try {
    return { raw: null, written_to: await writeSecret(context, file, made.raw, false) };
  } catch (error) {
    // nobody has seen the secret: the key would be a leftover
    await context.call(revokeKey, { params: { id: made.id } }).catch(() => {});
    throw error;
  }
}

/** Sets the variables for OpenAI's SDKs and for this command line in the file. Returns the file's path. */
export async function writeSecret(context: Context, file: string, raw: string, dryRun: boolean): Promise<string> {
  const { apiUrl, configDir } = context.settings;
  const variables = variablesFor({ apiUrl, key: raw }, ['openai', 'gateway']);
  const written = await writeEnvFile(
    { configDir, env: context.env },
    { file: resolve(context.cwd, file), variables, dryRun },
  );
  return written.file;
}
