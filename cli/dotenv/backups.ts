import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { GatewayError } from '../../shared/errors.ts';
import type { Change } from './edit.ts';

/** What one `env write` did to one file: enough to take it back exactly. */
export interface Manifest {
  version: 1;
  /** The file behind all links. */
  file: string;
  created_at: string;
  /** False when the file was made by this write: undoing removes it. */
  existed: boolean;
  mode: number;
  sha256_before: string | null;
  sha256_after: string;
  changes: Change[];
  /** What was done to the .gitignore beside it. */
  gitignore: { file: string; line: string; existed: boolean; sha256_after: string } | null;
}

export interface Backup {
  manifest: Manifest;
  /** The file's bytes as they were before; null when there was no file. */
  path: string | null;
  /** The same of the .gitignore. */
  gitignorePath: string | null;
  manifestPath: string;
}

/** How many writes to one file can be undone; older backups hold old keys and are removed. */
const KEPT = 10;
const FILE = { mode: 0o600 } as const;

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Names hold a hash of the file's path and a time, never anything of what is in the file. */
function folderOf(configDir: string, file: string): string {
  return join(configDir, 'env', 'backups', sha256(Buffer.from(file)).slice(0, 24));
}

/** Keeps what is needed to undo a write; called before the write. */
export async function keepBackup(
  configDir: string,
  manifest: Manifest,
  before: Buffer | undefined,
  gitignoreBefore: Buffer | undefined,
): Promise<Backup> {
  const folder = folderOf(configDir, manifest.file);
  const name = `${manifest.created_at.replace(/[^0-9]/g, '')}-${randomBytes(3).toString('hex')}`;
  const backup: Backup = {
    manifest,
    path: before ? join(folder, `${name}.env`) : null,
    gitignorePath: gitignoreBefore ? join(folder, `${name}.gitignore`) : null,
    manifestPath: join(folder, `${name}.json`),
  };
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (backup.path && before) await writeFileAtomic(backup.path, before, FILE);
    if (backup.gitignorePath && gitignoreBefore) await writeFileAtomic(backup.gitignorePath, gitignoreBefore, FILE);
    await writeFileAtomic(backup.manifestPath, `${JSON.stringify(manifest, null, 2)}\n`, FILE);
  } catch (cause) {
    throw new GatewayError('file_error', `The backup could not be kept in ${folder}: ${(cause as Error).message}`, {
      hint: 'Nothing was written. Set GATEWAY_CONFIG_DIR to a folder that you may write to.',
      cause,
    });
  }
  for (const old of (await listBackups(configDir, manifest.file)).slice(KEPT)) await dropBackup(old);
  return backup;
}

/** The backups of a file, newest first. A manifest that cannot be read is left alone. */
export async function listBackups(configDir: string, file: string): Promise<Backup[]> {
  const folder = folderOf(configDir, file);
  const names = await readdir(folder).catch(() => []);
  const found: Backup[] = [];
  for (const name of names
    .filter((entry) => entry.endsWith('.json'))
    .sort()
    .toReversed()) {
    const manifestPath = join(folder, name);
    const manifest = await readFile(manifestPath, 'utf8')
      .then((text) => JSON.parse(text) as Manifest)
      .catch(() => undefined);
    if (manifest?.version !== 1) continue;
    found.push({
      manifest,
      path: manifest.existed ? manifestPath.replace(/json$/, 'env') : null,
      gitignorePath: manifest.gitignore?.existed ? manifestPath.replace(/json$/, 'gitignore') : null,
      manifestPath,
    });
  }
  return found;
}

/** Removes a backup that has been used or is too old. */
export async function dropBackup({ path, gitignorePath, manifestPath }: Backup): Promise<void> {
  for (const file of [manifestPath, path, gitignorePath]) if (file) await rm(file, { force: true });
}
