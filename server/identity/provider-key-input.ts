import type { Parsed } from '../../shared/contracts/endpoint.ts';
import type { addProviderKey as contract } from '../../shared/contracts/provider-keys.ts';
import { GatewayError } from '../../shared/errors.ts';
import { PROVIDER_ALIASES } from '../catalog/names.ts';
import { nearestNames } from '../catalog/nearest.ts';
import { addressOf } from '../providers/address.ts';
import * as providers from '../providers/index.ts';
import { isPrivateHost } from '../providers/private-network.ts';
import { openaiCompatible, type Provider } from '../providers/provider.ts';
import { knownProvider } from '../providers/upstreams.ts';
import type { Person } from './identity.ts';
import { sortSettings } from './provider-key-records.ts';

/** A key to be stored, checked. */
interface Admitted {
  provider: string;
  label: string;
  key: string;
  baseUrl: string | null;
  open: Record<string, string>;
  secret: Record<string, string>;
}

/**
 * Checks what is to be added, before anything is stored. Throws `invalid_request` for a name that is neither known nor has
 * a base URL, for a key that is missing and for settings that the provider does not take; `permission_denied` for an
 * address in the server's own network, where only the owner of the server may lead.
 */
export function admitted(person: Pick<Person, 'isOwner'>, body: Parsed<typeof contract>['body']): Admitted {
  const { name, row } = named(body.provider, body.base_url);
  const { open, secret } = sortSettings(row, body.settings);
  const provider = row ?? openaiCompatible(name, name, body.base_url!);
  const key = body.key ?? '';
  if (key === '' && row && !row.keyless && Object.keys(secret).length === 0) {
    throw new GatewayError('invalid_request', `${row.title} needs a key.`, { param: 'key' });
  }
  if (body.base_url === undefined) requireSettings(provider, body.settings);
  if (!person.isOwner) refusePrivate(provider, body.base_url, open);
  return { provider: name, label: body.label, key, baseUrl: body.base_url ?? null, open, secret };
}

/** A known provider by its name or one that it is called by, or a name of their own with an address. */
function named(given: string, baseUrl: string | undefined): { name: string; row: Provider | undefined } {
  const known = knownProvider(given);
  if (known || baseUrl !== undefined) return { name: given, row: known };
  const meant = Object.keys(PROVIDER_ALIASES).find((name) => PROVIDER_ALIASES[name]?.includes(given));
  const row = meant === undefined ? undefined : knownProvider(meant);
  if (row) return { name: row.name, row };
  const names = Object.values(providers).map(({ name }) => name);
  const near = nearestNames(given, new Map(names.map((name) => [name, name])), 3);
  throw new GatewayError('invalid_request', `There is no provider "${given}".`, {
    param: 'provider',
    hint: `${near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : ''}For one of your own, give its base URL: \`gateway providers add ${given} --base-url https://…\`.`,
  });
}

function requireSettings({ title, settings = {} }: Provider, given: Readonly<Record<string, string>>): void {
  for (const [name, { required, about }] of Object.entries(settings)) {
    if (!required || given[name] !== undefined) continue;
    throw new GatewayError('invalid_request', `${title} needs the setting "${name}": ${about}`, {
      param: `settings.${name}`,
      hint: `Give it with \`--setting ${name}=<value>\`.`,
    });
  }
}

/** Throws `permission_denied` for a base URL in the server's own network, where only the owner of the server may lead. */
export function refuseOurs(person: Pick<Person, 'isOwner'>, name: string, baseUrl: string): void {
  if (person.isOwner) return;
  refusePrivate(knownProvider(name) ?? openaiCompatible(name, name, baseUrl), baseUrl, {});
}

function refusePrivate(provider: Provider, baseUrl: string | undefined, settings: Record<string, string>): void {
  let url: URL;
  try {
    url = addressOf(provider, baseUrl, settings);
  } catch {
    throw new GatewayError('invalid_request', 'These settings make no address.', { param: 'settings' });
  }
  if (!isPrivateHost(url)) return;
  throw new GatewayError('permission_denied', `${url.host} is in the server's own network.`, {
    param: 'base_url',
    hint: 'Only who runs the server may add a provider there.',
  });
}
