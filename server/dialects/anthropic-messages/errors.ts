import type { GatewayError } from '../../../shared/errors.ts';

/** Anthropic's own error types by status; source: "Errors" in its API reference. */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

/** An error as Anthropic words it, as a body and as an event. */
export function errorEnvelope(error: GatewayError, requestId: string) {
  const status = error.status ?? 500;
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return { type: 'error', error: { type, message: messageOf(error) }, request_id: requestId };
}

function messageOf({ code, message, hint }: GatewayError): string {
  return code === 'context_length_exceeded' ? tooLong(message) : `${message} ${hint}`.trim();
}

/**
 * Claude Code reads from these very words that it must make its history shorter, and by how much. Other providers tell the
 * same two numbers in other words: what was sent is the greatest, what is allowed the next below it.
 */
function tooLong(message: string): string {
  if (message.startsWith('prompt is too long')) return message;
  const numbers = [...message.matchAll(/\d[\d,]{2,}/g)].map(([text]) => Number(text.replaceAll(',', '')));
  const [sent, allowed] = [...new Set(numbers)].sort((a, b) => b - a);
  return allowed === undefined
    ? `prompt is too long: ${message}`
    : `prompt is too long: ${sent} tokens > ${allowed} maximum`;
}
