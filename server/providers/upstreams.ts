import type { Logger } from 'pino';
import type { Config, ProviderCredential } from '../config.ts';
import type { SharedMemory } from '../store/redis.ts';
import * as known from './index.ts';
import { OpenUpstream } from './open-upstream.ts';
import { Pools } from './pools.ts';
import { type Credential, openaiCompatible, type Provider } from './provider.ts';
import { shareStandings } from './share-standings.ts';
import type { Access, Upstream } from './upstream.ts';

export type { Route, Upstream } from './upstream.ts';

/** Providers that have a credential, by name. */
export interface UpstreamSet {
  get(name: string): Upstream | undefined;
  readonly all: readonly Upstream[];
}

/** Those that the server's configuration gives, and for each organisation its own. */
export interface Upstreams extends UpstreamSet {
  /** What an organisation may use: its own keys, and the server's where it has none. */
  of(organizationId: string): UpstreamSet;
  /** The organisations that have keys of their own. */
  owners(): string[];
  /** From now on an organisation has these keys of its own. */
  replace(organizationId: string, keys: readonly OwnKey[]): void;
  /** One upstream with these keys of the same provider, to be tried; undefined for a name that is neither known nor has an address. */
  open(keys: readonly OwnKey[]): Upstream | undefined;
  close(): Promise<void>;
}

/** A credential of an organisation's own. */
export interface OwnKey extends Access {
  provider: string;
}

/** An organisation's own, and all that it may use. */
interface Owned {
  own: ReadonlyMap<string, OpenUpstream>;
  set: UpstreamSet;
}

/** The providers that the configuration gives a key or, for one of your own, a base URL. */
export function createUpstreams(config: Config, version: string, log?: Logger, shared?: SharedMemory): Upstreams {
  const pools = new Pools();
  const byName = new Map<string, OpenUpstream>();
  const owned = new Map<string, Owned>();
  const tell = shareStandings(shared, (change) => {
    const those = change.scope === '' ? byName : owned.get(change.scope)?.own;
    those?.get(change.provider)?.heard(change);
  });
  for (const [name, given] of config.providers) {
    const { baseUrl } = given;
    const provider = providerNamed(name, baseUrl);
    if (!provider || !isConfigured(provider, given, isKnown(name))) continue;
    const accesses = credentialsOf(provider, given).map((credential) => ({ credential, baseUrl, fenced: false }));
    const opening = { provider, custom: isCustom(provider), own: false, scope: '', version, pools, log, tell };
    byName.set(name, new OpenUpstream(opening, accesses));
  }
  const server: UpstreamSet = setOf(byName);

  const open = (keys: readonly OwnKey[], scope = '', before?: OpenUpstream): OpenUpstream | undefined => {
    const first = keys[0];
    const provider = first && providerNamed(first.provider, first.baseUrl);
    if (!provider) return undefined;
    const accesses = keys.map((key) => ({ ...key, credential: completed(provider, key.credential) }));
    const opening = { provider, custom: isCustom(provider), own: true, scope, version, pools, log, tell };
    return new OpenUpstream(opening, accesses, before);
  };

  return {
    ...server,
    of: (organizationId) => owned.get(organizationId)?.set ?? server,
    owners: () => [...owned.keys()],
    replace(organizationId, keys) {
      const before = owned.get(organizationId)?.own;
      const own = new Map<string, OpenUpstream>();
      for (const name of new Set(keys.map(({ provider }) => provider))) {
        const those = keys.filter(({ provider }) => provider === name);
        const upstream = open(those, organizationId, before?.get(name));
        if (upstream) own.set(name, upstream);
      }
      if (keys.length === 0) owned.delete(organizationId);
      else owned.set(organizationId, { own, set: setOf(new Map([...byName, ...own])) });
    },
    open: (keys) => open(keys),
    close: () => pools.close(),
  };
}

function setOf(byName: ReadonlyMap<string, Upstream>): UpstreamSet {
  return { get: (name) => byName.get(name), all: [...byName.values()] };
}

const KNOWN: ReadonlyMap<string, Provider> = new Map(Object.values(known).map((provider) => [provider.name, provider]));

/** A provider with a row here; undefined for any other name. */
export function knownProvider(name: string): Provider | undefined {
  return KNOWN.get(name);
}

const isKnown = (name: string) => KNOWN.has(name);
const isCustom = ({ name, anyModel }: Provider) => !isKnown(name) || anyModel === true;

/** A known one, or an OpenAI-compatible one at the address given. */
function providerNamed(name: string, baseUrl: string | undefined): Provider | undefined {
  return KNOWN.get(name) ?? (baseUrl === undefined ? undefined : openaiCompatible(name, name, baseUrl));
}

/** A known provider needs a key, or secret settings in its place; one's own server needs an address. */
function isConfigured(
  { keyless, settings }: Provider,
  given: Pick<ProviderCredential, 'apiKeys' | 'settings'>,
  hasRow: boolean,
): boolean {
  if (!hasRow || keyless || given.apiKeys.length > 0) return true;
  return Object.keys(given.settings).some((name) => settings?.[name]?.secret);
}

/**
 * A credential for each key. A setting may list a value for each key in the keys' order, separated by commas; the last
 * one holds for the keys after it.
 */
function credentialsOf(provider: Provider, given: Pick<ProviderCredential, 'apiKeys' | 'settings'>): Credential[] {
  const lists = Object.entries(given.settings).map(([name, text]) => [name, listed(text)] as const);
  const secrets = lists.filter(([name]) => provider.settings?.[name]?.secret).map(([, values]) => values.length);
  const keys = given.apiKeys.length > 0 ? given.apiKeys : Array<string>(Math.max(1, ...secrets)).fill('');
  return keys.map((key, at) => {
    const own = lists.map(([name, values]) => [name, values[at] ?? values.at(-1) ?? '']);
    return completed(provider, { key, settings: Object.fromEntries(own) });
  });
}

/** With the defaults of its provider, and with what the credential says of itself. */
function completed(provider: Provider, { key, settings }: Credential): Credential {
  const credential = { key, settings: { ...defaultSettings(provider), ...settings } };
  return provider.prepare?.(credential) ?? credential;
}

/** The values of a setting; JSON has commas of its own. */
function listed(text: string): string[] {
  return text.startsWith('{') ? [text] : text.split(',').map((value) => value.trim());
}

function defaultSettings({ settings = {} }: Provider): Record<string, string> {
  const pairs = Object.entries(settings).map(([name, setting]) => [name, setting.default] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
