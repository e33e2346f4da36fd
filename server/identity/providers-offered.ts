import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import type { listProviders as contract, ProviderInfo } from '../../shared/contracts/provider-keys.ts';
import * as known from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import type { Upstream } from '../providers/upstreams.ts';
import type { Services } from '../services.ts';
import { type Actor, organizationOf } from './actor.ts';

/** A page of all providers by name: those of this version, and those that a name and a base URL make here. */
export async function listProviders(
  { upstreams }: Pick<Services, 'upstreams'>,
  actor: Actor,
  { limit, cursor }: Parsed<typeof contract>['query'],
): Promise<Reply<typeof contract>> {
  const set = upstreams.of(organizationOf(actor));
  const rows: Provider[] = Object.values(known);
  const names = new Set(rows.map(({ name }) => name));
  const all = [...rows, ...set.all.map(({ provider }) => provider).filter(({ name }) => !names.has(name))];
  const from = cursor === undefined ? '' : Buffer.from(cursor, 'base64url').toString();
  const page = all.filter(({ name }) => name > from).sort((a, b) => (a.name < b.name ? -1 : 1));
  const last = page[limit - 1];
  return {
    data: page.slice(0, limit).map((provider) => infoOf(provider, set.get(provider.name), names.has(provider.name))),
    next_cursor: last && page.length > limit ? Buffer.from(last.name).toString('base64url') : null,
  };
}

function infoOf(provider: Provider, upstream: Upstream | undefined, isKnown: boolean): ProviderInfo {
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
