import { GatewayError } from '../../shared/errors.ts';
import { ScanError } from '../dialects/json-scan.ts';
import type { Services } from '../services.ts';
import { reasonOf } from '../store/reason.ts';
import { book } from './book.ts';
import { sendError } from './error-answer.ts';
import type { Exchange } from './exchange.ts';
import { failureHeaders } from './headers.ts';

/**
 * Ends an exchange badly: the error's bytes in the caller's dialect, one record of it. The one place that does.
 * @param passed a provider's own body, sent in place of the error's.
 */
export function refuse(
  services: Pick<Services, 'log' | 'accounting'>,
  exchange: Exchange,
  thrown: unknown,
  passed?: Buffer,
): void {
  const { response, dialect } = exchange;
  const error = asGatewayError(services, exchange, thrown);
  // Of an answer that broke off the provider has what it reported until then.
  const usage = exchange.began ? exchange.reader?.usage : undefined;
  if (!usage) exchange.hold?.release();
  try {
    book(services, exchange, {
      statusCode: error.status ?? 500,
      errorCode: error.code,
      usage,
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
  const { id, request } = exchange;
  sendError(request, response, {
    dialect,
    id,
    status: error.status ?? 500,
    body: passed ?? dialect.errorBody(error, id),
    error,
    headers: failureHeaders(exchange, error),
  });
}

/** A stream that began cannot take its status back: the error event, then a connection that is cut. */
export function breakOff({ response, dialect, reader, id, facts }: Exchange, error: GatewayError): void {
  response.write(reader?.errorFrame?.(error, id) ?? dialect.errorFrame(error, id, facts));
  // Ends the socket once all is sent, without the chunk that would end the stream well.
  (response.socket as unknown as { destroySoon(): void } | null)?.destroySoon();
}

/** What was thrown as an error that a caller can be told; what is our own fault is logged. */
export function asGatewayError({ log }: Pick<Services, 'log'>, exchange: Exchange, thrown: unknown): GatewayError {
  if (thrown instanceof ScanError) {
    return new GatewayError('invalid_json', `The body is not a valid JSON object: ${thrown.message}.`);
  }
  if (thrown instanceof GatewayError) {
    if ((thrown.status ?? 500) >= 500)
      log.warn(
        {
          request: exchange.id,
          code: thrown.code,
          cause: thrown.cause === undefined ? undefined : reasonOf(thrown.cause),
        },
        thrown.message,
      );
    return ofOwnKey(exchange, thrown);
  }
  log.error(
    { request: exchange.id, error: thrown instanceof Error ? thrown.stack : String(thrown) },
    'a request failed by our fault',
  );
  return new GatewayError('internal_error', 'The gateway failed.', { cause: thrown });
}

/** What is wrong with a key of the organisation's own is not for whoever runs the server to correct. */
function ofOwnKey({ target }: Pick<Exchange, 'target'>, error: GatewayError): GatewayError {
  if (error.code !== 'provider_credentials' || !target?.upstream.own) return error;
  const { name } = target.upstream;
  return new GatewayError(error.code, error.message, {
    cause: error,
    hint: `The key is your organization's own: see what is wrong with \`gateway providers test ${name}\`.`,
  });
}
