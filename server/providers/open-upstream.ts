import { createHash } from 'node:crypto';
import type { Pool } from 'undici';
import { GatewayError } from '../../shared/errors.ts';
import type { ProviderFormat } from '../dialects/dialect.ts';
import { addressOf, reaches } from './address.ts';
import { type KeyFailure, KeyStanding } from './key-standing.ts';
import { KeyTurns } from './key-turns.ts';
import { isPrivateHost } from './private-network.ts';
import type { Credential, PathCall, Provider } from './provider.ts';
import type { StandingChange } from './share-standings.ts';
import type { Access, KeyReport, Opening, Route, RouteCall, Upstream } from './upstream.ts';

/** An access with all that can be prepared for it. */
interface Prepared {
  id: string;
  standing: KeyStanding;
  access: Access;
  headers: readonly string[];
  /** Base addresses by region; the empty name is the credential's own. */
  bases: Map<string, Base>;
}

interface Base {
  origin: string;
  path: string;
  pool: Pool;
  credential: Credential;
}

export class OpenUpstream implements Upstream {
  readonly name: string;
  readonly custom: boolean;
  readonly own: boolean;
  readonly scope: string;
  readonly provider: Provider;
  readonly formats: readonly ProviderFormat[];
  readonly regions: readonly string[];
  private readonly opening: Opening;
  private readonly prepared: readonly Prepared[];
  private readonly all: KeyTurns<Prepared>;
  private readonly byHome = new Map<string, KeyTurns<Prepared>>();

  /** @param before what these accesses replace: credentials that are in both keep their standing. */
  constructor(opening: Opening, accesses: readonly Access[], before?: OpenUpstream) {
    const { provider, custom, own, scope, version } = opening;
    this.opening = opening;
    this.name = provider.name;
    this.custom = custom;
    this.own = own;
    this.scope = scope;
    this.provider = provider;
    this.formats = (Object.keys(provider.formats) as ProviderFormat[]).filter((format) =>
      accesses.every((access) => reaches(provider, access, format)),
    );
    const common = [
      'content-type',
      'application/json',
      'accept-encoding',
      'identity',
      'user-agent',
      `gateway/${version}`,
    ];
    this.prepared = accesses.map((access) => {
      const id = idOf(provider, access);
      return {
        id,
        standing: before?.prepared.find((known) => known.id === id)?.standing ?? new KeyStanding(),
        access,
        headers: [...common, ...authorization(provider, access.credential)],
        bases: new Map(),
      };
    });
    this.all = new KeyTurns(this.prepared);
    const homeOf = ({ access }: Prepared) => provider.regionOf?.(access.credential.settings);
    const homes = new Set(this.prepared.map(homeOf));
    this.regions = [...homes].filter((home) => home !== undefined);
    for (const home of this.regions)
      this.byHome.set(home, new KeyTurns(this.prepared.filter((key) => homeOf(key) === home)));
  }

  route(call: RouteCall): Route {
    const prepared = this.turnsFor(call).next(this.now(), call.except, call.prefer);
    const base = this.baseOf(prepared, call.region);
    const { model, stream } = call;
    const path = this.pathOf(call.format, { model, stream, settings: base.credential.settings });
    return routeOf(prepared, base, path);
  }

  hasAnother(except: readonly string[], call: Pick<RouteCall, 'region' | 'home'> = {}): boolean {
    return this.turnsFor(call).hasAnother(this.now(), except);
  }

  answered(id: string): void {
    const key = this.prepared.find((prepared) => prepared.id === id);
    if (!key) return;
    const { standing } = key;
    const wasOut = standing.outUntilMs > 0;
    const wasTold = standing.answered();
    if (wasTold) this.opening.log?.info(this.named(key), 'a provider key is good again');
    if (wasOut && standing.outUntilMs === 0) this.tell(id, null, 0);
  }

  failed(id: string, failure: KeyFailure, retryAfterS?: number): void {
    const key = this.prepared.find((prepared) => prepared.id === id);
    if (!key) return;
    const { standing } = key;
    const nowMs = this.now();
    const wasReady = standing.outUntilMs <= nowMs;
    const isNews = standing.failed(failure, nowMs, retryAfterS);
    if (isNews)
      this.opening.log?.warn({ ...this.named(key), reason: failure }, 'a provider key is set aside: it is refused');
    if (wasReady && standing.outUntilMs > nowMs) this.tell(id, failure, standing.outUntilMs - nowMs);
  }

  /** What another process found out. */
  heard({ id, reason, forMs }: StandingChange): void {
    const standing = this.prepared.find((prepared) => prepared.id === id)?.standing;
    if (reason === null) standing?.answered();
    else standing?.out(reason, this.now(), forMs);
  }

  keys(): KeyReport[] {
    const nowMs = this.now();
    return this.prepared.map(({ id, standing, access }) => ({
      id,
      storedId: access.storedId,
      ...standing.health(nowMs),
    }));
  }

  modelsRoute(): Route | undefined {
    const { modelsPath = '/models' } = this.provider;
    if (modelsPath === null) return undefined;
    const prepared = this.prepared[0]!;
    const base = this.baseOf(prepared);
    return routeOf(prepared, base, modelsPath);
  }

  private tell(id: string, reason: KeyFailure | null, forMs: number): void {
    this.opening.tell?.({ scope: this.scope, provider: this.name, id, reason, forMs });
  }

  private now(): number {
    return this.opening.now?.() ?? Date.now();
  }

  private turnsFor({ region, home = region }: Pick<RouteCall, 'region' | 'home'>): KeyTurns<Prepared> {
    return (home === undefined ? undefined : this.byHome.get(home)) ?? this.all;
  }

  /** Which one it is, for the log; never what it is. */
  private named(key: Prepared): Record<string, string> {
    const { scope } = this;
    const place = `${this.prepared.indexOf(key) + 1} of ${this.prepared.length}`;
    return {
      provider: this.name,
      ...(scope !== '' && { organization: scope }),
      ...(key.access.storedId !== undefined && { providerKey: key.access.storedId }),
      place,
    };
  }

  private pathOf(format: ProviderFormat, call: PathCall): string {
    const path = this.provider.formats[format]!;
    return typeof path === 'string' ? path : path(call);
  }

  private baseOf({ access, bases }: Prepared, region = ''): Base {
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
        pool: this.opening.pools.get(url.origin, fenced),
        credential: { ...credential, settings },
      };
      bases.set(region, base);
    }
    return base;
  }
}

/** The headers of a key, as the flat list that undici takes. */
function authorization(provider: Provider, { key }: Credential): string[] {
  return key === '' ? [] : Object.entries(provider.authorize?.(key) ?? {}).flat();
}

/** @param path with `^` in front, one of the origin instead of one below the base. */
function routeOf({ id, headers }: Prepared, { pool, origin, path: below, credential }: Base, path: string): Route {
  return { id, pool, origin, path: path.startsWith('^') ? path.slice(1) : below + path, headers, credential };
}

/** A digest: the same for the same key with the same settings at the same address. */
function idOf({ name }: Provider, { credential, baseUrl = '' }: Access): string {
  const settings = Object.entries(credential.settings).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([name, baseUrl, credential.key, settings]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
