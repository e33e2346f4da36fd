import { hostname } from 'node:os';
import * as oidc from 'openid-client';
import { GatewayError } from '../shared/errors.ts';
import { PUBLIC_KEY_ALGORITHMS } from '../shared/signature-algorithms.ts';
import { VERSION } from '../shared/version.ts';
import { connectionError } from './network-error.ts';
import { RemoteError, retryAfter } from './remote-error.ts';

/** The issuer as a login needs it. */
export interface Issuer {
  issuer: string;
  client_id: string;
  token_endpoint: string;
  device_authorization_endpoint?: string;
  revocation_endpoint: string | null;
}

/**
 * Issuers add an ID token that is not used here: who signed in is asked of the server. The library checks it all the same,
 * and left to itself would take RS256 alone, and refuse the login on a machine whose clock is wrong: so it is told of all
 * algorithms, and given a day.
 */
const CLOCK_TOLERANCE_S = 24 * 3600;

/** openid-client's view of an issuer. Plain HTTP only where the issuer itself is plain HTTP, as on loopback. */
export function configure(issuer: Issuer, timeoutMs: number): oidc.Configuration {
  const configuration = new oidc.Configuration(
    {
      issuer: issuer.issuer,
      token_endpoint: issuer.token_endpoint,
      device_authorization_endpoint: issuer.device_authorization_endpoint,
      revocation_endpoint: issuer.revocation_endpoint ?? undefined,
      id_token_signing_alg_values_supported: PUBLIC_KEY_ALGORITHMS,
    },
    issuer.client_id,
    { [oidc.clockTolerance]: CLOCK_TOLERANCE_S },
    oidc.None(),
  );
  configuration.timeout = timeoutMs / 1000;
  configuration[oidc.customFetch] = (url, options) =>
    fetch(url, { ...options, headers: { ...options.headers, 'user-agent': userAgent() } } as RequestInit);
  if (new URL(issuer.issuer).protocol === 'http:') oidc.allowInsecureRequests(configuration);
  return configuration;
}

/** Names this device: the page where a person approves shows it. */
function userAgent(): string {
  const device = hostname().replace(/[^\x21-\x7e]|[()]/g, '?');
  return `gateway-cli/${VERSION} (${process.platform}; ${device})`;
}

/** What an issuer answered instead of what was asked for. */
export interface OauthFailure {
  /** The OAuth error code, if the answer was one. */
  error: string | undefined;
  description: string | undefined;
  /** Undefined when there was no answer at all. */
  status: number | undefined;
  retryAfterS: number | undefined;
}

/** Reads the facts out of the library's many error classes. */
export function oauthFailure(error: unknown, now: number): OauthFailure {
  const { cause } = error as Error;
  const response =
    error instanceof oidc.ResponseBodyError || error instanceof oidc.WWWAuthenticateChallengeError
      ? error.response
      : cause instanceof Response
        ? cause
        : undefined;
  const body = error instanceof oidc.ResponseBodyError ? error : undefined;
  return {
    error: body?.error,
    description: body?.error_description,
    status: response?.status,
    retryAfterS: retryAfter(response?.headers.get('retry-after'), now),
  };
}

/** The same as the error to throw when nothing better can be done. */
export function oauthError(error: unknown, endpoint: string, now: number, timeoutMs: number): GatewayError {
  const failure = oauthFailure(error, now);
  if (failure.error !== undefined && failure.status !== undefined) {
    return new RemoteError({
      status: failure.status,
      code: failure.error,
      message: `${new URL(endpoint).origin} refused: ${failure.description ?? failure.error}.`.replace(/\.\.$/, '.'),
      type: 'authentication_error',
      retryAfterS: failure.retryAfterS,
    });
  }
  if (failure.status !== undefined) {
    return new GatewayError('bad_response', `${endpoint} answered ${failure.status} in a form that is not OAuth's.`, {
      cause: error,
      status: failure.status,
      retryAfterS: failure.retryAfterS,
    });
  }
  if (error instanceof oidc.ClientError && error.code !== 'OAUTH_TIMEOUT' && error.code !== undefined) {
    return new GatewayError('bad_response', `${endpoint} answered wrongly: ${error.message}.`, { cause: error });
  }
  return connectionError(error, new URL(endpoint).origin, timeoutMs);
}
