/**
 * The embedded database: PGlite in a thread of its own, so that a long query never holds up a request.
 * Speaks Postgres' wire protocol on a private socket, so that one driver serves both kinds of store.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

export interface EmbeddedOptions {
  /** Folder of the database's files. */
  folder: string;
  /** Unix socket to listen on, or undefined to take a loopback port (Windows). */
  socketPath: string | undefined;
}

const options = workerData as EmbeddedOptions;
const port = parentPort!;

try {
  const database = await PGlite.create({
    dataDir: options.folder,
    postgresqlconf: ['shared_buffers = 16MB', 'max_wal_size = 128MB'],
  });
  const server = new PGLiteSocketServer({
    db: database,
    maxConnections: 4,
    ...(options.socketPath ? { path: options.socketPath } : { host: '127.0.0.1', port: 0 }),
  });
  await server.start();
  const close = async () => {
    await server.stop();
    await database.close();
    port.postMessage('closed');
  };
  port.on('message', () => void close());
  port.postMessage({ ready: server.getServerConn() });
} catch (error) {
  port.postMessage({ failed: error instanceof Error ? error.message : String(error) });
}
