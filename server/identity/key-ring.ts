/**
 * The API keys in use, in memory: a request with a known key asks no database. What another process changes is heard
 * through the store within a second. With the store down, keys that are known go on working.
 */
import { hash as hashOf } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { isWellFormedApiKey } from '../../shared/api-key.ts';
import type { RateLimits } from '../../shared/contracts/limits.ts';
import type { RoutingOverrides } from '../../shared/contracts/routing.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { Account } from '../billing/budget.ts';
import { compileGuard, type Guard, type StoredRule } from '../policy/guard.ts';
import type { Limited } from '../policy/limits/limited.ts';
import { type RoutingSettings, settingsOf } from '../routing/settings.ts';
import type { Services } from '../services.ts';
import type { Topic } from '../store/store.ts';
import { accountsFor, hasBought, limitedOf, refreshOrganization } from './key-accounts.ts';

/** An API key that is good for requests, with everything that bounds it. */
export interface KeyEntry {
  id: string;
  organizationId: string;
  projectId: string;
  /** What its project wants. */
  project: ProjectSettings;
  name: string;
  prefix: string;
  permissions: readonly string[];
  /** The lists of models that bound it, as they were written: its own and those of the keys above it that have one. */
  models: readonly (readonly string[])[];
  /** The rules of the keys of the chain that have any, its own first; empty for most keys. */
  guards: readonly Guard[];
  /** Its own id, then its ancestors'. */
  chain: readonly string[];
  /** The earliest end of the chain, Unix milliseconds. */
  expiresAtMs: number | null;
  /** What pays for it and what limits it: the organisation first. */
  accounts: readonly Account[];
  /** Whose rates bound it: the keys of its chain that have any, its own first, and its organisation. */
  limited: readonly Limited[];
}

/** What a project wants of every request made with its keys. */
export interface ProjectSettings {
  /** False: no prompt-cache marks go to providers. */
  cacheMarks: boolean;
  /** How long conversations of the Responses API are kept; 0: not at all. */
  responseRetentionDays: number;
  /** How its requests are routed. */
  routing: RoutingSettings;
  /** How long an answer serves requests that are the same byte for byte; null: not at all. */
  responseCacheSeconds: number | null;
}

export interface KeyRing {
  /** The key if it is in memory and good; undefined when the store must be asked. Throws when it is known to be bad. */
  known(raw: string): KeyEntry | undefined;
  /** The key, from memory or the store. Throws `invalid_api_key`, or `service_unavailable` when nobody can say. */
  authenticate(raw: string): Promise<KeyEntry>;
}

/** A row of `api_keys` as the driver gives it. */
export interface KeyRow extends Record<string, unknown> {
  id: string;
  organization_id: string;
  project_id: string;
  parent_id: string | null;
  name: string;
  prefix: string;
  hash: string;
  previous_expires_at: Date | string | null;
  status: string;
  permissions: string[];
  models: string[] | null;
  /** Its rules that are in force; null when there are none. */
  rules: StoredRule[] | null;
  limit_nano: string | null;
  spent_nano: string;
  period: string | null;
  period_limit_nano: string | null;
  period_anchor: Date | string;
  period_window: number;
  period_spent_nano: string;
  expires_at: Date | string | null;
  balance_nano: string;
  organization_status: string;
  organization_name: string;
  organization_rates: RateLimits | null;
  bought: boolean;
  rates: RateLimits | null;
  cache_marks: boolean;
  response_retention_days: number;
  routing: RoutingOverrides | null;
  response_cache_seconds: number | null;
}

type Known = { entry: KeyEntry } | { refusal: string; untilMs: number };

const MAX_KNOWN = 200_000;
const REFUSAL_TTL_MS = 1000;
/** News that change nothing about a key. */
const NO_KEYS: ReadonlySet<Topic> = new Set(['user', 'catalog', 'provider', 'response']);

export async function createKeyRing(
  services: Pick<Services, 'store' | 'secrets' | 'budget' | 'limits' | 'accounting' | 'log'>,
): Promise<KeyRing> {
  const { store, secrets, log } = services;
  const cache = new Map<string, Known>();
  const loading = new Map<string, Promise<KeyEntry>>();
  /** Raised by every change, so that what was read before one is not remembered after it. */
  let changes = 0;
  /** Hashes of keys that lack our shape (bootstrap keys): only for these is a bad checksum no typing error. */
  let irregular = await loadIrregular(store);

  store.onChange((topic, id) => {
    if (NO_KEYS.has(topic)) return;
    if (topic === 'organization') {
      refreshOrganization(services, id).catch((error: Error) =>
        log.warn({ error: error.message }, 'an organisation could not be read'),
      );
      return;
    }
    changes++;
    loading.clear();
    forget(cache, topic === 'all' ? undefined : id);
    if (topic === 'project') return;
    void loadIrregular(store).then(
      (fresh) => {
        irregular = fresh;
      },
      () => {},
    );
  });

  const known = (raw: string) => {
    const found = cache.get(digest(raw));
    if (!found) return undefined;
    if ('refusal' in found) {
      if (found.untilMs > Date.now()) throw refuse(found.refusal);
      return undefined;
    }
    const { expiresAtMs } = found.entry;
    if (expiresAtMs !== null && expiresAtMs <= Date.now()) throw refuse('This API key has expired.');
    return found.entry;
  };

  const load = async (raw: string): Promise<KeyEntry> => {
    const hash = secrets.hashApiKey(raw);
    if (!isWellFormedApiKey(raw) && !irregular.has(hash)) {
      throw refuse('This API key is not one of ours or was mistyped: its checksum does not match.');
    }
    let answer: { entry: KeyEntry } | { refusal: string };
    try {
      let before: number;
      do {
        before = changes;
        answer = await services.accounting.exclusive(() => readKey(services, hash));
      } while (before !== changes);
    } catch (cause) {
      throw new GatewayError('service_unavailable', 'The key cannot be checked now.', { cause, retryAfterS: 1 });
    }
    if (cache.size >= MAX_KNOWN) cache.delete(cache.keys().next().value!);
    cache.set(digest(raw), 'entry' in answer ? answer : { ...answer, untilMs: Date.now() + REFUSAL_TTL_MS });
    if ('refusal' in answer) throw refuse(answer.refusal);
    return answer.entry;
  };

  return {
    known,
    async authenticate(raw) {
      const entry = known(raw);
      if (entry) return entry;
      const key = digest(raw);
      let pending = loading.get(key);
      if (!pending) {
        pending = load(raw).finally(() => loading.delete(key));
        loading.set(key, pending);
      }
      return pending;
    },
  };
}

