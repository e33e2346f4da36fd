import { GatewayError } from '../../shared/errors.ts';
import type { Dialect, ProviderFailure } from '../dialects/dialect.ts';

/**
 * What a provider's refusal means to the caller. Its own words pass untouched where they are about the request (4xx);
 * where they are about our account there (401, 402, 403, an exhausted quota) they become a fault of the gateway, as a
 * caller that is told 401 gives up its own good key.
 * @returns undefined when the provider's body may pass as it is.
 */
export function providerError(
  provider: string,
  status: number,
  body: Buffer,
  retryAfter: string | undefined,
  dialect: Pick<Dialect, 'failure'>,
): GatewayError | undefined {
  const failure = dialect.failure(parse(body));
  const said = failure ? ` It says: "${failure.message.slice(0, 500)}".` : '';
  const quota = status === 402 || failure?.code === 'insufficient_quota' || failure?.type === 'billing_error';
  // Google answers a bad key of ours with 400
  const badKey = failure?.type === 'authentication_error';
  if (status === 401 || status === 403 || badKey || quota) {
    return new GatewayError(
      'provider_credentials',
      `${provider} refused the key that it was called with, or its quota is used up (status ${status}).`,
    );
  }
  if (status === 429) {
    return new GatewayError('rate_limit_exceeded', `${provider} is limiting the rate of requests.${said}`, {
      retryAfterS: secondsIn(retryAfter),
    });
  }
  if (status === 503 || status === 529) {
    return new GatewayError('provider_unavailable', `${provider} is overloaded or down (status ${status}).${said}`, {
      retryAfterS: secondsIn(retryAfter),
    });
  }
  if (status === 504 || status === 408)
    return new GatewayError('timeout', `${provider} did not answer in time (status ${status}).${said}`);
  if (status >= 500) return new GatewayError('provider_error', `${provider} failed with status ${status}.${said}`);
  if (status >= 300 && status < 400)
    return new GatewayError('provider_error', `${provider} answered with a redirect (status ${status}).`);
  return failure
    ? undefined
    : new GatewayError('provider_error', `${provider} answered status ${status} without an error in its own format.`, {
        status: 502,
      });
}

/** `retry-after`: seconds, or the date at which to come again (RFC 9110, 10.2.3). At least a second. */
function secondsIn(retryAfter: string | undefined): number {
  if (retryAfter === undefined) return 1;
  const seconds = Number(retryAfter);
  const wait = Number.isFinite(seconds) ? seconds : Math.ceil((Date.parse(retryAfter) - Date.now()) / 1000);
  return wait > 0 ? wait : 1;
}

/** A provider's refusal of a translated request: its words, in the caller's terms. */
export function refusedRequest(dialect: Pick<Dialect, 'failure'>, status: number, body: Buffer): GatewayError {
  const failure = dialect.failure(parse(body));
  const message = failure?.message ?? 'The provider refused the request.';
  if (isContextOverflow(failure)) return new GatewayError('context_length_exceeded', message);
  if (status === 404) return new GatewayError('model_not_found', message, { hint: '' });
  if (status === 413) return new GatewayError('request_too_large', message, { hint: '' });
  return new GatewayError('invalid_request', message, { status, hint: '' });
}

/** Where a message says what is wrong; some quote the whole request behind it. */
const HEAD = 2048;
const OVERFLOW =
  /prompt is too long|maximum context length|input token count .{0,200}exceeds|exceeds? the (?:model's )?(?:maximum )?context|input is too long|too many input tokens/i;

/** A prompt that does not fit: told alike to every caller, as agents make their history shorter on that code alone. */
function isContextOverflow(failure: ProviderFailure | undefined): boolean {
  if (!failure) return false;
  return failure.code === 'context_length_exceeded' || OVERFLOW.test(failure.message.slice(0, HEAD));
}

/** An error event inside a stream. Before content it is still a real status, so overload and rate limits keep theirs. */
export function streamError(provider: string, { message, type, code }: ProviderFailure): GatewayError {
  const failure = { message, type, code };
  if (isContextOverflow(failure)) return new GatewayError('context_length_exceeded', message);
  if (/invalid_request|invalid_prompt/.test(`${type} ${code}`))
    return new GatewayError('invalid_request', message, { hint: '' });
  const said = `${provider} broke off: "${message.slice(0, 500)}"${code ? ` (${code})` : ''}.`;
  if (/rate_limit/.test(`${type} ${code}`)) return new GatewayError('rate_limit_exceeded', said, { retryAfterS: 1 });
  if (/overloaded|unavailable/.test(`${type} ${code}`))
    return new GatewayError('provider_unavailable', said, { retryAfterS: 1 });
  return new GatewayError('provider_error', said);
}

/** An answer whose bytes are not what the provider says they are. */
export function unreadable(provider: string, cause: unknown): GatewayError {
  return new GatewayError('provider_error', `${provider} sent an answer that cannot be unpacked.`, { cause });
}

/** A call that got no answer at all; what already says what went wrong says it still. */
export function callError(provider: string, error: Error & { code?: string }): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error.code === 'UND_ERR_HEADERS_TIMEOUT' || error.code === 'UND_ERR_BODY_TIMEOUT') {
    return new GatewayError('timeout', `${provider} did not answer in time.`, { cause: error });
  }
  return new GatewayError('provider_unavailable', `${provider} cannot be reached (${error.code ?? error.name}).`, {
    cause: error,
    status: 502,
  });
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
