import type { ProviderFailure } from '../dialect.ts';
import { isObject } from '../lossless.ts';

/** Exceptions by their names, in the terms that the proxy knows for overload, rate limits and the rest. */
const TYPES: Readonly<Record<string, string>> = {
  throttlingexception: 'rate_limit_error',
  servicequotaexceededexception: 'rate_limit_error',
  serviceunavailableexception: 'overloaded_error',
  modelnotreadyexception: 'overloaded_error',
  validationexception: 'invalid_request_error',
  accessdeniedexception: 'permission_error',
  resourcenotfoundexception: 'not_found_error',
  modeltimeoutexception: 'timeout_error',
};
const TOO_LONG =
  /(?:input|prompt) is too long|too many (?:input )?tokens|exceeds? the (?:maximum|model'?s) .{0,200}?(?:context|token)/i;
/** Where a message says what is wrong; what it quotes of the request may be long. */
const HEAD = 2048;

/** An exception as a failure. The name may come with its namespace in front and an address behind. */
export function converseException(name: string, message: string): ProviderFailure {
  const bare = name.split(':')[0]!.split('#').at(-1)!;
  const type = TYPES[bare.toLowerCase()] ?? 'api_error';
  // "Too many tokens, please wait" is a rate limit, and no prompt that is too long.
  const tooLong = type !== 'rate_limit_error' && TOO_LONG.test(message.slice(0, HEAD));
  return {
    message: message || 'The provider reported an error.',
    type,
    code: tooLong ? 'context_length_exceeded' : bare === '' ? null : bare,
  };
}

/** `{"message":…}`, with `__type` where the header with the exception's name was not enough for Amazon. */
export function converseFailure(value: unknown): ProviderFailure | undefined {
  if (!isObject(value)) return undefined;
  const message = value.message ?? value.Message;
  if (typeof message !== 'string' || 'output' in value) return undefined;
  return converseException(typeof value.__type === 'string' ? value.__type : '', message);
}
