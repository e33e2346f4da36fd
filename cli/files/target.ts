import { constants } from 'node:fs';
import { access, lstat, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';

/** A file before anything is done to it. */
export interface Target {
  /** As given, made absolute. */
  path: string;
  /** Behind all symbolic links: what is read, replaced and asked about in git. */
  real: string;
  /** Undefined: the file does not exist yet. */
  bytes: Buffer | undefined;
  /** Permission bits; those a new file gets when there is none. */
  mode: number;
  /** The bytes as text; a byte order mark stays in it. */
  text: string;
}

/** A file with secrets in it is its owner's alone. */
export const NEW_FILE_MODE = 0o600;
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_LINKS = 40;

/**
 * Looks at the file that is to be written; its folder must exist. Refuses with `unsafe_write` what cannot be edited safely: folders and
 * devices, read-only files and folders, hard links (replacing one name would part them, unless forced), and what is no
 * UTF-8 text.
 */
export async function inspectTarget(path: string, force: boolean): Promise<Target> {
  const real = await followLinks(path);
  await writableFolder(dirname(real));
  const found = await statOrUndefined(real);
  if (!found) return { path, real, bytes: undefined, mode: NEW_FILE_MODE, text: '' };
  if (found.isDirectory())
    throw refusal(`${path} is a folder.`, 'Name a file in it, such as .env. Nothing was written.');
  if (!found.isFile()) throw refusal(`${path} is not a regular file.`, 'Name an ordinary file. Nothing was written.');
  // The superuser may write anywhere; a file without any write permission was still meant to be left alone.
  if ((found.mode & 0o222) === 0 || !(await allowed(real, constants.R_OK | constants.W_OK))) {
    throw refusal(`${path} is read-only.`, `Nothing was written. Run \`chmod u+w\` on it first, or name another file.`);
  }
  if (found.nlink > 1 && !force) {
    throw refusal(
      `${path} is a hard link: it has ${found.nlink} names.`,
      'Nothing was written. Add --force to change it under this name alone.',
    );
  }
  if (found.size > MAX_BYTES)
    throw refusal(
      `${path} is larger than ${MAX_BYTES / 1024} KiB: this is no configuration file.`,
      'Name another file. Nothing was written.',
    );
  const bytes = await readFile(real);
  return { path, real, bytes, mode: found.mode & 0o7777, text: decode(bytes, path) };
}

/** The file's text. Bytes that are not UTF-8, or that hold NUL, are refused: an edit could not put them back. */
export function decode(bytes: Buffer, path: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {}
  throw refusal(`${path} is not UTF-8 text.`, 'Nothing was written. Save it as UTF-8, or name another file.');
}

/** Where a path leads, also when the last link points at nothing yet. */
export async function followLinks(path: string): Promise<string> {
  let at = path;
  for (let i = 0; i < MAX_LINKS; i++) {
    const found = await lstat(at).catch(() => undefined);
    if (!found?.isSymbolicLink()) break;
    at = resolve(dirname(at), await readlink(at));
    if (i === MAX_LINKS - 1)
      throw refusal(`${path} is a symbolic link that leads nowhere.`, 'Nothing was written. Name another file.');
  }
  const folder = await realpath(dirname(at)).catch((cause) => {
    throw new GatewayError('file_error', `The folder ${dirname(at)} does not exist.`, {
      hint: 'Create it first, or name a file in another folder.',
      cause,
    });
  });
  return join(folder, basename(at));
}

async function writableFolder(folder: string): Promise<void> {
  if (!(await allowed(folder, constants.W_OK | constants.X_OK))) {
    throw refusal(
      `The folder ${folder} is read-only.`,
      'Nothing was written. Name a file in a folder that you may write to.',
    );
  }
}

async function allowed(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

async function statOrUndefined(path: string) {
  return stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new GatewayError('file_error', `${path} cannot be looked at: ${cause.message}`, { cause });
  });
}

function refusal(message: string, hint: string): GatewayError {
  return new GatewayError('unsafe_write', message, { hint });
}
