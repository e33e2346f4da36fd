import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const worker = new Worker(workerFile(), { workerData: options });
  const cleanUp = () => socketFolder && rmSync(socketFolder, { recursive: true, force: true });
  try {
    const address = await ready(worker);
    const port = Number(/:(\d+)$/.exec(address)?.[1] ?? 5432);
    return {
      connection: { host: socketFolder ?? '127.0.0.1', port, user: 'postgres', database: 'postgres', password: '', max: 1 },
      async close() {
        const closed = new Promise<void>((resolve) => worker.once('message', () => resolve()).once('exit', () => resolve()));
        worker.postMessage('close');
        await closed;
        await worker.terminate();
        cleanUp();
      },
    };
  } catch (error) {
    await worker.terminate();
    cleanUp();
    throw error;
  }
}

function workerFile(): URL {
  const source = import.meta.url.endsWith('.ts');
  return new URL(source ? './embedded-worker.ts' : './embedded-worker.js', import.meta.url);
}

function ready(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the embedded database ended with code ${code}`)));
    worker.once('message', (message: { ready?: string; failed?: string }) => {
      worker.removeAllListeners();
      worker.on('error', () => {});
      if (message.ready) resolve(message.ready);
      else reject(new Error(message.failed));
    });
  });
}
