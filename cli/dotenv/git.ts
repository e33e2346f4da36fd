import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';

/** How git sees a file: outside any work tree (also when git is not installed), or inside one. */
export type GitState = { inside: false } | { inside: true; tracked: boolean; ignored: boolean };

const TIMEOUT_MS = 10_000;

/** Asks git about a file, which need not exist, nor its folder. A repository that git refuses to look at is a `file_error`. */
export async function gitState(file: string, env: NodeJS.ProcessEnv): Promise<GitState> {
  const listed = await git(file, ['--literal-pathspecs', 'ls-files', '--error-unmatch'], env);
  if (listed === undefined) return { inside: false };
  if (listed === 0) return { inside: true, tracked: true, ignored: false };
  return { inside: true, tracked: false, ignored: (await git(file, ['check-ignore', '--quiet'], env)) === 0 };
}

/** Exit code 0 or 1; undefined where there is no work tree or no git. */
function git(file: string, command: string[], env: NodeJS.ProcessEnv): Promise<number | undefined> {
  // A hook's GIT_DIR would make git answer for another repository, and
  // fsmonitor would run a program that the repository names.
  const quiet = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')));
  const cwd = existingFolder(file);
  const args = ['-c', 'core.fsmonitor=false', ...command, '--', `./${relative(cwd, file)}`];
  const options = { cwd, env: { ...quiet, LC_ALL: 'C' }, timeout: TIMEOUT_MS };
  return new Promise((resolve, reject) => {
    execFile('git', args, options, (error, _stdout, stderr) => {
      if (!error) return resolve(0);
      if (error.code === 1) return resolve(1);
      if (error.code === 'ENOENT' || /not a git repository|must be run in a work tree/i.test(stderr))
        return resolve(undefined);
      const reason = stderr.split('\n', 1)[0] || error.message.split('\n', 1)[0];
      reject(
        new GatewayError('unsafe_write', `git could not say whether it tracks ${file}: ${reason}`, {
          hint: 'Nothing was written. Settle what git complains about, or add --force to write without asking git.',
          cause: error,
        }),
      );
    });
  });
}

/** The innermost folder around a file that is there. */
function existingFolder(file: string): string {
  const folder = dirname(file);
  return existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(folder);
}

/** The bytes of a .gitignore with one more line, in that file's own line endings. `undefined`: there is no such file yet. */
export function withIgnoreLine(gitignore: Buffer | undefined, name: string): { bytes: Buffer; line: string } {
  const line = ignorePattern(name);
  const text = gitignore?.toString('latin1') ?? '';
  const ending = /\r\n/.test(text) && !/[^\r]\n/.test(text) ? '\r\n' : '\n';
  const glue = text === '' || text.endsWith('\n') ? '' : ending;
  return { bytes: Buffer.concat([gitignore ?? Buffer.alloc(0), Buffer.from(`${glue}${line}${ending}`)]), line };
}

/** The bytes without the line that `withIgnoreLine` added, or undefined when it is not there any more. */
export function withoutIgnoreLine(gitignore: Buffer, line: string): Buffer | undefined {
  const lines = gitignore.toString('latin1').split(/(?<=\n)/);
  const wanted = Buffer.from(line).toString('latin1');
  const at = lines.findLastIndex((candidate) => candidate.replace(/\r?\n$/, '') === wanted);
  return at < 0 ? undefined : Buffer.from(lines.toSpliced(at, 1).join(''), 'latin1');
}

/** A file name as a pattern that matches it alone: gitignore(5) gives meaning to these characters. */
function ignorePattern(name: string): string {
  return name
    .replace(/[\\*?[\]]/g, '\\$&')
    .replace(/^[#!]/, '\\$&')
    .replace(/ +$/, (blanks) => '\\ '.repeat(blanks.length));
}
