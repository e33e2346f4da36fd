/** Organisations' own provider keys, in memory: a request asks no database for them. */
import { and, eq } from 'drizzle-orm';
import type { OwnKey } from '../providers/upstreams.ts';
import type { Services } from '../services.ts';
import { providerKeys, users } from '../store/schema.ts';
import { type ProviderKeyRow, unseal } from './provider-key-records.ts';

type Kept = Pick<Services, 'store' | 'secrets' | 'upstreams' | 'log'>;

const RETRY_MS = 1000;

/**
 * Brings all of them into the upstreams, and keeps them as the store has them: what any process changes is heard through
 * the store within a second. While the store cannot be read, what was known goes on being used.
 */
export async function keepProviderKeys(services: Kept): Promise<void> {
  const { store, log } = services;
  /** One reading at a time, so that an older one cannot win. */
  let reading: Promise<void> = Promise.resolve();
  const readAgain = (organizationId: string | undefined) => {
    reading = reading.then(async () => {
      try {
        await read(services, organizationId);
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'provider keys could not be read');
        setTimeout(() => readAgain(organizationId), RETRY_MS).unref();
      }
    });
  };
  store.onChange((topic, id) => {
    if (topic === 'provider') readAgain(id);
    else if (topic === 'all') readAgain(undefined);
  });
  await read(services, undefined);
}

async function read(services: Kept, organizationId: string | undefined): Promise<void> {
  const { store, upstreams } = services;
  const rows = await store.db
    .select({ key: providerKeys, byOwner: users.isOwner })
    .from(providerKeys)
    .leftJoin(users, eq(users.id, providerKeys.createdBy))
    .where(
      and(
        eq(providerKeys.status, 'active'),
        organizationId === undefined ? undefined : eq(providerKeys.organizationId, organizationId),
      ),
    )
    .orderBy(providerKeys.createdAt, providerKeys.id);
  const found = new Map<string, OwnKey[]>();
  for (const id of organizationId === undefined ? upstreams.owners() : [organizationId]) found.set(id, []);
  for (const { key, byOwner } of rows) {
    const own = ownKey(services, key, byOwner ?? false);
    if (!own) continue;
    found.set(key.organizationId, [...(found.get(key.organizationId) ?? []), own]);
  }
  for (const [id, keys] of found) upstreams.replace(id, keys);
}

/** Undefined for one that cannot be read: it was sealed with another GATEWAY_SECRET. */
function ownKey(
  { secrets, log }: Pick<Kept, 'secrets' | 'log'>,
  row: ProviderKeyRow,
  byOwner: boolean,
): OwnKey | undefined {
  try {
    return asOwnKey({ secrets }, row, byOwner);
  } catch {
    log.warn({ providerKey: row.id }, 'a provider key cannot be read: it was stored with another GATEWAY_SECRET');
    return undefined;
  }
}

/**
 * A stored key as it is used. Only what the owner of the server added may reach the server's own network: members of
 * other organisations could read there through it.
 */
export function asOwnKey({ secrets }: Pick<Services, 'secrets'>, row: ProviderKeyRow, byOwner: boolean): OwnKey {
  const { key, settings } = unseal(secrets, row.sealed);
  return {
    provider: row.provider,
    credential: { key, settings: { ...row.settings, ...settings } },
    baseUrl: row.baseUrl ?? undefined,
    fenced: !byOwner,
    storedId: row.id,
  };
}
