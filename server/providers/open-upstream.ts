import type { Pool } from 'undici';
import { GatewayError } from '../../shared/errors.ts';
import type { ProviderFormat } from '../dialects/dialect.ts';
import type { Pools } from './pools.ts';
import { isPrivateHost } from './private-network.ts';
import type { Credential, PathCall, Provider } from './provider.ts';

/** A provider that has a credential here, ready to be called. */
export interface Upstream {
  name: string;
  /** True where any model name may be asked for: a provider that only the configuration knows, or one with more than is listed. */
  custom: boolean;
  /** True for an organisation's own credential: what it serves costs no credit. */
  own: boolean;
  /** Whose measurements count for it: empty for the server's credentials, else the organisation's id. */
  scope: string;
  provider: Provider;
  /** The formats it speaks at the address it has here, the one to translate to first. */
  formats: readonly ProviderFormat[];
  /** Where its credentials are at home, of the regions of its offers; undefined where they differ, or it has no choice. */
  region: string | undefined;
  /** Where a call goes, with the next credential, in turn. `region` pins one. */
  route(call: RouteCall): Route;
  /** Where its list of models is; undefined where it has none that a wrong key is refused. */
  modelsRoute(): Route | undefined;
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

/** A credential and where it is good. */
export interface Access {
  credential: Credential;
  /** Absent: the provider's own address. */
  baseUrl: string | undefined;
  /** May not reach the server's own network. */
  fenced: boolean;
}

/** What is the same for all credentials of a provider here. */
export interface Opening {
  provider: Provider;
  custom: boolean;
  own: boolean;
  /** Empty for the server's credentials, else the id of the organisation that they are of. */
  scope: string;
  /** Of this program, told to providers. */
  version: string;
  pools: Pools;
}

const VERSION = /\/v\d+(?:(?:alpha|beta)\d*)?$/;

/** An access with all that can be prepared for it. */
interface Prepared {
  access: Access;
  headers: readonly string[];
  /** Base addresses by region; the empty name is the credential's own. */
  bases: Map<string, { origin: string; path: string; pool: Pool; credential: Credential }>;
}

export class OpenUpstream implements Upstream {
  readonly name: string;
  readonly custom: boolean;
  readonly own: boolean;
  readonly scope: string;
  readonly provider: Provider;
  readonly formats: readonly ProviderFormat[];
  readonly region: string | undefined;
  private readonly pools: Pools;
  private readonly prepared: readonly Prepared[];
  private turn = 0;

  constructor({ provider, custom, own, scope, version, pools }: Opening, accesses: readonly Access[]) {
    this.name = provider.name;
    this.custom = custom;
    this.own = own;
    this.scope = scope;
    this.provider = provider;
    this.pools = pools;
    this.formats = (Object.keys(provider.formats) as ProviderFormat[]).filter((format) =>
      accesses.every((access) => reaches(provider, access, format)),
    );
    const regions = new Set(accesses.map(({ credential }) => provider.regionOf?.(credential.settings)));
    this.region = regions.size === 1 ? [...regions][0] : undefined;
    const common = [
      'content-type',
      'application/json',
      'accept-encoding',
      'identity',
      'user-agent',
      `gateway/${version}`,
    ];
    this.prepared = accesses.map((access) => ({
      access,
      headers: [...common, ...authorization(provider, access.credential)],
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

  modelsRoute(): Route | undefined {
    const { modelsPath = '/models' } = this.provider;
    if (modelsPath === null) return undefined;
    const prepared = this.prepared[0]!;
    const base = this.baseOf(prepared);
    return {
      pool: base.pool,
      origin: base.origin,
      path: modelsPath.startsWith('^') ? modelsPath.slice(1) : base.path + modelsPath,
      headers: prepared.headers,
      credential: base.credential,
    };
  }

  private pathOf(format: ProviderFormat, call: PathCall): string {
    const path = this.provider.formats[format]!;
    return typeof path === 'string' ? path : path(call);
  }

  private baseOf({ access, bases }: Prepared, region = ''): NonNullable<ReturnType<Prepared['bases']['get']>> {
    let base = bases.get(region);
    if (!base) {
      const { credential, baseUrl, fenced } = access;
      const settings = region === '' ? credential.settings : { ...credential.settings, region };
      const url = addressOf(this.provider, baseUrl, settings);
      if (fenced && isPrivateHost(url)) {
        throw new GatewayError(
          'permission_denied',
          `${url.host} is in the server's own network, where this key of ${this.name} may not lead.`,
          {
            hint: "Only who runs the server may add a provider in the server's own network.",
          },
        );
      }
      base = {
        origin: url.origin,
        path: url.pathname.replace(/\/+$/, ''),
        pool: this.pools.get(url.origin, fenced),
        credential: { ...credential, settings },
      };
      bases.set(region, base);
    }
    return base;
  }
}

/** Where a provider is asked, with these settings and, perhaps, a base URL of one's own. */
export function addressOf(provider: Provider, baseUrl: string | undefined, settings: Credential['settings']): URL {
  if (baseUrl !== undefined) return new URL(withVersion(baseUrl, provider));
  return new URL(typeof provider.baseUrl === 'string' ? provider.baseUrl : provider.baseUrl(settings));
}

/** The headers of a key, as the flat list that undici takes. */
function authorization(provider: Provider, { key }: Credential): string[] {
  return key === '' ? [] : Object.entries(provider.authorize?.(key) ?? {}).flat();
}

/** A format at another path of the provider's own host is not to be had behind a base URL that ends differently. */
function reaches(provider: Provider, { credential, baseUrl }: Access, format: ProviderFormat): boolean {
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
