import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import type { Logger } from 'pino';
import { GatewayError } from '../../shared/errors.ts';
import type { Config } from '../config.ts';
import { type Embedded, openEmbedded } from './embedded.ts';
import * as schema from './schema.ts';

export type Database = NodePgDatabase<typeof schema>;
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

/**
 * What changed, told to every process that shares the database: a key, an organisation's balance, a project's
 * settings, who a user is or where they act, the list of models, an organisation's own provider keys, a kept response
 * that was removed (its project's id, a space, its own), or `all` after a gap.
 */
export type Topic = 'key' | 'organization' | 'project' | 'user' | 'catalog' | 'provider' | 'response' | 'all';
/** Announces a change from inside a transaction; heard everywhere once it commits. */
export type Announce = (topic: Topic, id: string) => void;

/** The database and its news. The same queries run on the embedded engine and on Postgres. */
export interface Store {
  db: Database;
  /** A transaction. Inside it use only `tx`: the embedded engine has one connection. */
  transaction<T>(work: (tx: Transaction, announce: Announce) => Promise<T>): Promise<T>;
  /** Calls back for each change announced by this or another process, and with `all` when some may have been missed. */
  onChange(listener: (topic: Topic, id: string) => void): void;
  /** Resolves when the database answers; throws otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const CHANNEL = 'gateway_changes';
const MIGRATIONS_TABLE = { migrationsTable: 'gateway_migrations', migrationsSchema: 'public' };
const HEARTBEAT_MS = 400;
const QUERY_TIMEOUT_MS = 10_000;
const MIGRATION_LOCK = 7_238_114_001;

/** Opens the store and brings its schema up to date, under a lock. Refuses a database of a newer version unchanged. */
export async function openStore({ config, log }: { config: Config; log: Logger }): Promise<Store> {
  const embedded = config.databaseUrl ? undefined : await openEmbedded(join(config.dataDir, 'db'));
  const connection: pg.PoolConfig = embedded?.connection ?? { connectionString: config.databaseUrl, max: 10 };
  // A database that is frozen, not gone, answers nothing: then a query fails in time for its caller to be told.
  const limits = embedded ? {} : { query_timeout: QUERY_TIMEOUT_MS };
  const pool = new pg.Pool({
    ...limits,
    ...connection,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: embedded ? 0 : 30_000,
  });
  pool.on('error', (error) => log.warn({ error: error.message }, 'a database connection was lost'));
  try {
    await migrateLocked(connection);
  } catch (error) {
    await pool.end().catch(() => {});
    await embedded?.close();
    throw error instanceof GatewayError ? error : unreachable(error, config);
  }
  return assemble(pool, embedded, config, log);
}

function unreachable(error: unknown, config: Config): GatewayError {
  const reason =
    error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
  const where = config.databaseUrl
    ? `DATABASE_URL (${withoutPassword(config.databaseUrl)})`
    : `the embedded database in ${config.dataDir}`;
  return new GatewayError('database_unreachable', `${where} cannot be used: ${reason}.`, { cause: error });
}

function withoutPassword(text: string): string {
  const url = new URL(text);
  if (url.password) url.password = '***';
  return url.toString();
}

/** On a connection of its own without a time limit: a migration may take long, and another process may be at it. */
async function migrateLocked(connection: pg.PoolConfig): Promise<void> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const folder = migrationsFolder();
    await refuseNewer(client, folder);
    await migrate(drizzle(client), { migrationsFolder: folder, ...MIGRATIONS_TABLE });
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  } finally {
    await client.end();
  }
}

async function refuseNewer(client: pg.Client, folder: string): Promise<void> {
  const known = await client.query<{ exists: string | null }>(
    `select to_regclass('public.${MIGRATIONS_TABLE.migrationsTable}') as exists`,
  );
  if (known.rows[0]?.exists == null) return;
  const last = await client.query<{ at: string | null }>(
    `select max(created_at) as at from public.${MIGRATIONS_TABLE.migrationsTable}`,
  );
  const newest = readMigrationFiles({ migrationsFolder: folder }).at(-1)!.folderMillis;
  if (Number(last.rows[0]?.at ?? 0) > newest) {
    throw new GatewayError('database_newer', 'The database has a newer schema than this version of gateway knows.');
  }
}

function migrationsFolder(): string {
  const here = fileURLToPath(new URL('./migrations', import.meta.url));
  if (!existsSync(here)) throw new Error(`the migrations are missing from ${here}`);
  return here;
}

function assemble(pool: pg.Pool, embedded: Embedded | undefined, config: Config, log: Logger): Store {
  const db = drizzle(pool, { schema });
  const news = new EventEmitter();
  const tell = (topic: Topic, id: string) => news.emit('change', topic, id);
  const listener = config.databaseUrl ? listenForChanges(config.databaseUrl, tell, log) : undefined;
  return {
    db,
    async transaction(work) {
      const changes: [Topic, string][] = [];
      const result = await db.transaction(async (tx) => {
        const value = await work(tx, (topic, id) => changes.push([topic, id]));
        if (!embedded) {
          for (const [topic, id] of changes) await tx.execute(sql`select pg_notify(${CHANNEL}, ${`${topic}:${id}`})`);
        }
        return value;
      });
      for (const [topic, id] of changes) tell(topic, id);
      return result;
    },
    onChange(call) {
      news.on('change', call);
    },
    async ping() {
      await pool.query('select 1');
    },
    async close() {
      await listener?.();
      await pool.end();
      await embedded?.close();
    },
  };
}

/**
 * LISTENs on a connection of its own, asked every 400 ms whether it still lives, so that what another process changed
 * is known here within a second. After a gap it says `all`.
 */
function listenForChanges(
  connectionString: string,
  tell: (topic: Topic, id: string) => void,
  log: Logger,
): () => Promise<void> {
  let stopped = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  const connect = async (again: boolean): Promise<void> => {
    if (stopped) return;
    const fresh = new pg.Client({ connectionString, connectionTimeoutMillis: 2000, query_timeout: 2 * HEARTBEAT_MS });
    try {
      fresh.on('error', () => {});
      fresh.on('notification', ({ payload = '' }) => {
        const at = payload.indexOf(':');
        tell(payload.slice(0, at) as Topic, payload.slice(at + 1));
      });
      await fresh.connect();
      await fresh.query(`listen ${CHANNEL}`);
      client = fresh;
      if (again) {
        log.info('hearing of changes from the database again');
        tell('all', '');
      }
      beat(fresh);
    } catch {
      void fresh.end().catch(() => {});
      timer = setTimeout(() => void connect(true), HEARTBEAT_MS).unref();
    }
  };
  const beat = (current: pg.Client) => {
    timer = setTimeout(() => {
      current.query('select 1').then(
        () => beat(current),
        (error: Error) => {
          if (!stopped) log.warn({ error: error.message }, 'the database connection for changes was lost');
          void current.end().catch(() => {});
          void connect(true);
        },
      );
    }, HEARTBEAT_MS).unref();
  };
  void connect(false);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await client?.end().catch(() => {});
  };
}
