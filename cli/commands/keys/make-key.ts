import { resolve } from 'node:path';
import { createKey, type Key, revokeKey } from '../../../shared/contracts/keys.ts';
import { GatewayError } from '../../../shared/errors.ts';
import type { Context } from '../../context.ts';
import { projectForKey } from '../../default-project.ts';
import { type Family, parseFamilies, variablesFor } from '../../dotenv/variables.ts';
import { writeEnvFile } from '../../dotenv/write.ts';
import { FLAG_OF, type KeyFlags, keyFields } from './fields.ts';
import { rememberKey } from './last-key.ts';
import { keyId } from './named.ts';

/** The flags that say where a new secret goes. */
export interface SecretFlags {
  writeEnv?: string;
  envFile?: string;
  for?: string;
  cache: boolean;
}

/** The flags of `keys create` and `keys ensure`. */
export interface MakeFlags extends KeyFlags, SecretFlags {
  name?: string;
  project?: string;
  parent?: string;
}

/** The env file that the secret goes to, and for which SDKs. */
export interface SecretFile {
  file: string;
  families: Family[];
}

/** Where the flags say that the secret goes; undefined: to stdout. */
export function secretFileOf(flags: SecretFlags): SecretFile | undefined {
  const file = flags.writeEnv ?? flags.envFile;
  if (file !== undefined) return { file, families: parseFamilies(flags.for ?? 'openai') };
  if (flags.for === undefined) return undefined;
  throw new GatewayError('usage', '--for goes with --write-env.', { param: '--for' });
}

/** A key as these commands print it: its secret, or where that was written. */
export type MadeKey = Key & { raw: string | null; written_to?: string };

/** Creates the key and keeps its secret where the flags say. A file that cannot be written is found out before. */
export async function makeKey(context: Context, name: string, flags: MakeFlags): Promise<MadeKey> {
  const file = secretFileOf(flags);
  await checkSecretFile(context, file);
  const parent = flags.parent === undefined ? undefined : await keyId(context, flags.parent);
  const fields = keyFields(flags);
  const body = {
    name,
    project: await projectForKey(context, flags),
    parent,
    ...fields,
    rate_limits: fields.rate_limits ?? undefined,
  };
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
  file: SecretFile,
): Promise<{ raw: null; written_to: string }> {
  try {
    return { raw: null, written_to: await writeSecret(context, file, made.raw, false) };
  } catch (error) {
    // nobody has seen the secret: the key would be a leftover
    await context.call(revokeKey, { params: { id: made.id } }).catch(() => {});
    throw error;
  }
}

/** Finds out, before there is a secret to write, that the file does not take one. */
export async function checkSecretFile(context: Context, file: SecretFile | undefined): Promise<void> {
  if (file !== undefined) await writeSecret(context, file, 'sk-gw-not-made-yet', true);
}

/** Sets the variables in the file, as `env write` does. Returns the file's path. */
export async function writeSecret(
  context: Context,
  { file, families }: SecretFile,
  raw: string,
  dryRun: boolean,
): Promise<string> {
  const { apiUrl, configDir } = context.settings;
  const variables = variablesFor({ apiUrl, key: raw }, families);
  const written = await writeEnvFile(
    { configDir, env: context.env, globals: context.globals },
    { file: resolve(context.cwd, file), variables, dryRun },
  );
  return written.file;
}
