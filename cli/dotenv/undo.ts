import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import { restoreFile } from '../files/replace.ts';
import { decode, followLinks, inspectTarget } from '../files/target.ts';
import { type Backup, dropBackup, keepBackup, listBackups, type Manifest, sha256 } from './backups.ts';
import type { Change } from './edit.ts';
import { withoutIgnoreLine } from './git.ts';
import { withFolderLock } from './lock.ts';
import { scanAssignments } from './scan.ts';
import type { Place } from './write.ts';

export interface UndoRequest {
  /** Absolute. */
  file: string;
  /** Bring the old bytes back also when our lines were changed since. */
  force?: boolean;
  /** Tell what would happen, change nothing. */
  dryRun?: boolean;
}

/** What `env undo` prints. */
export interface UndoResult {
  file: string;
  /** `restored`: the bytes from before; `removed`: the file was ours; `reverted`: only our lines, as others had changed since; `unchanged`: nothing to undo. */
  action: 'restored' | 'removed' | 'reverted' | 'unchanged';
  /** The variables taken back. */
  variables: string[];
  /** True when our line was taken out of the .gitignore. */
  gitignore_restored: boolean;
  /** How many earlier writes to this file can still be undone. */
  remaining: number;
  /** Where the bytes that `--force` overwrote are kept. */
  backup: string | null;
}

/**
 * Takes the last `env write` to a file back. An untouched file becomes byte for byte what it was. If other lines were
 * changed since, only ours are taken back; if ours were, it is refused with `unsafe_write`, unless forced.
 */
export async function undoEnvFile(place: Place, request: UndoRequest): Promise<UndoResult> {
  const real = await followLinks(request.file);
  // nothing to undo needs no lock, and no folder for one
  if (request.dryRun || (await listBackups(place.configDir, real)).length === 0) return undoLast(place, real, request);
  return withFolderLock(place, dirname(real), () => undoLast(place, real, request));
}

async function undoLast(
  place: Place,
  real: string,
  { file, force = false, dryRun = false }: UndoRequest,
): Promise<UndoResult> {
  const backups = await listBackups(place.configDir, real);
  const current = backups.length > 0 ? (await inspectTarget(file, true)).bytes : undefined;
  // A write that was killed before it replaced the file left a backup of what is still there.
  while (backups[0] && neverHappened(backups[0].manifest, current)) {
    const leftover = backups.shift()!;
    if (!dryRun) await dropBackup(leftover);
  }
  const last = backups.shift();
  if (!last) return { file, action: 'unchanged', variables: [], gitignore_restored: false, remaining: 0, backup: null };

  const way = wayBack(last.manifest, current, force, file);
  const before = last.path ? await readBackup(last.path) : undefined;
  const gitignore = await gitignoreBefore(last);
  const { changes, mode } = last.manifest;
  const result: UndoResult = {
    file,
    action: way.kind === 'lines' ? 'reverted' : before ? 'restored' : 'removed',
    variables: [...new Set(changes.filter((change) => change.before !== change.after).map(({ name }) => name))],
    gitignore_restored: gitignore !== undefined,
    remaining: backups.length,
    backup: null,
  };
  if (dryRun) return result;
  if (way.kind === 'forced' && current) result.backup = await keepReplaced(place, last.manifest, current);
  if (way.kind === 'lines') await restoreFile(real, way.bytes);
  else await restoreFile(real, before, current ? undefined : mode);
  if (gitignore) await restoreFile(gitignore.file, gitignore.bytes);
  await dropBackup(last);
  return result;
}

function neverHappened({ sha256_before, sha256_after, gitignore }: Manifest, current: Buffer | undefined): boolean {
  if (sha256_before === sha256_after) return gitignore === null;
  return current === undefined ? sha256_before === null : sha256(current) === sha256_before;
}

type WayBack = { kind: 'exact' | 'forced' } | { kind: 'lines'; bytes: Buffer };

/** Decides how to come back from what is in the file now. */
function wayBack(
  { sha256_after, changes }: Manifest,
  current: Buffer | undefined,
  force: boolean,
  file: string,
): WayBack {
  if (current && sha256(current) === sha256_after) return { kind: 'exact' };
  if (force) return { kind: 'forced' };
  if (!current) throw changed(`${file} has been removed since.`);
  const text = withoutChanges(decode(current, file), changes);
  if (text === undefined) throw changed(`The variables in ${file} have been changed since gateway wrote them.`);
  return { kind: 'lines', bytes: Buffer.from(text) };
}

function changed(message: string): GatewayError {
  return new GatewayError('unsafe_write', message, {
    hint: 'Nothing was undone. Add --force to bring back the file as it was before; what is there now is kept as a backup.',
  });
}

/** The text with our lines as they were before, or undefined when they are not as we left them. */
function withoutChanges(text: string, changes: Change[]): string | undefined {
  const names = new Set(changes.map((change) => change.name));
  const ours = scanAssignments(text).filter((assignment) => names.has(assignment.name));
  const intact =
    ours.length === changes.length && ours.every(({ start, end }, i) => text.slice(start, end) === changes[i]!.after);
  if (!intact) return undefined;
  let result = '';
  let at = 0;
  ours.forEach(({ start, end }, i) => {
    const { before } = changes[i]!;
    result += text.slice(at, start) + (before ?? '');
    const ending = before === null ? (/^(\r\n|\n|\r)/.exec(text.slice(end, end + 2))?.[0].length ?? 0) : 0;
    at = end + ending;
  });
  return result + text.slice(at);
}

/** What the .gitignore becomes (no bytes: it is removed), or undefined when nothing of ours is in it. */
async function gitignoreBefore({
  manifest: { gitignore },
  gitignorePath,
}: Backup): Promise<{ file: string; bytes: Buffer | undefined } | undefined> {
  const current = gitignore && (await readFile(gitignore.file).catch(() => undefined));
  if (!gitignore || !current) return undefined;
  const { file } = gitignore;
  if (sha256(current) === gitignore.sha256_after)
    return { file, bytes: gitignorePath ? await readBackup(gitignorePath) : undefined };
  const bytes = withoutIgnoreLine(current, gitignore.line);
  return bytes && { file, bytes };
}

/** A forced undo can itself be undone: it leaves a backup like that of a write. */
async function keepReplaced(place: Place, manifest: Manifest, current: Buffer): Promise<string | null> {
  const kept = await keepBackup(
    place.configDir,
    {
      ...manifest,
      created_at: new Date().toISOString(),
      existed: true,
      sha256_before: sha256(current),
      sha256_after: manifest.sha256_before ?? '',
      changes: [],
      gitignore: null,
    },
    current,
    undefined,
  );
  return kept.path;
}

async function readBackup(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: Error) => {
    throw new GatewayError('file_error', `The backup ${path} cannot be read: ${cause.message}`, {
      hint: 'Nothing was undone.',
      cause,
    });
  });
}
