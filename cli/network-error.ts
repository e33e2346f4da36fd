import { GatewayError } from '../shared/errors.ts';

const MEANINGS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  EHOSTUNREACH: 'it cannot be reached from here',
  ENETUNREACH: 'there is no network to it',
  ETIMEDOUT: 'it did not answer in time',
  HPE_INVALID_CONSTANT: 'it does not speak HTTP',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};
const TIMEOUTS = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'OAUTH_TIMEOUT'];

/** A failure below HTTP as `network_error`, saying what happened at which address. */
export function connectionError(error: unknown, server: string, timeoutMs: number): GatewayError {
  const { name, code } = root(error);
  if (name === 'TimeoutError' || TIMEOUTS.includes(code)) {
    return new GatewayError('network_error', `${server} did not answer within ${timeoutMs / 1000} s.`, {
      cause: error,
      hint: 'Retry, or allow more time with --timeout.',
      next: [],
    });
  }
  const meaning = MEANINGS[code] ?? root(error).message;
  return new GatewayError('network_error', `${server} cannot be used: ${meaning}${code ? ` (${code})` : ''}.`, {
    cause: error,
  });
}

/** True when the connection ended after the request may have reached the server. */
export function mayHaveArrived(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(root(error).code);
}

/** The innermost cause: `fetch failed` and the like say nothing. An aggregate is several addresses of one name. */
function root(error: unknown): { name: string; code: string; message: string } {
  let inner = error as Error & { code?: unknown; errors?: unknown[] };
  for (let depth = 0; depth < 5; depth++) {
    const deeper = Array.isArray(inner?.errors) ? inner.errors[0] : inner?.cause;
    if (!(deeper instanceof Error)) break;
    inner = deeper;
  }
  return {
    name: inner?.name ?? '',
    code: typeof inner?.code === 'string' ? inner.code : '',
    message: inner?.message ?? String(error),
  };
}
