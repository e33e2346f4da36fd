import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import type { Logger } from 'pino';
import { GatewayError } from '../shared/errors.ts';
import { VERSION } from '../shared/version.ts';
import { createApi } from './api/app.ts';
import { createAccounting } from './billing/accounting.ts';
import { createBudget } from './billing/budget.ts';
import { openJournal } from './billing/journal.ts';
import { createResponseCache } from './cache/response-cache.ts';
import { createCatalog } from './catalog/catalog.ts';
import { startCatalogSchedule } from './catalog/update/schedule.ts';
import { openCatalogUpdates } from './catalog/update/updates.ts';
import { type Config, type Environment, readConfig } from './config.ts';
import { bootstrap } from './identity/bootstrap.ts';
import { createIdentity } from './identity/create-identity.ts';
import { createKeyRing } from './identity/key-ring.ts';
import { keepProviderKeys } from './identity/provider-keys-in-use.ts';
import { createSecrets, loadSecret } from './identity/secrets.ts';
import { type Bound, bind, open } from './listen.ts';
import { createLog } from './log.ts';
import { createLimits } from './policy/limits/limits.ts';
import { sharedCounters } from './policy/limits/shared/counters.ts';
import { Link } from './policy/limits/shared/link.ts';
import { createUpstreams } from './providers/upstreams.ts';
import { createConversations } from './responses/conversations.ts';
import { createHealth } from './routing/health/create-health.ts';
import { createMakers } from './routing/makers.ts';
import { createPins } from './routing/pins.ts';
import { createPreferences } from './routing/preferred.ts';
import { createRankings } from './routing/rankings.ts';
import type { Services } from './services.ts';
import { lockFolder } from './store/lock.ts';
import { openSharedMemory } from './store/redis.ts';
import { openStore } from './store/store.ts';

export interface ServeOptions {
  host?: string;
  port?: number;
  /** Serves one of the two surfaces alone. */
  only?: 'proxy' | 'management';
  /** Announces readiness as JSON. */
  json?: boolean;
  env: Environment;
  /** Where a `.env` may stand. */
  cwd: string;
}

const DRAIN_MS = 30_000;

/**
 * The server, from start to clean end: resolves once it has drained after SIGTERM or SIGINT. Throws a `GatewayError`
 * when it cannot start, with nothing changed.
 */
export async function serve(options: ServeOptions): Promise<void> {
  keepRequestsYoung();
  const config = override(readConfig(options.env, options.cwd), options);
  const log = createLog(config.logLevel);
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed())
      await closer().catch((error: unknown) => log.warn({ error: String(error) }, 'closing'));
  };
  try {
    // The port first: a taken one must be told before a database is made.
    const bound = await bind(config.host, config.port);
    const { server } = bound;
    closers.push(() => closeServer(server));
    const services = await assemble(config, publicUrlOf(config, server), log, closers);
    const api = options.only === 'proxy' ? undefined : createApi(services);
    open(bound, services, { proxy: options.only !== 'management', api });
    // Before the announcement: whoever waits for it may end us at once.
    const told = untilTold(log);
    announce(server, config, options.json ?? false);
    await told;
    log.info('draining');
    await drainServer(bound);
  } finally {
    await close();
  }
}

/**
 * V8 takes what outlives a collection while requests wait for slow providers for long-lived, and from then on makes it among
 * the old: each such object keeps the whole request that it belongs to until a full collection (measured: a quarter of all
 * that is allocated, and twice the CPU time of a small request). A request is never long-lived.
 */
function keepRequestsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/** Builds Services in dependency order. Everything that must be closed adds itself to `closers`. */
async function assemble(
  config: Config,
  publicUrl: string,
  log: Logger,
  closers: (() => Promise<unknown>)[],
): Promise<Services> {
  // With a database elsewhere the folder holds the journal alone: a wrong DATABASE_URL must leave nothing behind.
  if (!config.databaseUrl) await claimDataDir(config, closers);
  const secrets = createSecrets(loadSecret({ config }));
  const store = await openStore({ config, log });
  closers.push(() => store.close());
  const shared = openSharedMemory({ config, log });
  closers.push(async () => shared?.close());
  const health = createHealth({ now: () => performance.now(), shared });
  const pins = createPins({ shared });
  closers.push(async () => pins.close());
  if (config.databaseUrl) await claimDataDir(config, closers);
  const budget = createBudget();
  const journal = await openJournal(config.dataDir);
  const accounting = createAccounting({ store, budget, journal, log, sharesProcess: config.databaseUrl === undefined });
  closers.push(() => accounting.close());
  const replayed = await accounting.replay();
  if (replayed > 0)
    log.info({ records: replayed }, 'records that an earlier process left in the journal are in the store');
  await bootstrap({ config, store, secrets, log });
  const link = shared && (await new Link(shared, log).opened());
  closers.push(async () => link?.close());
  const limits = createLimits(config.freeRequests, link && sharedCounters(link));
  const keyRing = await createKeyRing({ store, secrets, budget, limits, accounting, log });
  const conversations = createConversations({ store, secrets, log });
  closers.push(() => conversations.close());
  const upstreams = createUpstreams(config, VERSION, log, shared);
  closers.push(() => upstreams.close());
  await keepProviderKeys({ store, secrets, upstreams, log });
  if (upstreams.all.length === 0)
    log.warn('no provider is configured: set LLM_OPENAI_API_KEY, LLM_ANTHROPIC_API_KEY or another');
  const catalog = createCatalog();
  const catalogUpdates = await openCatalogUpdates({ config, store, log, catalog });
  const stopCatalog = startCatalogSchedule(catalogUpdates);
  closers.push(async () => stopCatalog());
  const identity = await createIdentity({ config, publicUrl, log, store, secrets });
  closers.push(() => identity.close());
  return {
    config,
    publicUrl,
    log,
    store,
    shared,
    health,
    rankings: createRankings({ health }),
    preferences: createPreferences(),
    pins,
    makers: createMakers(),
    secrets,
    responseCache: createResponseCache({ config, shared, secrets }),
    keyRing,
    conversations,
    budget,
    limits,
    accounting,
    catalog,
    catalogUpdates,
    upstreams,
    identity,
  };
}

/** The data folder, made and, for the embedded database, held alone: two processes on its files would lose data. */
async function claimDataDir(config: Config, closers: (() => Promise<unknown>)[]): Promise<void> {
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new GatewayError(
      'config_invalid',
      `The data folder ${config.dataDir} cannot be made: ${(cause as Error).message}.`,
      {
        cause,
        hint: 'Set GATEWAY_DATA_DIR to a folder that you may write to.',
      },
    );
  }
  if (config.databaseUrl) return;
  let unlock: (() => Promise<void>) | undefined;
  try {
    unlock = await lockFolder(config.dataDir, 'server');
  } catch (cause) {
    throw new GatewayError(
      'config_invalid',
      `The data folder ${config.dataDir} cannot be written to: ${(cause as Error).message}.`,
      {
        cause,
        hint: 'Set GATEWAY_DATA_DIR to a folder that you may write to.',
      },
    );
  }
  if (!unlock)
    throw new GatewayError('data_dir_in_use', `The data folder ${config.dataDir} is in use by another gateway.`);
  closers.push(unlock);
}

function override(config: Config, options: ServeOptions): Config {
  return { ...config, host: options.host ?? config.host, port: options.port ?? config.port };
}

function publicUrlOf(config: Config, server: Server): string {
  if (config.publicUrl) return config.publicUrl;
  const { port } = server.address() as AddressInfo;
  const host = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function announce(server: Server, config: Config, json: boolean): void {
  const url = publicUrlOf({ ...config, publicUrl: undefined }, server);
  process.stdout.write(json ? `${JSON.stringify({ event: 'listening', url })}\n` : `gateway listening on ${url}\n`);
}

function untilTold(log: Logger): Promise<void> {
  return new Promise((resolve) => {
    const told = (signal: NodeJS.Signals) => {
      log.info({ signal }, 'stopping');
      process.off('SIGTERM', told).off('SIGINT', told);
      resolve();
    };
    process.on('SIGTERM', told).on('SIGINT', told);
  });
}

/** Stops accepting and lets what runs finish, for so long. */
async function drainServer({ server, sockets }: Bound): Promise<void> {
  const drained = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection whose answer is done goes idle again, and nobody else closes it.
  const idle = setInterval(() => {
    server.closeIdleConnections();
    // To node one that never asked anything is not idle.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }, 50);
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await drained;
  clearInterval(idle);
  clearTimeout(timer);
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
