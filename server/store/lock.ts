import { createHash } from 'node:crypto';
import { realpathSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Takes an exclusive lock on a folder that dies with this process, however it ends: a listening socket, which the
 * system closes for us, so that a start after `kill -9` needs no waiting and no pid guessing.
 * @param name several locks may exist in one folder.
 * @returns a function that gives it back, or undefined when another live process holds it.
 */
export async function lockFolder(folder: string, name: string): Promise<(() => Promise<void>) | undefined> {
  const path = socketPath(folder, name);
  for (let attempt = 0; attempt < 3; attempt++) {
    const server = await listen(path);
    if (server) {
      const mine = inode(path);
      await sleep(attempt === 0 ? 0 : 30);
      if (inode(path) !== mine) {
        server.close();
        return undefined;
      }
      server.unref();
      return () => new Promise((resolve) => server.close(() => resolve()));
    }
    if (await alive(path)) return undefined;
    rmSync(path, { force: true });
  }
  return undefined;
}

/** In the folder itself, unless its path is too long for a socket (107 bytes on Linux, 103 on macOS). */
function socketPath(folder: string, name: string): string {
  const real = realpathSync(folder);
  const digest = createHash('sha256').update(`${real}/${name}`).digest('hex').slice(0, 24);
  if (process.platform === 'win32') return `\\\\.\\pipe\\gateway-${digest}`;
  const inside = join(real, `${name}.lock`);
  return Buffer.byteLength(inside) <= 100 ? inside : join(tmpdir(), `gateway-${digest}.lock`);
}

function inode(path: string): number | undefined {
  if (process.platform === 'win32') return 0;
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(server));
  });
}

function alive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
