import { basename, dirname, join } from 'node:path';
import { GatewayError } from '../shared/errors.ts';
import { makeOwnFolder } from './own-folder.ts';
import { type ChosenProject, type PreferenceValue, readConfigFile } from './preference-table.ts';
import type { Waiting } from './take-lock.ts';

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
  context: Waiting & { configDir: string },
  name: string,
  value: PreferenceValue | ChosenProject | undefined,
): Promise<void> {
  await changePreference(context, userFile(context.configDir), name, value);
}

/**
 * Writes one preference under a lock that other processes respect, to a temporary file that is renamed: nobody's change is
 * lost and no reader sees half a file. Undefined takes it out. A damaged file is refused, never replaced.
 * @returns what stood there before.
 */
export async function changePreference(
  waiting: Waiting,
  file: PreferenceFile,
  name: string,
  value: PreferenceValue | ChosenProject | undefined,
): Promise<unknown> {
  if (value === undefined && readConfigFile(file.path)?.[name] === undefined) return undefined; // nothing to take out
  const { takeLock } = await import('./take-lock.ts');
  prepare(file);
  const release = await takeLock(waiting, file.path, LOCK).catch((cause: unknown) => {
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

function prepare({ path, scope }: PreferenceFile): void {
  if (scope === 'project') return;
  try {
    makeOwnFolder(dirname(path));
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
  return new GatewayError('file_error', `${path} cannot be written (${code ?? message}). Nothing was changed.`, {
    cause,
    hint:
      scope === 'user'
        ? 'Make the folder writable for you, or set GATEWAY_CONFIG_DIR to another folder.'
        : 'Make the folder writable for you.',
  });
}
