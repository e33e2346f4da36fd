import { chmod, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import { findApiKey } from '../access.ts';
import type { Context } from '../context.ts';
import { changeCredentials, credentialsFile, isUnusable, readCredentials, setAside } from '../credentials.ts';
import { checkEnvFile } from '../dotenv/check.ts';
import { withIgnoreLine } from '../dotenv/git.ts';
import { withFolderLock } from '../dotenv/lock.ts';
import { readAll } from '../dotenv/readers.ts';
import { familiesIn, variablesFor } from '../dotenv/variables.ts';
import { writeEnvFile } from '../dotenv/write.ts';
import { replaceFile } from '../files/replace.ts';
import { looseModes } from './config.ts';
import { stalePendingLogins } from './credential.ts';
import { isOurs } from './env-file.ts';

/** One thing that can be put right here. */
export interface Repair {
  /** What is done, as a sentence without its end. */
  action: string;
  /** Asked before it is done, where something of the person's own is moved or overwritten. */
  question?: string;
  apply: () => Promise<unknown>;
}

/** How much may be done to find out. */
export interface Wishes {
  /** No server is asked. */
  offline: boolean;
}

type Step = (context: Context, wishes: Wishes) => Promise<Repair[]> | Repair[];

/** In this order, each looked for once those before it are done. */
export const REPAIRS: readonly Step[] = [modes, damagedCredentials, pendingLogins, environmentFile];

function modes(context: Context): Repair[] {
  return looseModes(context).map(({ path, mode }) => ({
    action: `chmod ${mode.toString(8)} ${path}`,
    apply: () => chmod(path, mode),
  }));
}

function damagedCredentials(context: Context): Repair[] {
  const { configDir } = context;
  try {
    readCredentials(configDir);
    return [];
  } catch (error) {
    if (!isUnusable(error) || error.code !== 'credentials_corrupt') return [];
    const file = credentialsFile(configDir);
    return [
      {
        action: `move the damaged ${file} aside`,
        question: `Move the damaged ${file} aside? Every login and key in it must be made again.`,
        apply: async () => setAside(configDir, context.now()),
      },
    ];
  }
}

function pendingLogins(context: Context): Repair[] {
  const stale = stalePendingLogins(context);
  if (stale.length === 0) return [];
  return [
    {
      action: 'forget sign-ins that were never completed',
      apply: () =>
        changeCredentials(context, (stored) => {
          for (const profile of stale) delete stored.pending[profile];
        }),
    },
  ];
}

/** The .env of this folder: its variables, or at least that git does not take it along. */
async function environmentFile(context: Context, wishes: Wishes): Promise<Repair[]> {
  const { apiUrl, configDir } = context.settings;
  const file = join(context.cwd, '.env');
  if (!isOurs(file, apiUrl)) return [];
  const key = await usableKey(context, wishes);
  const checks = await checkEnvFile({ file, apiUrl, key, families: undefined, env: context.env });
  const failed = checks.filter(({ status }) => status === 'fail').map(({ name }) => name);
  const place = { configDir, env: context.env, globals: context.globals };
  if (key && failed.some((name) => name !== 'git' && name !== 'key')) {
    const families = familiesIn(readAll(await readFile(file, 'utf8')).dotenv!, apiUrl);
    return [
      {
        action: `write the variables of ${file}, as gateway env write does`,
        question: `Correct the variables in ${file}? \`gateway env undo\` takes it back.`,
        apply: () => writeEnvFile(place, { file, variables: variablesFor({ apiUrl, key }, families) }),
      },
    ];
  }
  const untracked = checks.some(
    ({ name, status, fix }) => name === 'git' && status === 'fail' && !fix?.startsWith('git'),
  );
  if (!untracked) return [];
  const gitignore = join(context.cwd, '.gitignore');
  return [
    {
      action: `add .env to ${gitignore}`,
      apply: () => withFolderLock(place, dirname(gitignore), () => ignoreEnv(gitignore)),
    },
  ];
}

/** The key in use, unless it is known that it cannot be used, or cannot be known that it can: that one is written nowhere. */
async function usableKey(context: Context, { offline }: Wishes): Promise<string | undefined> {
  try {
    const key = (await findApiKey(context))?.key;
    if (key === undefined || (await import('../../shared/api-key.ts')).isMistypedApiKey(key)) return undefined;
    const { me } = await import('../../shared/contracts/account.ts');
    if (!offline) await context.call(me, {}, { bearer: { token: key } });
    return key;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code === 'interrupted') throw error;
    return undefined;
  }
}

async function ignoreEnv(gitignore: string): Promise<void> {
  const before = await readFile(gitignore).catch((error: NodeJS.ErrnoException) => {
    // one that is there and cannot be read is not written over
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  await replaceFile(gitignore, withIgnoreLine(before, '.env').bytes, before ? undefined : 0o644);
}
