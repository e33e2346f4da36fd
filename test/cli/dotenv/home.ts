import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, execaSync, type Options } from 'execa';
import { BIN } from '../../helpers/gateway.ts';

/** A key that no server knows: everything here works without one. */
export const KEY = 'sk-gw-0123456789abcdefghijklmnopqrstuvwxyz0CbFgi';
export const URL_IN_USE = 'http://127.0.0.1:8787';

export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A person's folders, new and empty, and the CLI as a process in them. */
export interface Home {
  /** HOME, also where the CLI keeps its own files. */
  home: string;
  /** The current folder of the commands. */
  project: string;
  env: Record<string, string>;
  /** Runs `gateway` to its end. */
  run(args: string[], options?: Options): Promise<Ended>;
  /** Runs a line of bash in the project, where `gateway` is a command. */
  bash(script: string): Ended;
  remove(): void;
}

/** Makes a home with GATEWAY_API_KEY set and nothing of the surrounding environment but PATH. */
export function makeHome(): Home {
  // where TMPDIR is a link, the CLI tells the path behind it
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'gateway-home-')));
  const [home, project] = [join(root, 'home'), join(root, 'project')];
  mkdirSync(home);
  mkdirSync(project);
  const env = {
    PATH: process.env.PATH!,
    HOME: home,
    GATEWAY_API_KEY: KEY,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
  };
  const common = { cwd: project, env, extendEnv: false, reject: false, stripFinalNewline: false } as const;
  return {
    home,
    project,
    env,
    async run(args, options) {
      const { exitCode, stdout, stderr } = await execa(process.execPath, [BIN, ...args], {
        ...common,
        stdin: 'ignore',
        timeout: 30_000,
        ...options,
      });
      return { exitCode: exitCode ?? -1, stdout: String(stdout), stderr: String(stderr) };
    },
    bash(script) {
      const prelude = `gateway() { "${process.execPath}" "${BIN}" "$@"; }\n`;
      const { exitCode, stdout, stderr } = execaSync('bash', ['-c', prelude + script], { ...common, timeout: 30_000 });
      return { exitCode: exitCode ?? -1, stdout, stderr };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
