import { statSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GatewayError } from '../shared/errors.ts';
import { type ChosenProject, type PreferenceValue, readConfigFile } from './preference-table.ts';

const LOCK = { stale: 15_000, update: 2_000, realpath: false };

/** Where a preference is written: the user's `config.json`, or a project's `.gateway.json`. */
export interface PreferenceFile {
  path: string;
  scope: 'user' | 'project';
}

/** The user's own file. */
export function userFile(configDir: string): PreferenceFile {
  return { path: join(configDir, 'config.json'), scope: 'user' };
}

/** Writes one of the user's preferences; undefined takes it back. */
export async function setPreference(
  configDir: string,
  name: string,
  value: PreferenceValue | ChosenProject | undefined,
): Promise<void> {
  await changePreference(userFile(configDir), name, value);
}

/**
 * Writes one preference under a lock that other processes respect, to a temporary file that is renamed: nobody's change is
 * lost and no reader sees half a file. Undefined takes it out. A damaged file is refused, never replaced.
 * @returns what stood there before.
 */
export async function changePreference(
  file: PreferenceFile,
  name: string,
  value: PreferenceValue | ChosenProject | undefined,
): Promise<unknown> {
  if (value === undefined && readConfigFile(file.path)?.[name] === undefined) return undefined; // nothing to take out
  const { takeLock } = await import('./take-lock.ts');
  await prepare(file);
  const release = await takeLock(file.path, LOCK).catch((cause: unknown) => {
    throw unwritable(file, cause);
  });
  try {
    const before = readConfigFile(file.path)?.[name];
    if (before !== value) await write(file, name, value);
    return before;
  } finally {
    await release().catch(() => {});
  }
}

async function prepare({ path, scope }: PreferenceFile): Promise<void> {
  if (scope === 'project') return;
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // a folder that was named by GATEWAY_CONFIG_DIR may hold other things: its mode is not ours to change
    if (basename(folder) === '.gateway' && (statSync(folder).mode & 0o077) !== 0) await chmod(folder, 0o700);
  } catch (cause) {
    throw unwritable({ path, scope }, cause);
  }
}

async function write(
  file: PreferenceFile,
  name: string,
  value: PreferenceValue | ChosenProject | undefined,
): Promise<void> {
  const { default: Conf } = await import('conf');
  try {
    const preferences = new Conf<Record<string, unknown>>({
      cwd: dirname(file.path),
      configName: basename(file.path, '.json'),
      // by itself it writes files that everybody may read; a project's file is for everybody
      configFileMode: file.scope === 'user' ? 0o600 : 0o644,
      accessPropertiesByDotNotation: false,
      serialize: (values) => `${JSON.stringify(values, null, 2)}\n`,
    });
    if (value === undefined) preferences.delete(name);
    else preferences.set(name, value);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

function unwritable({ path, scope }: PreferenceFile, cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ELOCKED')
    return new GatewayError('file_error', `${path} is locked by another process.`, {
      cause,
      hint: 'Try again when it has ended. Nothing was changed.',
    });
  return new GatewayError('file_error', `${path} cannot be written (${code ?? message}). Nothing was changed.`, {
    cause,
    hint:
      scope === 'user'
        ? 'Make the folder writable for you, or set GATEWAY_CONFIG_DIR to another folder.'
        : 'Make the folder writable for you.',
  });
}
