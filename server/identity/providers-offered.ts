import { eq } from 'drizzle-orm';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import type { listProviders as contract, ProviderInfo } from '../../shared/contracts/provider-keys.ts';
import * as known from '../providers/index.ts';
import { openaiCompatible, type Provider } from '../providers/provider.ts';
import type { Upstream } from '../providers/upstreams.ts';
import type { Services } from '../services.ts';
import { providerKeys } from '../store/schema.ts';
import { type Actor, organizationOf } from './actor.ts';
import { type ProviderKeyRow, view } from './provider-key-records.ts';
import { atLeast } from './roles.ts';

/** A page of all providers by name: those of this version, and those that a name and a base URL make here. */
export async function listProviders(
  { store, upstreams }: Pick<Services, 'store' | 'upstreams'>,
  actor: Actor,
  { limit, cursor }: Parsed<typeof contract>['query'],
): Promise<Reply<typeof contract>> {
  const set = upstreams.of(organizationOf(actor));
  const own = await ownKeys({ store }, actor);
  const rows: Provider[] = Object.values(known);
  const names = new Set(rows.map(({ name }) => name));
  const customs = new Map(set.all.map(({ provider }) => [provider.name, provider]));
  for (const { provider, baseUrl } of own)
    if (!customs.has(provider)) customs.set(provider, openaiCompatible(provider, provider, baseUrl ?? ''));
  const all = [...rows, ...[...customs.values()].filter(({ name }) => !names.has(name))];
  const from = cursor === undefined ? '' : Buffer.from(cursor, 'base64url').toString();
  const page = all.filter(({ name }) => name > from).sort((a, b) => (a.name < b.name ? -1 : 1));
  const last = page[limit - 1];
  return {
    data: page.slice(0, limit).map((provider) => ({
      ...infoOf(provider, set.get(provider.name), names.has(provider.name)),
      own_keys: own.filter((row) => row.provider === provider.name).map((row) => view({ upstreams }, row)),
    })),
    next_cursor: last && page.length > limit ? Buffer.from(last.name).toString('base64url') : null,
  };
}

/** Those of the organisation, for people who may see them; oldest first. */
async function ownKeys({ store }: Pick<Services, 'store'>, actor: Actor): Promise<ProviderKeyRow[]> {
  if (actor.kind !== 'person' || !atLeast(actor.person.role, 'admin')) return [];
  return store.db
    .select()
    .from(providerKeys)
    .where(eq(providerKeys.organizationId, organizationOf(actor)))
    .orderBy(providerKeys.createdAt, providerKeys.id);
}

function infoOf(provider: Provider, upstream: Upstream | undefined, isKnown: boolean): Omit<ProviderInfo, 'own_keys'> {
  return {
    name: provider.name,
    title: provider.title,
    formats: [...(upstream?.formats ?? Object.keys(provider.formats))],
    configured_by: upstream ? (upstream.own ? 'organization' : 'server') : null,
    known: isKnown,
    key: provider.keyless || !isKnown ? 'optional' : 'required',
    any_model: provider.anyModel === true || !isKnown,
    settings: Object.entries(provider.settings ?? {}).map(([name, setting]) => ({
      name,
      about: setting.about,
      default: setting.default ?? null,
      required: setting.required ?? false,
      secret: setting.secret ?? false,
    })),
  };
}
