import { expect, test } from 'vitest';
import { converseException } from '../../../server/dialects/bedrock-converse/failure.ts';
import { providerError, refusedRequest } from '../../../server/proxy/provider-error.ts';

const said = (message: string) =>
  refusedRequest({ failure: () => ({ message, type: 'invalid_request_error', code: null }) }, 400, Buffer.from('{}'))
    .code;

test.each([
  'prompt is too long: 210000 tokens > 200000 maximum',
  "This model's maximum context length is 8192 tokens.",
  'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).',
  'Your input exceeds the context window of this model.',
])('"%s" is told as a prompt that does not fit', (message) => {
  expect(said(message)).toBe('context_length_exceeded');
});

test('a refusal that repeats the words of an overflow for pages is judged in no time', () => {
  const page = 'input token count exceeds the maximum '.repeat(20_000);
  const started = performance.now();
  expect(said('input token count '.repeat(40_000))).toBe('invalid_request');
  expect(converseException('ValidationException', page.replaceAll('model', '')).code).toBeDefined();
  expect(performance.now() - started).toBeLessThan(500);
});

test('what a refusal quotes of the request, far behind its own words, does not make it an overflow', () => {
  expect(said(`Invalid tool. You sent: ${'x'.repeat(5000)} prompt is too long`)).toBe('invalid_request');
});

test.each<[string | undefined, number]>([
  ['7', 7],
  ['0.5', 0.5],
  [new Date(Date.now() + 3_600_000).toUTCString(), 3600],
  [new Date(Date.now() - 60_000).toUTCString(), 1],
  ['soon', 1],
  [undefined, 1],
])('retry-after %s is waited for', (given, seconds) => {
  const error = providerError('acme', 429, Buffer.from('{}'), given, { failure: () => undefined });
  expect(Math.abs(error!.retryAfterS! - seconds)).toBeLessThanOrEqual(1);
});
