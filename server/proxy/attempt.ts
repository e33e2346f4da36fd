import type { Dispatcher } from 'undici';
import { GatewayError } from '../../shared/errors.ts';
import type { ProviderFormat } from '../dialects/dialect.ts';
import type { Provider } from '../providers/provider.ts';
import type { Route } from '../providers/upstreams.ts';
import { makerOf } from '../routing/makers.ts';
import type { Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';
import type { AttemptTimes } from './deadline.ts';
import type { Exchange } from './exchange.ts';
import { type Failing, fail } from './fail.ts';
import { pin, pinnedCredential } from './pinned.ts';
import type { Body, Prepared } from './prepare.ts';
import { callError } from './provider-error.ts';
import { Relay } from './relay.ts';

type Called = Failing & Pick<Services, 'pins' | 'makers'>;

/**
 * Calls the provider and hands its answer on. A pooled connection that the provider has just closed fails before a byte
 * of the answer: that call, and only that, is made once more.
 */
export async function attempt(services: Called, exchange: Exchange, target: Target, prepared: Prepared): Promise<void> {
  exchange.translation = prepared.translation;
  const { upstream } = target;
  const route = routeTo(services, exchange, target, prepared.format);
  exchange.signed = services.makers.recorder(makerOf(upstream.name, prepared.format, route.id));
  let { body } = prepared;
  const headers = headersOf(exchange, upstream.provider, route, prepared);
  if (upstream.provider.sign) body = whole(body);
  else if (!Buffer.isBuffer(body)) headers.push('content-length', String(lengthOf(body)));
  const options: Dispatcher.DispatchOptions = {
    path: route.path,
    method: 'POST',
    headers,
    // Undici takes any iterable of pieces; its types name the asynchronous ones alone.
    body: body as Buffer,
  };
  if (upstream.provider.sign) {
    options.headers = await signed(upstream.provider, route, headers, whole(body));
    if (exchange.gone) throw new GatewayError('request_cancelled', 'The caller went away.');
  }
  const times = timesOf(exchange);
  let tries = 0;
  const call = () => {
    tries++;
    const relay = new Relay(services, exchange, times, (error) => {
      if (tries === 1 && closedWhileIdle(error, exchange.attemptedMs) && !exchange.gone) call();
      else fail(services, exchange, callError(upstream.name, error));
    });
    exchange.whenGone(() => relay.cancel());
    route.pool.dispatch(options, relay);
  };
  call();
}

/** The way to a target: by the session's credential where it has one, never by one that has just failed. */
export function routeTo(
  services: Pick<Services, 'pins' | 'health'>,
  exchange: Exchange,
  target: Target,
  format: ProviderFormat,
): Route {
  const { attempts, facts } = exchange;
  const route = target.upstream.route({
    format,
    model: target.offer.providerModel,
    stream: facts!.stream,
    region: target.offer.region,
    home: target.home,
    except: attempts?.tried,
    prefer: exchange.prefers ?? pinnedCredential(services, exchange, target),
  });
  exchange.route = route;
  exchange.credential = route.credential;
  pin(services, exchange, target, route.id);
  services.health.trying(target.id);
  exchange.attemptedMs = performance.now();
  if (exchange.calledMs === 0) exchange.calledMs = exchange.attemptedMs;
  return route;
}

/** How long this attempt may take, within what is left for the whole request. */
export function timesOf({ attempts, facts, startedMs, attemptedMs }: Exchange): AttemptTimes {
  const { connectMs, firstByteMs, idleMs, gatewayMs, streamingMs, plainMs } = attempts!.timeouts;
  const endMs = Math.min(startedMs + gatewayMs, attemptedMs + (facts!.stream ? streamingMs : plainMs));
  return { connectMs, firstByteMs, idleMs, endMs };
}

/** The route's own headers, those of the caller that travel, and what the provider and the body need. */
function headersOf(exchange: Exchange, provider: Provider, route: Route, prepared: Prepared): string[] {
  const headers = [...route.headers];
  const given = exchange.request.headers;
  const own: Record<string, string> = { ...provider.headers };
  if (prepared.format === exchange.dialect.format) {
    for (const name of provider.forward) {
      const value = given[name];
      if (typeof value === 'string') own[name] = value;
    }
  }
  for (const [name, value] of Object.entries(prepared.headers)) own[name] = joined(own[name], value);
  Object.assign(own, provider.tierHeaders?.[exchange.facts!.serviceTier ?? '']);
  for (const name in own) headers.push(name, own[name]!);
  return headers;
}

/** A list in a header with what is not in it yet (`anthropic-beta`). */
function joined(given: string | undefined, more: string): string {
  if (given === undefined) return more;
  return [...new Set([...given.split(','), ...more.split(',')].map((name) => name.trim()))].join(',');
}

function whole(body: Body): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.concat(body);
}

function lengthOf(pieces: readonly Buffer[]): number {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return length;
}

/** The headers with what the provider signs or mints for this very call. */
export async function signed(provider: Provider, route: Route, headers: string[], body: Buffer): Promise<string[]> {
  const named: Record<string, string> = {};
  for (let i = 0; i < headers.length; i += 2) named[headers[i]!] = headers[i + 1]!;
  const url = new URL(route.path, route.origin);
  const more = await provider.sign!({ method: 'POST', url, headers: named, body }, route.credential);
  return Object.entries({ ...named, ...more }).flat();
}

/** A request that a provider had time to read and then dropped may have been served: it is not sent again. */
const STALE_WITHIN_MS = 1000;

/** A pooled connection that was closed as this request went out: it failed at once, with no byte of an answer. */
export function closedWhileIdle(
  error: Error & { code?: string; socket?: { bytesRead?: number } },
  calledMs: number,
): boolean {
  if (performance.now() - calledMs > STALE_WITHIN_MS) return false;
  if (error.code === 'UND_ERR_SOCKET') return (error.socket?.bytesRead ?? 0) > 0;
  return error.code === 'EPIPE' || error.code === 'ECONNRESET';
}
