import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { book } from './book.ts';
import type { Exchange } from './exchange.ts';
import { drain } from './read-body.ts';

const NO_RETRY = new Set([401, 402, 403, 404]);

/**
 * Ends an exchange badly: the error's bytes in the caller's dialect, one record of it. The one place that does.
 * @param answer sends other bytes than the error's own.
 */
export function refuse(
  services: Pick<Services, 'log' | 'accounting'>,
  exchange: Exchange,
  thrown: unknown,
  answer?: () => void,
): void {
  const { response, dialect } = exchange;
  const error = asGatewayError(services, exchange, thrown);
  exchange.hold?.release();
  try {
    book(services, exchange, {
      statusCode: error.status ?? 500,
      errorCode: error.code,
      usage: undefined,
      estimated: false,
    });
  } catch (cause) {
    services.log.error({ request: exchange.id, error: String(cause) }, 'a failed request could not be recorded');
  }
  if (exchange.gone || response.destroyed) return;
  if (response.headersSent) {
    breakOff(exchange, error);
    return;
  }
  if (answer) answer();
  else send(exchange, error.status ?? 500, dialect.errorBody(error, exchange.id), error);
}

/** A stream that began cannot take its status back: the dialect's error event, then a connection that is cut. */
export function breakOff({ response, dialect, id }: Exchange, error: GatewayError): void {
  response.write(dialect.errorFrame(error, id));
  // Ends the socket once all is sent, without the chunk that would end the stream well.
  (response.socket as unknown as { destroySoon(): void } | null)?.destroySoon();
}

/** Sends an error body: ours, or a provider's own in the same dialect. */
export function send(exchange: Exchange, status: number, body: string | Buffer, error?: GatewayError): void {
  const { response, request } = exchange;
  const headers: string[] = [
    'content-type',
    'application/json',
    'content-length',
    String(Buffer.byteLength(body)),
    'x-request-id',
    exchange.id,
  ];
  if (exchange.dialect.format === 'anthropic-messages') headers.push('request-id', exchange.id);
  if (NO_RETRY.has(status)) headers.push('x-should-retry', 'false');
  if (error?.retryAfterS) headers.push('retry-after', String(Math.ceil(error.retryAfterS)));
  else if (status === 429 || status === 503) headers.push('retry-after', '1');
  response.writeHead(status, headers);
  response.end(body);
  drain(request);
}

function asGatewayError({ log }: Pick<Services, 'log'>, exchange: Exchange, thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) {
    if ((thrown.status ?? 500) >= 500)
      log.warn(
        {
          request: exchange.id,
          code: thrown.code,
          cause: thrown.cause instanceof Error ? thrown.cause.message : undefined,
        },
        thrown.message,
      );
    return thrown;
  }
  log.error(
    { request: exchange.id, error: thrown instanceof Error ? thrown.stack : String(thrown) },
    'a request failed by our fault',
  );
  return new GatewayError('internal_error', 'The gateway failed.', { cause: thrown });
}
