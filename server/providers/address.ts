import type { ProviderFormat } from '../dialects/dialect.ts';
import type { Credential, Provider } from './provider.ts';

const VERSION = /\/v\d+(?:(?:alpha|beta)\d*)?$/;

/** Where a provider is asked, with these settings and, perhaps, a base URL of one's own. */
export function addressOf(provider: Provider, baseUrl: string | undefined, settings: Credential['settings']): URL {
  if (baseUrl !== undefined) return new URL(withVersion(baseUrl, provider));
  return new URL(typeof provider.baseUrl === 'string' ? provider.baseUrl : provider.baseUrl(settings));
}

/** A format at another path of the provider's own host is not to be had behind a base URL that ends differently. */
export function reaches(
  provider: Provider,
  { credential, baseUrl }: { credential: Credential; baseUrl: string | undefined },
  format: ProviderFormat,
): boolean {
  if (!(provider.speaks?.(format, credential.settings) ?? true)) return false;
  const path = provider.formats[format];
  if (baseUrl === undefined || typeof path !== 'string' || !path.startsWith('^')) return true;
  if (typeof provider.baseUrl !== 'string') return false;
  return new URL(withVersion(baseUrl, provider)).pathname === new URL(provider.baseUrl).pathname;
}

/** People paste base URLs with and without the version: a bare host, and any address but an OpenAI-compatible one, gets it. */
function withVersion(given: string, { version, formats, baseUrl: own, otherDoor }: Provider): string {
  const bare = given.replace(/\/+$/, '');
  const baseUrl = otherDoor && bare.endsWith(otherDoor) ? bare.slice(0, -otherDoor.length) : given;
  if (!version) return baseUrl;
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  if (path === '' && typeof own === 'string' && new URL(own).origin === url.origin) return own;
  const lacks = 'openai-chat' in formats ? path === '' : !VERSION.test(path);
  return lacks ? `${url.origin}${path}${version}` : baseUrl;
}
