import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { inject } from 'vitest';
import { createApi } from '../../../server/api/app.ts';
import { createAccounting } from '../../../server/billing/accounting.ts';
import { createBudget } from '../../../server/billing/budget.ts';
import { openJournal } from '../../../server/billing/journal.ts';
import type { UsageRecord } from '../../../server/billing/record.ts';
import { createResponseCache } from '../../../server/cache/response-cache.ts';
import { createCatalog } from '../../../server/catalog/catalog.ts';
import { openCatalogUpdates } from '../../../server/catalog/update/updates.ts';
import { readConfig } from '../../../server/config.ts';
import { insertOrganization, insertUser } from '../../../server/identity/account-records.ts';
import { activePerson } from '../../../server/identity/accounts.ts';
import type { Identity, Person } from '../../../server/identity/identity.ts';
import { createKeyRing } from '../../../server/identity/key-ring.ts';
import { keepProviderKeys } from '../../../server/identity/provider-keys-in-use.ts';
import { createSecrets } from '../../../server/identity/secrets.ts';
import { createLimits } from '../../../server/policy/limits/limits.ts';
import { createUpstreams } from '../../../server/providers/upstreams.ts';
import { createConversations } from '../../../server/responses/conversations.ts';
import { createHealth } from '../../../server/routing/health/create-health.ts';
import { createMakers } from '../../../server/routing/makers.ts';
import { createPins } from '../../../server/routing/pins.ts';
import { createPreferences } from '../../../server/routing/preferred.ts';
import { createRankings } from '../../../server/routing/rankings.ts';
import type { Services } from '../../../server/services.ts';
import { newRequestId } from '../../../server/store/ids.ts';
import { openStore } from '../../../server/store/store.ts';
import { GatewayError } from '../../../shared/errors.ts';
import { createDatabase } from '../../helpers/postgres.ts';

/** What every test of stored things runs on. */
export const ENGINES = ['the embedded engine', 'Postgres'] as const;

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  body: any;
}

export interface CallOptions {
  /** A person's access token or an API key. */
  as?: string | undefined;
  /** Sent as JSON; text is sent as it is. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface SignedIn {
  token: string;
  person: Person;
}

export interface Harness {
  url: string;
  services: Services;
  /** Every line that was logged. */
  log: Record<string, unknown>[];
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Makes a person with an organisation of their own. */
  signUp(name: string, creditNano?: bigint): Promise<SignedIn>;
  /** Makes a key and gives its answer. */
  newKey(as: string, body?: Record<string, unknown>): Promise<Answer['body']>;
  /** Books a request as the data plane does. */
  use(rawKey: string, record?: Partial<UsageRecord>): Promise<string>;
  close(): Promise<void>;
}

/** The management API over loopback, on real services; only signing in is short: a token is `person:<user id>`. */
export async function startApi(engine: (typeof ENGINES)[number], env: Record<string, string> = {}): Promise<Harness> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gateway-api-'));
  const databaseUrl = engine === 'Postgres' ? await createDatabase() : undefined;
  if (!databaseUrl) cpSync(inject('databaseTemplate'), dataDir, { recursive: true });
  const variables = { GATEWAY_DATA_DIR: dataDir, GATEWAY_SECRET: 'a secret of the tests, long enough', ...env };
  const config = readConfig({ ...variables, ...(databaseUrl && { DATABASE_URL: databaseUrl }) }, dataDir);
  const log: Record<string, unknown>[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void log.push(JSON.parse(line)) });
  const store = await openStore({ config, log: logger });
  const secrets = createSecrets(config.secret!);
  const budget = createBudget();
  const accounting = createAccounting({
    store,
    budget,
    journal: await openJournal(dataDir),
    log: logger,
    sharesProcess: databaseUrl === undefined,
  });
  const limits = createLimits(config.freeRequests);
  const keyRing = await createKeyRing({ store, secrets, budget, limits, accounting, log: logger });
  const upstreams = createUpstreams(config, 'test');
  await keepProviderKeys({ store, secrets, upstreams, log: logger });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const catalog = createCatalog();
  const identity = shortIdentity(() => services);
  const health = createHealth({ now: () => performance.now() });
  const services: Services = {
    config,
    publicUrl: url,
    log: logger,
    store,
    shared: undefined,
    health,
    rankings: createRankings({ health }),
    preferences: createPreferences(),
    pins: createPins({ shared: undefined }),
    makers: createMakers(),
    secrets,
    keyRing,
    responseCache: createResponseCache({ config, shared: undefined, secrets }),
    conversations: createConversations({ store, secrets, log: logger }),
    budget,
    limits,
    accounting,
    catalog,
    catalogUpdates: await openCatalogUpdates({ config, store, log: logger, catalog }),
    upstreams,
    identity,
  };
  server.on('request', createApi(services));

  const call: Harness['call'] = async (method, path, { as, body, headers = {} } = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(as !== undefined && { authorization: `Bearer ${as}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = text !== '' && response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };

  return {
    url,
    services,
    log,
    call,
    async signUp(name, creditNano = 0n) {
      const userId = await store.transaction(async (tx, announce) => {
        const id = await insertUser(tx, {
          issuer: 'test',
          subject: name,
          email: `${name}@example.com`,
          displayName: name,
          isOwner: false,
        });
        await insertOrganization(tx, announce, { name: `${name}'s`, userId: id, openingNano: creditNano });
        return id;
      });
      return { token: `person:${userId}`, person: await activePerson({ store }, userId) };
    },
    async newKey(as, body = {}) {
      const answer = await call('POST', '/api/v1/me/keys', { as, body: { name: 'a key', ...body } });
      if (answer.status !== 201) throw new Error(`no key: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    async use(rawKey, record = {}) {
      const key = await keyRing.authenticate(rawKey);
      const id = newRequestId(Date.now());
      accounting.record({
        ...plainRecord(id),
        organization_id: key.organizationId,
        project_id: key.projectId,
        key_id: key.id,
        chain: key.chain,
        ...record,
      });
      return id;
    },
    async close() {
      await closeServer(server);
      await services.conversations.close();
      await accounting.close();
      await upstreams.close();
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function shortIdentity(services: () => Services): Identity {
  const none = async () => {
    throw new GatewayError('not_found', 'not in these tests');
  };
  return {
    discovery: none,
    async authenticate(token) {
      const id = /^person:(.+)$/.exec(token)?.[1];
      if (!id) throw new GatewayError('invalid_token', 'The access token is not valid.');
      return activePerson(services(), id);
    },
    issuer: undefined,
    embedded: undefined,
    external: undefined,
    sendEmailCode: none,
    close: async () => {},
  };
}

function plainRecord(id: string): Omit<UsageRecord, 'organization_id' | 'project_id' | 'key_id' | 'chain'> {
  return {
    id,
    created_at: new Date().toISOString(),
    format: 'openai-chat',
    model: 'gpt-4o-mini',
    provider: 'openai',
    provider_model: 'gpt-4o-mini',
    stream: false,
    status_code: 200,
    error_code: null,
    tokens_in: 10,
    tokens_cached: 0,
    tokens_cache_write: 0,
    tokens_out: 5,
    tokens_reasoning: 0,
    cost_nano: '1000000',
    estimated: false,
    latency_ms: 120,
    first_token_ms: null,
    source: null,
    session: null,
    metadata: null,
    windows: null,
  };
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
