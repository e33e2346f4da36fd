import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { GatewayError } from '../../shared/errors.ts';
import type { SignalTap } from './signals.ts';

export interface Child {
  command: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/**
 * Runs a command on this process's own stdin, stdout and stderr, passes signals on, and gives its exit code: its own,
 * or 128 + n when signal n ended it. Arguments reach it untouched, as no shell is between. Throws `command_not_found`
 * or `command_not_executable` when nothing was run.
 */
export async function runChild({ command, args, cwd, env }: Child, signals: SignalTap): Promise<number> {
  const child = execa(command, args, { cwd, env, extendEnv: false, stdio: 'inherit', reject: false, buffer: false });
  signals.passTo((signal) => child.kill(signal));
  const result = await child;
  if (result.exitCode !== undefined) return result.exitCode;
  if (result.signal !== undefined) return 128 + constants.signals[result.signal as keyof typeof constants.signals];
  throw notStarted(command, cwd, result.code, result.cause);
}

function notStarted(command: string, cwd: string, code: string | undefined, cause: unknown): GatewayError {
  if (code !== 'ENOENT') {
    const reason =
      code === 'EACCES'
        ? 'it has no permission to be executed'
        : code === 'ENOEXEC'
          ? 'it is no program, and has no #! line'
          : (code ?? String(cause));
    return new GatewayError('command_not_executable', `${command} cannot be run: ${reason}.`, { cause });
  }
  if (!isFolder(cwd))
    return new GatewayError('file_error', `The current folder ${cwd} does not exist any more.`, { cause });
  if (command.includes('/') && exists(resolve(cwd, command))) {
    return new GatewayError(
      'command_not_executable',
      `${command} cannot be run: the program in its #! line does not exist.`,
      { cause },
    );
  }
  return new GatewayError('command_not_found', `There is no command ${JSON.stringify(command)} here.`, { cause });
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
