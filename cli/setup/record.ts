import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { GatewayError } from '../../shared/errors.ts';
import type { Hunk } from '../documents/change.ts';
import type { Change } from '../documents/document.ts';
import type { FormatName } from '../documents/index.ts';
import { sha256 } from '../dotenv/backups.ts';
import type { Scope } from '../integrations/integration.ts';

/** What was done to one file of a tool: enough to take it back exactly. */
export interface FileRecord {
  /** As it was named; links are followed anew each time. */
  path: string;
  format: FormatName;
  /** Permission bits from before; null: there was no file. */
  mode: number | null;
  sha256_before: string | null;
  sha256_after: string;
  /** The bytes from before; null: there was no file. */
  backup: string | null;
  /** What was set, and what that did to the text. */
  changes: readonly Change[];
  hunks: readonly Hunk[];
  /** The folders that were made for it, the outermost first. */
  folders: readonly string[];
  /** While it is written anew: what was done before, which still holds where the process dies before the file is written. */
  earlier?: FileRecord;
}

/** What `setup` did to one tool, for a person or for one project. */
export interface SetupRecord {
  version: 1;
  tool: string;
  scope: Scope;
  /** The project's folder; null for a person. */
  project: string | null;
  api_url: string;
  model: string;
  installed_at: string;
  key_file: string;
  files: readonly FileRecord[];
}

/** Whose record: a tool, for the person or for the project in a folder. */
export interface Owner {
  configDir: string;
  tool: string;
  scope: Scope;
  cwd: string;
}

const PRIVATE = { mode: 0o600 } as const;

/** `claude`, or `claude-1f2e3d4c5b6a` for a project. */
function nameOf({ tool, scope, cwd }: Owner): string {
  return scope === 'user' ? tool : `${tool}-${sha256(cwd).slice(0, 12)}`;
}

/** Where everything of `setup` is kept: records, keys, backups, the lock. */
export function setupFolder(configDir: string): string {
  return join(configDir, 'setup');
}

/** The file that holds the tool's key and nothing else. */
export function keyFileOf(owner: Owner): string {
  return join(setupFolder(owner.configDir), 'keys', nameOf(owner));
}

/** Where the bytes from before are kept. Names say the tool and the file, never anything of what is in it. */
export function backupFile(owner: Owner, path: string, time: string): string {
  const stamp = time.replace(/\D/g, '');
  return join(setupFolder(owner.configDir), 'backups', `${nameOf(owner)}-${sha256(path).slice(0, 8)}-${stamp}`);
}

function recordFile(owner: Owner): string {
  return join(setupFolder(owner.configDir), `${nameOf(owner)}.json`);
}

/** What was done before; undefined: nothing. Throws `file_error` for a record that cannot be read. */
export async function readRecord(owner: Owner): Promise<SetupRecord | undefined> {
  const path = recordFile(owner);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new GatewayError('file_error', `${path} cannot be read: ${cause.message}`, { cause });
  });
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text) as SetupRecord;
    if (record.version === 1) return record;
  } catch {}
  throw new GatewayError('file_error', `${path} is damaged: it no longer says what setup wrote.`, {
    hint: 'Move it aside. What setup wrote then counts as yours; the bytes from before are in the folder backups beside it.',
  });
}

/** Written before the files are, so that a process that dies in between can be made good. */
export async function writeRecord(owner: Owner, record: SetupRecord): Promise<void> {
  await keepPrivate(recordFile(owner), `${JSON.stringify(record, null, 2)}\n`);
}

/** What was done to a file that now holds these bytes. */
export function whatHolds(record: FileRecord, current: Buffer | undefined): FileRecord {
  const isNew = !record.earlier || (current && sha256(current) === record.sha256_after);
  return isNew ? record : record.earlier!;
}

/** Where a record keeps bytes from before. */
export function backupsOf({ files }: SetupRecord): string[] {
  return files.flatMap(({ backup, earlier }) => [backup, earlier?.backup]).filter((path) => typeof path === 'string');
}

/** Forgets what was done, once it is taken back. */
export async function dropRecord(owner: Owner, record: SetupRecord, kept: readonly string[] = []): Promise<void> {
  for (const backup of backupsOf(record)) if (!kept.includes(backup)) await rm(backup, { force: true });
  await rm(record.key_file, { force: true });
  await rm(recordFile(owner), { force: true });
  const folder = setupFolder(owner.configDir);
  for (const empty of [join(folder, 'keys'), join(folder, 'backups'), folder]) await rmdir(empty).catch(() => {});
}

/** Writes a file of ours, its owner's alone. */
export async function keepPrivate(path: string, content: string | Buffer): Promise<void> {
  try {
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, content, PRIVATE);
  } catch (cause) {
    throw new GatewayError('file_error', `${path} could not be written: ${(cause as Error).message}`, {
      hint: 'Nothing was changed. Set GATEWAY_CONFIG_DIR to a folder that you may write to.',
      cause,
    });
  }
}

/** The tools that are set up for the person, by their records; what cannot be read is left out. */
export function installedTools(configDir: string): SetupRecord[] {
  const folder = setupFolder(configDir);
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as SetupRecord);
  } catch {
    return [];
  }
}
