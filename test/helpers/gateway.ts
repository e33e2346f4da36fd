import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { generateApiKey } from '../../shared/api-key.ts';

/** The project's folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = join(ROOT, 'bin', 'gateway.js');

/** An answer of the management API. */
export interface ApiAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects of it
  body: any;
  headers: Headers;
}

/** A real server process. */
export interface Gateway {
  url: string;
  /** The bootstrap key: it has the `manage` permission. */
  key: string;
  dataDir: string;
  process: ChildProcess;
  /** Everything it wrote to its log so far. */
  log(): string;
  /** Resolves with the first line of the log from now on, or already there, that matches. */
  logged(pattern: RegExp): Promise<RegExpExecArray>;
  /** Calls the management API with the bootstrap key (or another); the body of a failure is returned too. */
  api(method: string, path: string, body?: unknown, key?: string): Promise<ApiAnswer>;
  /** Kills it at once, as a crash would, and resolves when it is gone. */
  kill(): Promise<void>;
  /** Ends it by SIGTERM and resolves with its exit code. */
  stop(): Promise<number | null>;
}

export interface GatewayOptions {
  /** Providers by name: `{ openai: 'http://127.0.0.1:9/v1' }`. */
  providers?: Record<string, string>;
  dataDir?: string;
  key?: string;
  /** Opening credit in USD. */
  credit?: string;
  env?: Record<string, string | undefined>;
  args?: string[];
  /** Makes the embedded database itself, as on a new machine, instead of taking the tests' copy of an empty one. */
  fresh?: boolean;
}

const started = new Set<Gateway>();
const folders = new Set<string>();

/** Starts `gateway serve` from the build on a free port, on the embedded store unless DATABASE_URL is in `env`. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'gateway-test-'));
  folders.add(dataDir);
  const key = options.key ?? generateApiKey();
  const serverDir = join(dataDir, 'server');
  if (!options.fresh && !options.env?.DATABASE_URL && !existsSync(serverDir))
    cpSync(inject('databaseTemplate'), serverDir, { recursive: true });
  const providers = Object.entries(options.providers ?? {}).flatMap(([name, url]) => {
    const prefix = `LLM_${name.toUpperCase().replaceAll('-', '_')}`;
    return [
      [`${prefix}_API_KEY`, `upstream-${name}-key`],
      [`${prefix}_BASE_URL`, url],
    ];
  });
  const child = spawn(process.execPath, [BIN, 'serve', ...(options.args ?? [])], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      HOME: dataDir,
      GATEWAY_PORT: '0',
      GATEWAY_DATA_DIR: join(dataDir, 'server'),
      GATEWAY_BOOTSTRAP_KEY: key,
      GATEWAY_BOOTSTRAP_CREDIT_USD: options.credit ?? '100',
      LOG_LEVEL: 'info',
      GATEWAY_CATALOG_REFRESH_HOURS: '0',
      ...Object.fromEntries(providers),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  let out = '';
  const watchers = new Set<() => void>();
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
    for (const watch of watchers) watch();
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      const match = /gateway listening on (\S+)/.exec(out);
      if (match) resolve(match[1]!);
    });
    child.once('error', reject);
    void exited.then((code) => reject(new Error(`the server ended with ${code} before it listened: ${log}`)));
  });
  const gateway: Gateway = {
    url,
    key,
    dataDir,
    process: child,
    log: () => log,
    logged(pattern) {
      return new Promise((resolve) => {
        const watch = () => {
          const match = pattern.exec(log);
          if (!match) return;
          watchers.delete(watch);
          resolve(match);
        };
        watchers.add(watch);
        watch();
      });
    },
    async api(method, path, body, as = key) {
      const headers: Record<string, string> = { authorization: `Bearer ${as}` };
      const init: RequestInit = { method, headers };
      if (body !== undefined) {
        headers['content-type'] = 'application/json';
        init.body = JSON.stringify(body);
      }
      const response = await fetch(url + path, init);
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text), headers: response.headers };
    },
    async kill() {
      started.delete(gateway);
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      started.delete(gateway);
      if (child.exitCode === null) child.kill('SIGTERM');
      return exited;
    },
  };
  started.add(gateway);
  return gateway;
}

/** Ends every server that is still running and removes its files. Call it after all tests of a file. */
export async function stopGateways(): Promise<void> {
  await Promise.all([...started].map((gateway) => gateway.kill()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
