import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import { replaceFile, restoreFile } from '../files/replace.ts';
import { followLinks, inspectTarget, NEW_FILE_MODE, type Target } from '../files/target.ts';
import type { Waiting } from '../take-lock.ts';
import { type Backup, dropBackup, keepBackup, sha256 } from './backups.ts';
import { type Edit, setVariables } from './edit.ts';
import { type GitState, gitState, withIgnoreLine } from './git.ts';
import { withFolderLock } from './lock.ts';
import type { Variables } from './variables.ts';

/** Where backups and locks are kept, and the environment that git is run in. */
export interface Place extends Waiting {
  configDir: string;
  env: NodeJS.ProcessEnv;
}

export interface WriteRequest {
  /** Absolute. */
  file: string;
  variables: Variables;
  /** Write also what would be refused: a tracked file, a hard link, a file that readers disagree about. */
  force?: boolean;
  /** Find out all there is to find out, refusals too, and change nothing. */
  dryRun?: boolean;
}

/** What `env write` prints. Names of variables, never their values. */
export interface WriteResult {
  file: string;
  added: string[];
  updated: string[];
  unchanged: string[];
  /** True when git ignores the file now; false outside a work tree. */
  gitignored: boolean;
  /** Permission bits, as `0600`. */
  mode: string;
  /** Where the bytes from before are kept; null when nothing was changed or there was no file. */
  backup: string | null;
}

interface Gitignore {
  file: string;
  line: string;
  before: Buffer | undefined;
  after: Buffer;
}

/** How often the edit is made anew because a program without our lock wrote the file meanwhile. */
const ATTEMPTS = 5;

/**
 * Sets variables in an env file as one transaction: everything is read and judged first, the old bytes are kept for
 * `undo`, git is told to ignore the file, and then the file is replaced at once. A refusal (`unsafe_write`,
 * `file_error`) leaves everything as it was. Values must come from `variablesFor`.
 */
export async function writeEnvFile(place: Place, request: WriteRequest): Promise<WriteResult> {
  const folder = dirname(await followLinks(request.file));
  if (request.dryRun) return (await writeOnce(place, request))!;
  return withFolderLock(place, folder, async () => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const result = await writeOnce(place, request);
      if (result) return result;
    }
    throw new GatewayError('conflict', `${request.file} is being written by another program.`, {
      hint: 'Wait until it has ended, then run this again.',
    });
  });
}

/** Undefined: the file changed while we looked at it. */
async function writeOnce(
  place: Place,
  { file, variables, force = false, dryRun = false }: WriteRequest,
): Promise<WriteResult | undefined> {
  const target = await inspectTarget(file, force);
  const git = await gitState(target.real, place.env).catch((error: unknown): GitState => {
    if (force) return { inside: false };
    throw error;
  });
  if (git.inside && git.tracked && !force) throw tracked(file);
  const edit = setVariables(target.text, variables, force);
  const gitignore = git.inside && !git.tracked && !git.ignored ? await planGitignore(target.real) : undefined;
  const after = Buffer.from(edit.text);
  const same = target.bytes?.equals(after) === true;
  const mode = (target.mode & 0o7777).toString(8).padStart(4, '0');
  const { added, updated, unchanged } = edit;
  const gitignored = git.inside && (git.ignored || gitignore !== undefined);
  const result: WriteResult = { file, added, updated, unchanged, gitignored, mode, backup: null };
  if (dryRun || (same && !gitignore)) return result;

  const backup = await keep(place, target, edit, gitignore);
  const done = await apply(target, same ? undefined : after, gitignore).catch(async (error: unknown) => {
    await dropBackup(backup);
    throw error;
  });
  if (!done) {
    await dropBackup(backup);
    return undefined;
  }
  return { ...result, backup: backup.path };
}

function tracked(file: string): GatewayError {
  return new GatewayError('unsafe_write', `git tracks ${file}: a key in it would be committed.`, {
    hint: 'Nothing was written. Name a file that git ignores, such as .env.local, or take this one out with `git rm --cached`; --force writes it anyway.',
    next: [{ command: 'gateway env write .env.local', when: 'to write to a file that git does not track' }],
  });
}

async function planGitignore(real: string): Promise<Gitignore> {
  const file = join(dirname(real), '.gitignore');
  const { bytes: before } = await inspectTarget(file, true);
  const { bytes: after, line } = withIgnoreLine(before, basename(real));
  return { file, line, before, after };
}

function keep(place: Place, target: Target, edit: Edit, gitignore: Gitignore | undefined): Promise<Backup> {
  return keepBackup(
    place.configDir,
    {
      version: 1,
      file: target.real,
      created_at: new Date().toISOString(),
      existed: target.bytes !== undefined,
      mode: target.mode,
      sha256_before: target.bytes ? sha256(target.bytes) : null,
      sha256_after: sha256(Buffer.from(edit.text)),
      changes: edit.changes,
      gitignore: gitignore
        ? {
            file: gitignore.file,
            line: gitignore.line,
            existed: gitignore.before !== undefined,
            sha256_after: sha256(gitignore.after),
          }
        : null,
    },
    target.bytes,
    gitignore?.before,
  );
}

/** False when the file is not what it was. The .gitignore comes first: at no moment does git offer the file for a commit. */
async function apply(target: Target, after: Buffer | undefined, gitignore: Gitignore | undefined): Promise<boolean> {
  const now = await readFile(target.real).catch(() => undefined);
  if (now === undefined ? target.bytes !== undefined : !target.bytes?.equals(now)) return false;
  if (gitignore) await replaceFile(gitignore.file, gitignore.after, gitignore.before ? undefined : 0o644);
  if (!after) return true;
  try {
    await replaceFile(target.real, after, target.bytes ? undefined : NEW_FILE_MODE);
  } catch (error) {
    if (gitignore) await restoreFile(gitignore.file, gitignore.before);
    throw error;
  }
  return true;
}
