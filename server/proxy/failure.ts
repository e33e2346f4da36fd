import { GatewayError } from '../../shared/errors.ts';
import type { Failure } from '../routing/health.ts';
import type { Target } from '../routing/plan.ts';

/** What an attempt came to: the provider's fault, our credential's there, or, undefined, the request's own. */
export type Fault = Failure | 'credential' | undefined;

/** An attempt that failed, as the caller and the log are told. */
export interface FailedAttempt {
  target: Target;
  provider: string;
  model: string;
  region: string | undefined;
  /** What the provider answered, or 0 when nothing came. */
  statusCode: number;
  errorType: ErrorType;
  latencyMs: number;
  error: GatewayError;
}

/** How failures are called in `metadata.routing`. */
export type ErrorType = 'server_error' | 'timeout' | 'network_error' | 'rate_limited' | 'invalid_credentials';

const ERROR_TYPES: Readonly<Record<NonNullable<Fault>, ErrorType>> = {
  server_error: 'server_error',
  timeout: 'timeout',
  connection: 'network_error',
  broken_stream: 'network_error',
  rate_limited: 'rate_limited',
  credential: 'invalid_credentials',
};

/** In a word: the status that says what was wrong, else the kind of failure. */
export function outcomeOf({ statusCode, errorType }: Pick<FailedAttempt, 'statusCode' | 'errorType'>): string {
  return statusCode >= 300 ? String(statusCode) : errorType;
}

/** The name of a fault in `metadata.routing`. */
export function errorTypeOf(fault: NonNullable<Fault>): ErrorType {
  return ERROR_TYPES[fault];
}

/**
 * Whose fault a failed attempt is. What the provider says of the request itself (4xx) is nobody's but the caller's: no other
 * provider is asked.
 * @param status what the provider answered; undefined when no answer came.
 */
export function faultOf(error: unknown, status: number | undefined): Fault {
  if (!(error instanceof GatewayError)) return undefined;
  switch (error.code) {
    case 'provider_credentials':
      return 'credential';
    case 'rate_limit_exceeded':
      return 'rate_limited';
    case 'timeout':
      return 'timeout';
    case 'provider_unavailable':
      return status === undefined ? 'connection' : 'server_error';
    case 'provider_error':
      // an error page in place of the provider's own error: something stands in between, and it judges the request
      return status !== undefined && status >= 400 && status < 500 ? undefined : 'server_error';
    default:
      return undefined;
  }
}
