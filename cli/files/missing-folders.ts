import { existsSync } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';

/** The folders that a file needs and that are not there yet, the outermost first. */
export function missingFolders(file: string): string[] {
  const missing: string[] = [];
  for (let at = dirname(file); !existsSync(at) && at !== dirname(at); at = dirname(at)) missing.unshift(at);
  return missing;
}

/** Makes them, for the user alone. */
export async function makeFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await mkdir(folder, { mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') return;
      throw new GatewayError('file_error', `The folder ${folder} cannot be made: ${cause.message}`, {
        hint: 'Nothing was changed.',
        cause,
      });
    });
  }
}

/** Takes them away again, the innermost first; one that holds something by now stays. */
export async function removeFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) await rmdir(folder).catch(() => {});
}
