import type { ProviderKey } from '../../shared/contracts/provider-keys.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { Provider } from '../providers/provider.ts';
import type { Services } from '../services.ts';
import type { providerKeys } from '../store/schema.ts';

export type ProviderKeyRow = typeof providerKeys.$inferSelect;

const PURPOSE = 'provider-key';
const HINT_LENGTH = 4;
/** A shorter key would be half told by its hint. */
const LEAST_HINTED = 12;

/** What is stored encrypted: the key, and the settings that are secret. */
interface Sealed {
  key: string;
  settings: Record<string, string>;
}

export function seal(secrets: Services['secrets'], sealed: Sealed): string {
  return secrets.encrypt(PURPOSE, JSON.stringify(sealed));
}

/** Throws when it was sealed with another GATEWAY_SECRET. */
export function unseal(secrets: Services['secrets'], text: string): Sealed {
  return JSON.parse(secrets.decrypt(PURPOSE, text)) as Sealed;
}

/** The end of a key, to know it by; empty for one that is short, or is a document. */
export function hintOf(key: string): string {
  return key.length < LEAST_HINTED || key.startsWith('{') ? '' : key.slice(-HINT_LENGTH);
}

/** The settings, those that are secret apart. Throws `invalid_request` for one that the provider does not take. */
export function sortSettings(
  provider: Provider | undefined,
  given: Readonly<Record<string, string>>,
): { open: Record<string, string>; secret: Record<string, string> } {
  const known = provider?.settings ?? {};
  const open: Record<string, string> = {};
  const secret: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const setting = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!setting) {
      const names = Object.keys(known);
      throw new GatewayError('invalid_request', `${provider?.title ?? 'This provider'} has no setting "${name}".`, {
        param: `settings.${name}`,
        hint: names.length > 0 ? `It takes ${names.join(', ')}.` : 'It takes a key alone, and perhaps a base URL.',
      });
    }
    (setting.secret ? secret : open)[name] = value;
  }
  return { open, secret };
}

/** As the API answers it, with how it does where it is used. */
export function view({ upstreams }: Pick<Services, 'upstreams'>, row: ProviderKeyRow): ProviderKey {
  const used = upstreams.of(row.organizationId).get(row.provider)?.keys();
  const { health = 'ok', reason = null, since } = used?.find(({ storedId }) => storedId === row.id) ?? {};
  return {
    id: row.id,
    provider: row.provider,
    label: row.label,
    base_url: row.baseUrl,
    settings: row.settings,
    key_hint: row.hint,
    status: row.status === 'disabled' ? 'disabled' : 'active',
    health: { state: health, reason, since: since?.toISOString() ?? null },
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
