import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PoolConfig } from 'pg';
import type { EmbeddedOptions } from './embedded-worker.ts';

export interface Embedded {
  /** How `pg` reaches it. One connection only: the engine has one session, and statements of two would mix. */
  connection: PoolConfig;
  close(): Promise<void>;
}

/** Starts the embedded engine in a worker thread on the files in `folder` (made when missing). The caller holds the folder's lock. */
export async function openEmbedded(folder: string): Promise<Embedded> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const socketFolder = process.platform === 'win32' ? undefined : mkdtempSync(join(tmpdir(), 'gateway-db-'));
  const options: EmbeddedOptions = { folder, socketPath: socketFolder && join(socketFolder, '.s.PGSQL.5432') };
  const cleanUp = () => socketFolder && rmSync(socketFolder, { recursive: true, force: true });
  if (!existsSync(join(folder, 'PG_VERSION'))) await initialise(options);
  const worker = startWorker(options);
  try {
    const address = await ready(worker);
    const port = Number(/:(\d+)$/.exec(address)?.[1] ?? 5432);
    return {
      connection: {
        host: socketFolder ?? '127.0.0.1',
        port,
        user: 'postgres',
        database: 'postgres',
        password: '',
        max: 1,
      },
      async close() {
        await end(worker);
        cleanUp();
      },
    };
  } catch (error) {
    await worker.terminate();
    cleanUp();
    throw error;
  }
}

/** Making the files takes several times the memory of using them: that thread is ended, so that its memory is given back. */
async function initialise(options: EmbeddedOptions): Promise<void> {
  const worker = startWorker(options);
  try {
    await ready(worker);
    await end(worker);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

async function end(worker: Worker): Promise<void> {
  const closed = new Promise<void>((resolve) => worker.once('message', () => resolve()).once('exit', () => resolve()));
  worker.postMessage('close');
  await closed;
  await worker.terminate();
}

function startWorker(workerData: EmbeddedOptions): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./embedded-worker.js', import.meta.url), { workerData });
  // From source: on Node 20 a thread does not inherit the loader that understands TypeScript, so it gets its own.
  const loader = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const [register, file] = [pathToFileURL(loader), new URL('./embedded-worker.ts', import.meta.url)].map(String);
  const code = `import('${register}').then((tsx) => { tsx.register(); return import('${file}'); })`;
  return new Worker(code, { eval: true, workerData });
}

function ready(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    const exited = (code: number) => reject(new Error(`the embedded database ended with code ${code}`));
    worker.once('exit', exited);
    worker.on('error', reject);
    worker.once('message', (message: { ready?: string; failed?: string }) => {
      // Not `removeAllListeners`: it takes the worker's own, and no message would come any more.
      worker.off('exit', exited);
      if (message.ready) resolve(message.ready);
      else reject(new Error(message.failed));
    });
  });
}
