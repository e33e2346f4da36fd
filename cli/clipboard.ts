import { spawn } from 'node:child_process';
import { GatewayError } from '../shared/errors.ts';
import { programPath } from './setup/found.ts';

/** Programs that put their stdin into the clipboard, the best first: where they work, and the variable that must be set. */
const PROGRAMS: readonly { on: NodeJS.Platform; needs?: string; command: readonly [string, ...string[]] }[] = [
  { on: 'darwin', command: ['pbcopy'] },
  { on: 'win32', command: ['clip'] },
  { on: 'linux', needs: 'WAYLAND_DISPLAY', command: ['wl-copy'] },
  { on: 'linux', needs: 'DISPLAY', command: ['xclip', '-selection', 'clipboard'] },
  { on: 'linux', needs: 'DISPLAY', command: ['xsel', '--clipboard', '--input'] },
  { on: 'linux', needs: 'WSL_DISTRO_NAME', command: ['clip.exe'] },
];

/** Which program to run here: the full path, and its arguments. Throws `clipboard_unavailable`. */
export function clipboardProgram(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): { path: string; args: string[] } {
  const fitting = PROGRAMS.filter(({ on, needs }) => on === platform && (!needs || env[needs]));
  for (const { command } of fitting) {
    const [name, ...args] = command;
    const path = programPath(name, { env, platform });
    if (path) return { path, args };
  }
  const names = fitting.map(({ command }) => command[0]).join(' or ');
  const install = `Install ${names}; or let \`gateway env\` print the key and the address.`;
  throw new GatewayError('clipboard_unavailable', 'There is no clipboard here that gateway could use.', {
    hint: names ? install : undefined,
  });
}

/** Puts a text into the clipboard. It goes by stdin: other users of the machine see arguments. */
export function copyText(text: string, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Promise<void> {
  const { path, args } = clipboardProgram(env, platform);
  const { GATEWAY_API_KEY: _, ...childEnv } = env;
  // some stay behind to hand the text out, and would keep a pipe open
  const child = spawn(path, args, { env: childEnv, stdio: ['pipe', 'ignore', 'ignore'], windowsHide: true });
  return new Promise((resolve, reject) => {
    const failed = (why: string, cause?: Error) =>
      reject(new GatewayError('clipboard_unavailable', `${path} could not copy: ${why}.`, { cause }));
    child.once('error', (error) => failed(error.message, error));
    child.once('exit', (code, signal) => (code === 0 ? resolve() : failed(`it ended with ${code ?? signal}`)));
    child.stdin.on('error', () => {});
    child.stdin.end(text);
  });
}
