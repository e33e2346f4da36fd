import type { GatewayError } from '../../shared/errors.ts';
import type { Exchange } from './exchange.ts';
import { attemptsHeader } from './story.ts';

/** The content type of server-sent events. */
export const EVENT_STREAM = 'text/event-stream; charset=utf-8';

/** The content type of a stream to this caller. */
export function streamTypeOf({ dialect, facts }: Exchange): string {
  return dialect.streamType?.(facts!) ?? EVENT_STREAM;
}

/** The headers of a good answer, as the flat list that node takes. A stream has no length. */
export function answerHeaders(exchange: Exchange, contentType: string, length?: number): string[] {
  const { offer } = exchange.target!;
  const own = exchange.calledMs - exchange.startedMs;
  const provider = exchange.firstTokenMs - exchange.attemptedMs;
  const attempts = attemptsHeader(exchange);
  const failed = attempts === undefined ? '' : `, failed;dur=${(exchange.attemptedMs - exchange.calledMs).toFixed(2)}`;
  const headers = [
    'content-type',
    contentType,
    'x-request-id',
    exchange.id,
    'x-gateway-provider',
    offer.provider,
    'x-gateway-model',
    inAscii(offer.providerModel),
    'server-timing',
    `gateway;dur=${own.toFixed(2)}${failed}, provider;dur=${provider.toFixed(2)}`,
  ];
  if (length === undefined) headers.push('cache-control', 'no-cache', 'x-accel-buffering', 'no');
  else headers.push('content-length', String(length));
  if (attempts !== undefined) headers.push('x-gateway-attempts', attempts);
  const reason = exchange.attempts?.choice.reason;
  if (reason !== undefined && reason !== 'only-target') headers.push('x-gateway-routing', reason);
  if (exchange.admission) headers.push(...exchange.admission.headers);
  const { cached } = exchange;
  if (cached) headers.push('x-gateway-cache', cached === 'miss' ? 'miss' : 'hit');
  const dropped = typeof cached === 'object' ? cached.dropped : exchange.translation?.dropped;
  if (dropped && dropped.length > 0) headers.push('x-gateway-dropped', inAscii(dropped.join(',')).slice(0, 1000));
  if (exchange.dialect.format === 'anthropic-messages') headers.push('request-id', exchange.id);
  return headers;
}

/** What an error tells besides: who was called last and before, and what is left of the caller's limits. */
export function failureHeaders(exchange: Exchange, error: GatewayError): string[] {
  const { route, target, admission, attempts } = exchange;
  const headers = error.headers.length > 0 ? [...error.headers] : [...(admission?.headers ?? [])];
  if (!target || !(route || attempts?.failed.length)) return headers;
  headers.push('x-gateway-provider', target.offer.provider, 'x-gateway-model', inAscii(target.offer.providerModel));
  const told = attemptsHeader(exchange, error.status ?? 500);
  if (told !== undefined) headers.push('x-gateway-attempts', told);
  return headers;
}

/** A header holds ASCII; a custom provider's model may be named in any script. */
function inAscii(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(Buffer.from(text).toString());
}
