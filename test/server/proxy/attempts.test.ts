import { describe, expect, test } from 'vitest';
import { Attempts } from '../../../server/proxy/attempts.ts';
import { faultOf } from '../../../server/proxy/failure.ts';
import type { Target } from '../../../server/routing/plan.ts';
import { DEFAULTS } from '../../../server/routing/settings.ts';
import { GatewayError } from '../../../shared/errors.ts';

const targets = ['a', 'b', 'c', 'd'].map((id) => ({ id }) as unknown as Target);
const attemptsOver = (ids: number, maxRetries = 2) =>
  new Attempts(
    { targets: targets.slice(0, ids), scores: [], excluded: [], reason: 'weighted-score' },
    DEFAULTS.timeouts,
    maxRetries,
  );
const error = new GatewayError('provider_error', 'a failed.');
/** Fails at the target that is next; true when the request goes on. */
function failAt(attempts: Attempts, fault: Parameters<Attempts['goOn']>[0], hasAnother = false, key = 'k1'): boolean {
  const goesOn = attempts.goOn(fault, key, () => hasAnother);
  attempts.failed.push({
    target: targets[0]!,
    provider: 'p',
    model: 'm',
    region: undefined,
    statusCode: 500,
    errorType: 'server_error',
    latencyMs: 1,
    error,
  });
  return goesOn;
}

describe('where a request goes on after a failure', () => {
  test("an outage is the provider's: the next target, although there is another key", () => {
    const attempts = attemptsOver(2);
    expect(failAt(attempts, 'server_error', true)).toBe(true);
    expect(attempts.target!.id).toBe('b');
    expect(attempts.tried).toEqual([]);
  });

  test('an outage at the last target: another key of it, and not the one that failed', () => {
    const attempts = attemptsOver(1);
    expect(failAt(attempts, 'server_error', true)).toBe(true);
    expect(attempts.target!.id).toBe('a');
    expect(attempts.tried).toEqual(['k1']);
  });

  test("a rate limit is the key's: another key first, then the next target", () => {
    const attempts = attemptsOver(2);
    expect(failAt(attempts, 'rate_limited', true)).toBe(true);
    expect(attempts.target!.id).toBe('a');
    expect(failAt(attempts, 'rate_limited', false, 'k2')).toBe(true);
    expect(attempts.target!.id).toBe('b');
  });

  test('a refused key: another key, and never another provider', () => {
    const attempts = attemptsOver(2);
    expect(failAt(attempts, 'credential', true)).toBe(true);
    expect(attempts.target!.id).toBe('a');
    expect(failAt(attempts, 'credential', false, 'k2')).toBe(false);
  });

  test.each([0, 1, 2, 3])('%i times at most, as the project wants it', (maxRetries) => {
    const attempts = attemptsOver(4, maxRetries);
    let tries = 1;
    while (failAt(attempts, 'timeout')) tries++;
    expect(tries).toBe(maxRetries + 1);
  });

  test('nowhere when it is the request that is wrong', () => {
    expect(failAt(attemptsOver(2), undefined, true)).toBe(false);
  });
});

describe('targets that cannot take the request', () => {
  test('are passed over without counting; when none is left the first reason is told', () => {
    const attempts = attemptsOver(2);
    attempts.passOver(new GatewayError('invalid_request', 'a cannot.'));
    expect(attempts.target!.id).toBe('b');
    expect(() => attempts.passOver(new GatewayError('invalid_request', 'b cannot.'))).toThrow('a cannot.');
  });

  test('do not hide what a provider failed by', () => {
    const attempts = attemptsOver(2);
    failAt(attempts, 'server_error');
    expect(() => attempts.passOver(new GatewayError('invalid_request', 'b cannot.'))).toThrow('a failed.');
  });
});

test('the last failure names those before it and keeps its code, status and time to wait', () => {
  const attempts = attemptsOver(2);
  failAt(attempts, 'server_error');
  const told = attempts.told(new GatewayError('rate_limit_exceeded', 'b limits.', { retryAfterS: 7 }));
  expect(told).toMatchObject({ code: 'rate_limit_exceeded', status: 429, retryAfterS: 7 });
  expect(told.message).toBe('b limits. Tried before: p (500).');
});

test.each<[string, GatewayError | Error, number | undefined, string | undefined]>([
  ['500', new GatewayError('provider_error', 'x'), 500, 'server_error'],
  ['503', new GatewayError('provider_unavailable', 'x'), 503, 'server_error'],
  ['429', new GatewayError('rate_limit_exceeded', 'x'), 429, 'rate_limited'],
  ['no answer in time', new GatewayError('timeout', 'x'), undefined, 'timeout'],
  ['no connection', new GatewayError('provider_unavailable', 'x'), undefined, 'connection'],
  ['401', new GatewayError('provider_credentials', 'x'), 401, 'credential'],
  ["400 in the provider's own words", new GatewayError('invalid_request', 'x'), 400, undefined],
  ['404 as an HTML page', new GatewayError('provider_error', 'x'), 404, undefined],
  ['an error event in a stream', new GatewayError('provider_unavailable', 'x'), 200, 'server_error'],
  ['a fault of our own', new Error('x'), undefined, undefined],
  ['an answer that cannot be accounted for', new GatewayError('service_unavailable', 'x'), 200, undefined],
])('%s is judged by what it is', (_case, thrown, status, fault) => {
  expect(faultOf(thrown, status)).toBe(fault);
});
