import type { GatewayError } from '../../../shared/errors.ts';
import type { ProviderFailure } from '../dialect.ts';
import { isObject, type JsonObject } from '../lossless.ts';

/** What Google's statuses are called where others read them, so that overload and rate limits keep their meaning. */
const TYPES: Readonly<Record<string, string>> = {
  INVALID_ARGUMENT: 'invalid_request_error',
  FAILED_PRECONDITION: 'invalid_request_error',
  OUT_OF_RANGE: 'invalid_request_error',
  NOT_FOUND: 'not_found_error',
  UNAUTHENTICATED: 'authentication_error',
  PERMISSION_DENIED: 'permission_error',
  RESOURCE_EXHAUSTED: 'rate_limit_error',
  UNAVAILABLE: 'overloaded_error',
};

/** `{"error":{"code","message","status","details"}}`; an endpoint that streams an array sends it inside one. */
export function geminiFailure(value: unknown): ProviderFailure | undefined {
  const body: unknown = Array.isArray(value) ? value[0] : value;
  const error = isObject(body) ? body.error : undefined;
  if (!isObject(error)) return undefined;
  const status = typeof error.status === 'string' ? error.status : '';
  const badKey = reasonOf(error) === 'API_KEY_INVALID';
  return {
    message: typeof error.message === 'string' ? error.message : 'The provider reported an error.',
    // Google answers a bad key with 400
    type: badKey ? 'authentication_error' : (TYPES[status] ?? 'api_error'),
    code: badKey ? 'API_KEY_INVALID' : status || null,
  };
}

function reasonOf(error: JsonObject): unknown {
  const details = Array.isArray(error.details) ? error.details : [];
  return details.filter(isObject).find((detail) => 'reason' in detail)?.reason;
}

/** Google's names by HTTP status; source: google/rpc/code.proto. It has none for 402: what must be settled first. */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** An error of ours as Google words one. Its clients read `RetryInfo` for how long to wait. */
export function errorEnvelope(error: GatewayError, requestId: string): JsonObject {
  const code = error.status ?? 500;
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: error.code.toUpperCase(),
    domain: 'gateway',
    metadata: { request_id: requestId, ...(error.param !== undefined && { param: error.param }) },
  };
  const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${error.retryAfterS}s` };
  return {
    error: {
      code,
      message: `${error.message} ${error.hint}`.trim(),
      status: STATUSES[code] ?? (code < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL'),
      details: error.retryAfterS ? [info, retry] : [info],
    },
  };
}
