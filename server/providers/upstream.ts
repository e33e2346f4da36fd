import type { Logger } from 'pino';
import type { Pool } from 'undici';
import type { ProviderFormat } from '../dialects/dialect.ts';
import type { KeyFailure, KeyHealth } from './key-standing.ts';
import type { Pools } from './pools.ts';
import type { Credential, Provider } from './provider.ts';
import type { StandingChange } from './share-standings.ts';

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
  /** Where its credentials are at home, of the regions of its offers, each once; empty where it has no choice. */
  regions: readonly string[];
  /** Where a call goes, with the next credential, in turn; one that failed lately is passed over while there is another. */
  route(call: RouteCall): Route;
  /** Whether a call that failed with these credentials (`Route.id`) could be made with another that is well. */
  hasAnother(except: readonly string[], call?: Pick<RouteCall, 'region' | 'home'>): boolean;
  /** The provider took this credential (`Route.id`): it answered, be it with a refusal of the request. */
  answered(id: string): void;
  /** A call with this credential failed by the provider's or the credential's fault; of an answer, `keyFailureOf(status)`. */
  failed(id: string, failure: KeyFailure, retryAfterS?: number): void;
  /** How its credentials stand, in their order. */
  keys(): KeyReport[];
  /** Where its list of models is; undefined where it has none that a wrong key is refused. */
  modelsRoute(): Route | undefined;
}

export interface RouteCall {
  format: ProviderFormat;
  /** The provider's own name of the model. */
  model: string;
  stream: boolean;
  /** Pins one: the call goes there whatever the credential's settings say, with one that is at home there if any is. */
  region?: string | undefined;
  /** With a credential that is at home there if any is, where its own settings say. */
  home?: string | undefined;
  /** Ids of credentials that have been tried. */
  except?: readonly string[] | undefined;
  /** The id of the credential to take unless it is out, excepted or gone. */
  prefer?: string | undefined;
}

/** How a credential stands. */
export interface KeyReport extends KeyHealth {
  id: string;
  storedId: string | undefined;
}

/** One way to the provider: a connection pool, a path, a credential. */
export interface Route {
  /** Names the credential within its upstream, also in another process and after a restart; says nothing of the key. */
  id: string;
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
  /** The id of the row that it is stored in, of an organisation's own. */
  storedId?: string;
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
  /** Is told of credentials that are set aside. */
  log?: Logger | undefined;
  /** Is told when one is left alone from now on, and when it is good again. */
  tell?: (change: StandingChange) => void;
  /** Milliseconds of the epoch. */
  now?: () => number;
}
