import { Pool } from 'undici';
import type { Config, ProviderCredential } from '../config.ts';
import type { Format, ProviderFormat } from '../dialects/dialect.ts';
import * as known from './index.ts';
import { type Credential, openaiCompatible, type PathCall, type Provider } from './provider.ts';

/** A provider that has a credential here, ready to be called. */
export interface Upstream {
  name: string;
  /** True where any model name may be asked for: a provider that only the configuration knows, or one with more than is listed. */
  custom: boolean;
  provider: Provider;
  /** The formats it speaks at the address it has here, the one to translate to first. */
  formats: readonly ProviderFormat[];
  /** Where a call goes, with the next credential, in turn. `region` pins one. */
  route(call: RouteCall): Route;
}

export interface RouteCall {
  format: ProviderFormat;
  /** The provider's own name of the model. */
  model: string;
  stream: boolean;
  region?: string | undefined;
}

/** One way to the provider: a connection pool, a path, a credential. */
export interface Route {
  pool: Pool;
  origin: string;
  path: string;
  /** Headers that do not depend on the call, as the flat list that undici takes. */
  headers: readonly string[];
  credential: Credential;
}

export interface Upstreams {
  get(name: string): Upstream | undefined;
  readonly all: readonly Upstream[];
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** How long a provider may think before its first byte, and pause between two: long reasoning takes many minutes. */
const FIRST_BYTE_TIMEOUT_MS = 20 * 60_000;
const IDLE_TIMEOUT_MS = 10 * 60_000;
const VERSION = /\/v\d+(?:(?:alpha|beta)\d*)?$/;

/** The connection pools of all providers, one for each origin. */
class Pools {
  private readonly byOrigin = new Map<string, Pool>();

  get(origin: string): Pool {
    let pool = this.byOrigin.get(origin);
    if (!pool) {
      pool = new Pool(origin, {
        connections: null,
        pipelining: 1,
        connect: { timeout: CONNECT_TIMEOUT_MS },
        keepAliveTimeout: 10_000,
        headersTimeout: FIRST_BYTE_TIMEOUT_MS,
        bodyTimeout: IDLE_TIMEOUT_MS,
      });
      this.byOrigin.set(origin, pool);
    }
    return pool;
  }

  async close(): Promise<void> {
    await Promise.all([...this.byOrigin.values()].map((pool) => pool.destroy()));
  }
}

/** The providers that the configuration gives a key or, for one of your own, a base URL. */
export function createUpstreams(config: Config, version: string): Upstreams {
  const byName = new Map<string, Upstream>();
  const pools = new Pools();
  const providers = new Map(Object.values(known).map((provider) => [provider.name, provider]));
  for (const [name, credential] of config.providers) {
    const { baseUrl } = credential;
    const provider = providers.get(name) ?? (baseUrl ? openaiCompatible(name, name, baseUrl) : undefined);
    if (!provider || !isConfigured(provider, credential, providers.has(name))) continue;
    const credentials = credentialsOf(provider, credential);
    byName.set(
      name,
      new OpenUpstream(
        provider,
        credentials,
        baseUrl,
        !providers.has(name) || provider.anyModel === true,
        version,
        pools,
      ),
    );
  }
  return {
    get: (name) => byName.get(name),
    all: [...byName.values()],
    close: () => pools.close(),
  };
}

/** A known provider needs a key, or secret settings in its place; one's own server needs an address. */
function isConfigured(
  { keyless, settings }: Provider,
  given: Pick<ProviderCredential, 'apiKeys' | 'settings'>,
  isKnown: boolean,
): boolean {
  if (!isKnown || keyless || given.apiKeys.length > 0) return true;
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
    const credential = { key, settings: { ...defaultSettings(provider), ...Object.fromEntries(own) } };
    return provider.prepare?.(credential) ?? credential;
  });
}

/** The values of a setting; JSON has commas of its own. */
function listed(text: string): string[] {
  return text.startsWith('{') ? [text] : text.split(',').map((value) => value.trim());
}

