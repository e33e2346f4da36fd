import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Before all tests: the build that they run, and one Postgres server for those that ask for a database of their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, ['scripts/build.js'], { cwd: root, stdio: 'inherit' });
  const postgres = await startPostgres();
  project.provide('postgresUrl', postgres.url);
  const template = await makeTemplate();
  project.provide('databaseTemplate', template);
  return async () => {
    await postgres.stop();
    rmSync(template, { recursive: true, force: true });
  };
}

/** An embedded database that is made and migrated but empty: copying it saves each server of the tests seconds of start. */
async function makeTemplate(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-template-'));
  const server = spawn(process.execPath, ['bin/gateway.js', 'serve'], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: folder, GATEWAY_PORT: '0', GATEWAY_DATA_DIR: folder, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(server, 'exit');
  await Promise.race([
    once(server.stdout, 'data'),
    exited.then(() => Promise.reject(new Error('the server did not start'))),
  ]);
  server.kill('SIGTERM');
  await exited;
  return folder;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    databaseTemplate: string;
  }
}