/** Secrets are not kept in memory: the cache knows them by their digest. */
function digest(raw: string): string {
  return hashOf('sha256', raw, 'base64');
}

function refuse(message: string): GatewayError {
  return new GatewayError('invalid_api_key', message);
}

/** Drops a key and all below it, the keys of a project, or everything. */
function forget(cache: Map<string, Known>, id: string | undefined): void {
  for (const [key, found] of cache) {
    if (id === undefined || 'refusal' in found || found.entry.chain.includes(id) || found.entry.projectId === id)
      cache.delete(key);
  }
}

async function loadIrregular(store: Services['store']): Promise<ReadonlySet<string>> {
  const result = await store.db.execute<{ hash: string }>(sql`
    select hash from api_keys where irregular
    union all select previous_hash from api_keys where irregular and previous_hash is not null limit 1000`);
  return new Set(result.rows.map((row) => row.hash));
}

async function readKey(
  services: Pick<Services, 'store' | 'budget' | 'limits'>,
  hash: string,
): Promise<{ entry: KeyEntry } | { refusal: string }> {
  const { rows } = await services.store.db.execute<KeyRow>(sql`
    with recursive chain as (
      select k.*, 0 as depth from api_keys k where k.hash = ${hash} or k.previous_hash = ${hash}
      union all
      select k.*, chain.depth + 1 from api_keys k join chain on k.id = chain.parent_id where chain.depth < 32)
    select chain.*, o.balance_nano, o.status as organization_status, o.name as organization_name,
      o.rates as organization_rates, ${hasBought(sql`o.id`)} as bought, p.cache_marks, p.response_retention_days,
      p.routing, p.response_cache_seconds,
      (select jsonb_agg(jsonb_build_object('id', r.id, 'type', r.type, 'value', r.value) order by r.created_at, r.id)
       from iam_rules r where r.key_id = chain.id and r.status = 'active') as rules
    from chain join organizations o on o.id = chain.organization_id
    join projects p on p.id = chain.project_id order by depth`);
  const own = rows[0];
  if (!own) return { refusal: 'This API key does not exist or was replaced.' };
  const now = Date.now();
  const ends: number[] = [];
  if (own.hash !== hash) {
    const grace = time(own.previous_expires_at);
    if (grace === null || grace <= now) return { refusal: 'This API key was replaced by a new one.' };
    ends.push(grace);
  }
  for (const row of rows) {
    const whose = row === own ? 'This API key' : 'A key above this API key';
    if (row.status !== 'active')
      return { refusal: `${whose} is ${row.status === 'revoked' ? 'revoked' : 'disabled'}.` };
    const end = time(row.expires_at);
    if (end !== null && end <= now) return { refusal: `${whose} has expired.` };
    if (end !== null) ends.push(end);
  }
  if (own.organization_status !== 'active') return { refusal: 'The organisation of this API key is not active.' };
  return {
    entry: {
      id: own.id,
      organizationId: own.organization_id,
      projectId: own.project_id,
      project: {
        cacheMarks: own.cache_marks,
        responseRetentionDays: own.response_retention_days,
        routing: settingsOf(own.routing),
        responseCacheSeconds: own.response_cache_seconds,
      },
      name: own.name,
      prefix: own.prefix,
      permissions: own.permissions,
      models: rows.flatMap((row) => (row.models ? [row.models] : [])),
      guards: rows.flatMap((row) => (row.rules ? [guardOf(row, row === own)] : [])),
      chain: rows.map((row) => row.id),
      expiresAtMs: ends.length > 0 ? Math.min(...ends) : null,
      accounts: accountsFor(services.budget, rows),
      limited: limitedOf(services.limits, rows),
    },
  };
}

function guardOf({ id, name, rules }: KeyRow, isOwn: boolean): Guard {
  return compileGuard({ id, owner: `the key "${name}"${isOwn ? '' : ' above this key'}` }, rules!);
}

function time(value: Date | string | null): number | null {
  return value === null ? null : new Date(value).getTime();
}
