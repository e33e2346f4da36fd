import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../helpers/gateway.ts';

const MODULES = join(ROOT, 'test/clients/node_modules');
const HERE = `${process.platform}-${process.arch}`;

/** The agents' programs below test/clients. Some are taken from their platform's package: scripts that would link them there are not run. */
const PROGRAMS = {
  claude: `@anthropic-ai/claude-code-${HERE}/claude`,
  codex: '@openai/codex/bin/codex.js',
  opencode: `opencode-${HERE}/bin/opencode`,
  openclaw: 'openclaw/openclaw.mjs',
  pi: '.bin/pi',
  cn: '.bin/cn',
  kilo: `@kilocode/cli-${HERE}/bin/kilo`,
  kimi: '.bin/kimi',
  gemini: '.bin/gemini',
  /** Some need a later Node than ours; without one for this machine they get ours. */
  node: `node-${HERE}/bin/node`,
} as const;
export type Program = Exclude<keyof typeof PROGRAMS, 'node'>;

/** A folder for PATH that holds the agents. Throws for one that is not installed. */
export function programFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-agents-'));
  for (const [name, path] of Object.entries(PROGRAMS)) {
    const file = join(MODULES, path);
    const there = existsSync(file);
    if (!there && name !== 'node')
      throw new Error(`${file} is missing: \`node scripts/prepare.js --test\` installs the agents.`);
    symlinkSync(there ? file : process.execPath, join(folder, name));
  }
  return folder;
}

/** Nothing gets past loopback: whatever asks for another host is sent to a closed door. */
export const CUT_OFF = {
  ...Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => [
      [name, 'http://127.0.0.1:9'],
      [name.toLowerCase(), 'http://127.0.0.1:9'],
    ]),
  ),
  NO_PROXY: '127.0.0.1',
  no_proxy: '127.0.0.1',
};

export interface Ran {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, and ends it with all that it started after `limit` milliseconds. */
export function runProgram(
  [file, ...args]: readonly [string, ...string[]],
  { cwd, env, limit = 180_000 }: { cwd: string; env: NodeJS.ProcessEnv; limit?: number },
): Promise<Ran> {
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  const end = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {}
  };
  const timer = setTimeout(end, limit);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // what it left running holds its pipes open
    child.once('exit', (exitCode) => {
      clearTimeout(timer);
      end();
      child.once('close', () => resolve({ exitCode, ...output }));
    });
  });
}
