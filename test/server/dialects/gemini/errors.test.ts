import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorEnvelope, geminiFailure } from '../../../../server/dialects/gemini/errors.ts';
import { geminiUsage, usageMetadata } from '../../../../server/dialects/gemini/usage.ts';
import { GatewayError } from '../../../../shared/errors.ts';

const fixture = (name: string): unknown => JSON.parse(readFileSync(`test/fixtures/gemini/${name}.json`, 'utf8'));

test('a provider’s error keeps what it means, alone and in an array', () => {
  const quota = { type: 'rate_limit_error', code: 'RESOURCE_EXHAUSTED', message: expect.stringContaining('quota') };
  expect(geminiFailure(fixture('error-429'))).toEqual(quota);
  expect(geminiFailure([fixture('error-429')])).toEqual(quota);
  expect(geminiFailure(fixture('error-key'))).toMatchObject({ type: 'authentication_error', code: 'API_KEY_INVALID' });
  expect(geminiFailure(fixture('text'))).toBeUndefined();
});

test('an error of ours has Google’s status, and says how long to wait', () => {
  const slow = new GatewayError('rate_limit_exceeded', 'Slow down.', { retryAfterS: 3, hint: '' });
  expect(errorEnvelope(slow, 'req_1')).toMatchObject({
    error: {
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      message: 'Slow down.',
      details: [{ reason: 'RATE_LIMIT_EXCEEDED', metadata: { request_id: 'req_1' } }, { retryDelay: '3s' }],
    },
  });
});

test('usage comes back as it was, its kinds told apart', () => {
  const usage = {
    input: 30,
    cached: 10,
    cacheWrite: 0,
    cacheWrite1h: 0,
    output: 50,
    reasoning: 20,
    audioInput: 5,
    imageOutput: 25,
  };
  expect(geminiUsage(usageMetadata(usage))).toEqual(usage);
});