function defaultSettings({ settings = {} }: Provider): Record<string, string> {
  const pairs = Object.entries(settings).map(([name, setting]) => [name, setting.default] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/** A credential with all that can be prepared for it. */
interface Prepared {
  credential: Credential;
  headers: readonly string[];
  /** Base addresses by region; the empty name is the credential's own. */
  bases: Map<string, { origin: string; path: string; pool: Pool; credential: Credential }>;
}

class OpenUpstream implements Upstream {
  readonly name: string;
  readonly formats: readonly ProviderFormat[];
  private readonly prepared: readonly Prepared[];
  private turn = 0;

  constructor(
    readonly provider: Provider,
    credentials: readonly Credential[],
    private readonly baseUrl: string | undefined,
    readonly custom: boolean,
    version: string,
    private readonly pools: Pools,
  ) {
    this.name = provider.name;
    this.formats = (Object.keys(provider.formats) as ProviderFormat[]).filter(
      (format) =>
        this.reaches(format) && credentials.every(({ settings }) => provider.speaks?.(format, settings) ?? true),
    );
    const common = [
      'content-type',
      'application/json',
      'accept-encoding',
      'identity',
      'user-agent',
      `gateway/${version}`,
    ];
    this.prepared = credentials.map((credential) => ({
      credential,
      headers: [
        ...common,
        ...Object.entries(credential.key === '' ? {} : (provider.authorize?.(credential.key) ?? {})).flat(),
      ],
      bases: new Map(),
    }));
  }

  route({ format, model, stream, region }: RouteCall): Route {
    this.turn = (this.turn + 1) % this.prepared.length;
    const prepared = this.prepared[this.turn]!;
    const base = this.baseOf(prepared, region);
    const path = this.pathOf(format, { model, stream, settings: base.credential.settings });
    return {
      pool: base.pool,
      origin: base.origin,
      path: path.startsWith('^') ? path.slice(1) : base.path + path,
      headers: prepared.headers,
      credential: base.credential,
    };
  }

  private pathOf(format: ProviderFormat, call: PathCall): string {
    const path = this.provider.formats[format]!;
    return typeof path === 'string' ? path : path(call);
  }

  private baseOf({ credential, bases }: Prepared, region = ''): NonNullable<ReturnType<Prepared['bases']['get']>> {
    let base = bases.get(region);
    if (!base) {
      const settings = region === '' ? credential.settings : { ...credential.settings, region };
      const { provider } = this;
      const own = typeof provider.baseUrl === 'string' ? provider.baseUrl : provider.baseUrl(settings);
      const url = new URL(this.baseUrl === undefined ? own : withVersion(this.baseUrl, provider));
      base = {
        origin: url.origin,
        path: url.pathname.replace(/\/+$/, ''),
        pool: this.pools.get(url.origin),
        credential: { ...credential, settings },
      };
      bases.set(region, base);
    }
    return base;
  }

  /** A format at another path of the provider's own host is not to be had behind a base URL that ends differently. */
  private reaches(format: ProviderFormat): boolean {
    const { formats, baseUrl } = this.provider;
    const path = formats[format];
    if (this.baseUrl === undefined || typeof path !== 'string' || !path.startsWith('^')) return true;
    if (typeof baseUrl !== 'string') return false;
    return new URL(withVersion(this.baseUrl, this.provider)).pathname === new URL(baseUrl).pathname;
  }
}

/** The formats that callers can be answered in without a translation, of those that the provider speaks. */
export function speaks(upstream: Upstream, format: Format): boolean {
  return upstream.formats.includes(format);
}

/** People paste base URLs with and without the version: a bare host, and any address but an OpenAI-compatible one, gets it. */
function withVersion(baseUrl: string, { version, formats, baseUrl: own }: Provider): string {
  if (!version) return baseUrl;
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  if (path === '' && typeof own === 'string' && new URL(own).origin === url.origin) return own;
  const lacks = 'openai-chat' in formats ? path === '' : !VERSION.test(path);
  return lacks ? `${url.origin}${path}${version}` : baseUrl;
}
