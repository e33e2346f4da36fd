import type { Dispatcher } from 'undici';
import type { Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';
import type { Exchange } from './exchange.ts';
import { callError } from './provider-error.ts';
import { refuse } from './refuse.ts';
import { Relay } from './relay.ts';

type Called = Pick<Services, 'log' | 'accounting'>;

/**
 * Calls the provider and hands its answer on. A pooled connection that the provider has just closed fails before a byte
 * of the answer: that call, and only that, is made once more.
 */
export function attempt(services: Called, exchange: Exchange, target: Target, body: Buffer): void {
  exchange.target = target;
  exchange.calledMs = performance.now();
  const { upstream } = target;
  const route = upstream.route({
    format: exchange.dialect.format,
    model: target.offer.providerModel,
    stream: exchange.facts!.stream,
  });
  const headers = [...route.headers];
  for (const name of upstream.provider.forward) {
    const value = exchange.request.headers[name];
    if (typeof value === 'string') headers.push(name, value);
  }
  for (const [name, value] of Object.entries(upstream.provider.headers ?? {})) {
    if (exchange.request.headers[name] === undefined) headers.push(name, value);
  }
  const options: Dispatcher.DispatchOptions = {
    path: route.path,
    method: 'POST',
    headers,
    body,
  };
  let tries = 0;
  const call = () => {
    tries++;
    const relay = new Relay(services, exchange, (error) => {
      if (tries === 1 && closedWhileIdle(error, exchange.calledMs) && !exchange.gone) call();
      else refuse(services, exchange, callError(upstream.name, error));
    });
    exchange.whenGone(() => relay.cancel());
    route.pool.dispatch(options, relay);
  };
  call();
}

/** A request that a provider had time to read and then dropped may have been served: it is not sent again. */
const STALE_WITHIN_MS = 1000;

/** A pooled connection that was closed as this request went out: it failed at once, with no byte of an answer. */
function closedWhileIdle(error: Error & { code?: string; socket?: { bytesRead?: number } }, calledMs: number): boolean {
  if (performance.now() - calledMs > STALE_WITHIN_MS) return false;
  if (error.code === 'UND_ERR_SOCKET') return (error.socket?.bytesRead ?? 0) > 0;
  return error.code === 'EPIPE' || error.code === 'ECONNRESET';
}
