import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { readAll } from '../dotenv/readers.ts';
import type { Variables } from '../dotenv/variables.ts';
import { type WriteResult, writeEnvFile } from '../dotenv/write.ts';
import { SETTINGS } from './settings.ts';

/** The variables of an env file as the server reads them; none when there is no file. */
export function variablesIn(file: string): Variables {
  try {
    return readAll(readFileSync(file, 'utf8')).dotenv!;
  } catch {
    return {}; // whoever writes it says what is wrong with it
  }
}

/**
 * Servers that share a database must share a secret: one is made where none is set. With the embedded database there is
 * one in the data folder; another one in the environment would hide it, and every key with it.
 */
export function withSecret(wanted: Variables, found: Variables, env: NodeJS.ProcessEnv): Variables {
  const shared = wanted.DATABASE_URL ?? found.DATABASE_URL ?? env.DATABASE_URL;
  if (!shared || found.GATEWAY_SECRET || env.GATEWAY_SECRET) return wanted;
  return { ...wanted, GATEWAY_SECRET: randomBytes(32).toString('hex') };
}

/** A value as it may be shown: secrets never. What is not known may be one. */
export function shownValue(name: string, value: string): string {
  const isOpen = SETTINGS.some((each) => each.name === name && !each.secret) || name.endsWith('_BASE_URL');
  return isOpen ? value : '…';
}

/** True for a variable of the server's that holds a secret. */
export function isSecret(name: string): boolean {
  if (name === 'GATEWAY_SECRET' || /^LLM_.+_API_KEY$/.test(name)) return true;
  return SETTINGS.some((each) => each.name === name && each.secret);
}

/** Writes them with what `env write` has: backups, .gitignore, 0600, and nothing else in the file touched. */
export async function writeServerFile(context: Context, file: string, variables: Variables): Promise<WriteResult> {
  const place = { configDir: context.configDir, env: context.env, globals: context.globals };
  try {
    return await writeEnvFile(place, { file, variables, dryRun: context.globals.dryRun });
  } catch (error) {
    if (!(error instanceof GatewayError) || !error.message.startsWith('git tracks')) throw error;
    throw new GatewayError('unsafe_write', error.message, {
      cause: error,
      hint: 'Nothing was written. Take the file out with `git rm --cached .env`, then run this again.',
      next: [],
    });
  }
}
