import { DrizzleQueryError } from 'drizzle-orm';
import type { ErrorRequestHandler, Response } from 'express';
import { errorEnvelope, GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';

/** What body-parser calls its failures. */
const BODY_FAILURES: Record<string, () => GatewayError> = {
  'entity.parse.failed': () => new GatewayError('invalid_json', 'The body is not valid JSON.'),
  'entity.too.large': () => new GatewayError('request_too_large', 'The body is larger than 1 MB.'),
  'charset.unsupported': () => new GatewayError('payload_type', 'The body must be JSON in UTF-8.'),
  'encoding.unsupported': () => new GatewayError('payload_type', 'The content-encoding of the body is not supported.'),
  'request.aborted': () => new GatewayError('request_cancelled', 'The request was cut off.'),
  'request.size.invalid': () =>
    new GatewayError('invalid_request', 'The body has another length than it says.', { param: 'content-length' }),
};

/** SQLSTATEs and system errors after which the same call may well succeed: the store is away, or two calls collided. */
const PASSING =
  /^(08...|40001|40P01|53300|57P0[1-3]|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
const PASSING_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** The last handler: turns every failure into the envelope. What we did not foresee is logged, and not told. */
export function answerFailure({ log }: Pick<Services, 'log'>): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    const error = asGatewayError(thrown);
    if ((error.status ?? 500) >= 500) {
      const { method, path } = request;
      log.error(
        { request_id: response.get('x-request-id'), method, path, ...reason(error.cause ?? thrown) },
        error.message,
      );
    }
    if (response.headersSent) return next(thrown);
    sendFailure(response, error);
  };
}

/** Sends a failure with the headers that clients act on. */
function sendFailure(response: Response, error: GatewayError): void {
  const status = error.status ?? 500;
  response.set('cache-control', 'no-store');
  if ([401, 402, 403, 404].includes(status)) response.set('x-should-retry', 'false');
  if (status === 401) {
    const why = error.code === 'not_logged_in' ? '' : ', error="invalid_token"';
    response.set('www-authenticate', `Bearer realm="gateway"${why}`);
  }
  if (error.retryAfterS !== null || status === 429) response.set('retry-after', String(error.retryAfterS ?? 1));
  response.status(status).json(errorEnvelope(error));
}

/** What to log. Of a failed query the statement, not its values: they are people's data. */
function reason(thrown: unknown): Record<string, unknown> {
  if (thrown instanceof DrizzleQueryError) return { err: thrown.cause, query: thrown.query };
  return { err: thrown };
}

function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown.status === null ? internal(thrown) : thrown;
  const { type, status } = (thrown ?? {}) as { type?: unknown; status?: unknown };
  if (typeof type === 'string' && Object.hasOwn(BODY_FAILURES, type)) return BODY_FAILURES[type]!();
  // Express' own: a path that cannot be decoded, a body that cannot be inflated.
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new GatewayError('invalid_request', 'The request cannot be read.', {
      status,
      hint: 'Check the path and the body.',
    });
  }
  if (isPassing(thrown)) {
    return new GatewayError('service_unavailable', 'The database does not answer now.', {
      cause: thrown,
      retryAfterS: 1,
    });
  }
  return internal(thrown);
}

function isPassing(thrown: unknown): boolean {
  for (let at = thrown; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if ((typeof code === 'string' && PASSING.test(code)) || PASSING_MESSAGE.test(at.message)) return true;
  }
  return false;
}

function internal(cause: unknown): GatewayError {
  return new GatewayError('internal_error', 'Something failed on this server.', { cause });
}
