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
/** What TLS says when the other side does not speak it. */
const NOT_TLS = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST', 'EPROTO'];
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
  if (NOT_TLS.includes(code) && server.startsWith('https:')) {
    const plain = server.replace(/^https:/, 'http:');
    return new GatewayError('network_error', `${server} cannot be used: it speaks plain http: use ${plain}.`, {
      cause: error,
      hint: `Set GATEWAY_API_URL=${plain}, or give --api-url ${plain}.`,
      next: [],
    });
  }
  // OpenSSL's own text is its file and line
  const meaning = MEANINGS[code] ?? (code.startsWith('ERR_SSL_') ? 'no encrypted connection to it' : firstLine(error));
  return new GatewayError('network_error', `${server} cannot be used: ${meaning}${code ? ` (${code})` : ''}.`, {
    cause: error,
  });
}

function firstLine(error: unknown): string {
  return root(error).message.split('\n', 1)[0]!;
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
