import type { Configuration } from 'openid-client';
import { GatewayError } from '../../shared/errors.ts';
import type { PendingLogin } from '../credentials.ts';
import { type OauthFailure, oauthError, oauthFailure } from '../oauth.ts';

/** RFC 8628 section 3.4. */
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** RFC 8628 section 3.5: `slow_down` adds five seconds for good. */
const SLOW_DOWN_S = 5;
/** After failures in a row the wait doubles, up to so many times the interval. */
const MAX_BACK_OFF = 8;

/** Tokens as an issuer gives them. */
export interface Tokens {
  access_token: string;
  refresh_token?: string;
  /** Seconds. */
  expires_in?: number;
}

export interface Waiting {
  configuration: Configuration;
  pending: PendingLogin;
  /** Sent with each poll besides the device code. */
  parameters: Record<string, string>;
  /** When to give up for now, in Unix milliseconds; the code itself may end sooner. */
  until: number;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Told of each poll that failed without ending the login. */
  onTrouble?: (what: string) => void;
}

/**
 * Polls until the person has decided, the code expires or `until` has come (then undefined). The library's own loop ends
 * at the first dropped connection, 500 or HTML 429; this one keeps the device code and goes on, slower, as long as it is
 * valid. Throws `login_denied`, `login_expired`, or what the issuer refused for good.
 */
export async function waitForApproval(waiting: Waiting): Promise<Tokens | undefined> {
  const { pending, until, now, sleep } = waiting;
  let intervalS = pending.interval;
  let failures = 0;
  for (;;) {
    if (now() >= pending.expires_at) throw expired();
    const outcome = await poll(waiting);
    if ('tokens' in outcome) return outcome.tokens;
    if (outcome.slowDown) intervalS += SLOW_DOWN_S;
    failures = outcome.trouble ? failures + 1 : 0;
    if (outcome.trouble) waiting.onTrouble?.(outcome.trouble);
    const waitS = Math.max(
      intervalS * Math.min(2 ** Math.max(0, failures - 1), MAX_BACK_OFF),
      outcome.retryAfterS ?? 0,
    );
    const wakeAt = now() + waitS * 1000;
    if (wakeAt >= until && until < pending.expires_at) return undefined;
    await sleep(Math.max(0, Math.min(wakeAt, pending.expires_at) - now()));
  }
}

type Outcome = { tokens: Tokens } | { slowDown: boolean; trouble?: string; retryAfterS?: number };

async function poll({ configuration, pending, parameters, now }: Waiting): Promise<Outcome> {
  const { genericGrantRequest } = await import('openid-client');
  try {
    return {
      tokens: await genericGrantRequest(configuration, DEVICE_GRANT, {
        ...parameters,
        device_code: pending.device_code,
      }),
    };
  } catch (error) {
    const failure = oauthFailure(error, now());
    if (failure.error === 'access_denied')
      throw new GatewayError('login_denied', 'The sign-in was denied.', { cause: error });
    if (failure.error === 'expired_token') throw expired(error);
    // what an issuer says of a code that it has forgotten
    if (failure.error === 'invalid_grant') throw expired(error);
    if (failure.error === 'authorization_pending') return { slowDown: false, retryAfterS: failure.retryAfterS };
    if (failure.error === 'slow_down') return { slowDown: true, retryAfterS: failure.retryAfterS };
    if (!mayPass(failure)) {
      throw oauthError(
        error,
        configuration.serverMetadata().token_endpoint ?? pending.api_url,
        now(),
        (configuration.timeout ?? 30) * 1000,
      );
    }
    return {
      slowDown: false,
      trouble: failure.status === undefined ? 'no answer' : `HTTP ${failure.status}`,
      retryAfterS: failure.retryAfterS,
    };
  }
}

/** Trouble that can be over at the next poll: no answer, an overloaded or failing server, a proxy's page in between. */
function mayPass({ error, status }: OauthFailure): boolean {
  if (error !== undefined) return ['server_error', 'temporarily_unavailable'].includes(error) || status === 429;
  return status === undefined || status < 400 || status === 408 || status === 425 || status === 429 || status >= 500;
}

function expired(cause?: unknown): GatewayError {
  return new GatewayError('login_expired', 'The sign-in was not approved in time.', { cause });
}
