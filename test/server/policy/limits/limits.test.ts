import { expect, test } from 'vitest';
import { type Admission, UNLIMITED } from '../../../../server/policy/limits/admission.ts';
import { createLimits, type Limits } from '../../../../server/policy/limits/limits.ts';
import type { Target } from '../../../../server/routing/plan.ts';
import type { GatewayError } from '../../../../shared/errors.ts';

const FREE = { base: { requests: 5, windowMs: 600_000 }, bought: { requests: 20, windowMs: 60_000 } };
const START = 1_800_000_000_000;

function at() {
  const clock = { now: START };
  return { clock, limits: createLimits(FREE, undefined, () => clock.now) };
}

/** Admits now; an error is returned. */
function tryAdmit(
  limits: Limits,
  ...[key, asked = { inputTokens: 0 }]: [Parameters<Limits['admit']>[0], { inputTokens: number }?]
) {
  try {
    return limits.admit(key, asked) as Admission;
  } catch (error) {
    return error as GatewayError;
  }
}

const refusalOf = (answer: Admission | GatewayError) => ('code' in answer ? answer : undefined);
const passed = (answers: (Admission | GatewayError)[]) => answers.filter((each) => !('code' in each)).length;

test('a key without limits is let through by one and the same admission', () => {
  const { limits } = at();
  const organization = limits.organization('org_1', { name: 'Acme', rates: null, bought: false });
  expect(limits.admit({ limited: [organization] }, { inputTokens: 5 })).toBe(UNLIMITED);
  expect(limits.admit({ limited: [] }, { inputTokens: 5 })).toBe(UNLIMITED);
});

test('no window of a minute has more than the limit, wherever it begins', () => {
  const { clock, limits } = at();
  const limited = [limits.key('key_1', 'ci', { requests_per_minute: 10 })];
  const times: number[] = [];
  for (let step = 0; step < 3000; step++) {
    clock.now += (step * 7919) % 211;
    if (!refusalOf(tryAdmit(limits, { limited }))) times.push(clock.now);
  }
  expect(times.length).toBeGreaterThan(40);
  for (const [index, time] of times.entries()) {
    const eleventh = times[index + 10];
    if (eleventh !== undefined) expect(eleventh - time).toBeGreaterThanOrEqual(60_000);
  }
});

test('what was taken comes back at most one piece of the window late', () => {
  const { clock, limits } = at();
  const limited = [limits.key('key_1', 'ci', { requests_per_minute: 2 })];
  expect(passed([1, 2, 3].map(() => tryAdmit(limits, { limited })))).toBe(2);
  clock.now += 59_999;
  expect(refusalOf(tryAdmit(limits, { limited }))?.code).toBe('rate_limit_exceeded');
  clock.now += 5_001;
  expect(passed([1, 2, 3].map(() => tryAdmit(limits, { limited })))).toBe(2);
});

test('a refusal says which limit of whom, how much it is and when there is room again', () => {
  const { clock, limits } = at();
  const limited = [limits.key('key_1', 'ci', { requests_per_minute: 1 })];
  tryAdmit(limits, { limited });
  clock.now += 30_000;
  const refusal = refusalOf(tryAdmit(limits, { limited }))!;
  expect(refusal).toMatchObject({ code: 'rate_limit_exceeded', status: 429, retryable: true });
  expect(refusal.message).toMatch(/the key "ci" may make 1 request a minute\./);
  expect(refusal.hint).toContain('gateway keys update key_1 --rate-limit');
  expect(refusal.retryAfterS).toBeGreaterThanOrEqual(30);
  expect(refusal.retryAfterS).toBeLessThanOrEqual(35);
  clock.now += refusal.retryAfterS! * 1000;
  expect(refusalOf(tryAdmit(limits, { limited }))).toBeUndefined();
});

test('the headers tell the tightest limit on requests, and tokens by their own names', () => {
  const { limits } = at();
  const limited = [
    limits.key('key_1', 'ci', { requests_per_minute: 10, requests_per_day: 1000, tokens_per_minute: 1000 }),
  ];
  const { headers } = tryAdmit(limits, { limited }, { inputTokens: 44 }) as Admission;
  const named = Object.fromEntries(headers.flatMap((name, index) => (index % 2 ? [] : [[name, headers[index + 1]]])));
  expect(named).toMatchObject({
    'x-ratelimit-limit': '10',
    'x-ratelimit-remaining': '9',
    'x-ratelimit-limit-requests': '10',
    'x-ratelimit-remaining-requests': '9',
    'x-ratelimit-limit-tokens': '1000',
    'x-ratelimit-remaining-tokens': '700',
  });
  const resetS = Number(named['x-ratelimit-reset']) - START / 1000;
  expect(resetS).toBeGreaterThanOrEqual(60);
  expect(resetS).toBeLessThanOrEqual(65);
  expect(named['x-ratelimit-reset-requests']).toMatch(/^1m\d+s$/);
});

test('a key below another counts against the limits of both, and one of the two that refuses takes nothing of the other', () => {
  const { limits } = at();
  const above = limits.key('key_1', 'team', { requests_per_minute: 3 });
  const below = limits.key('key_2', 'ci', { requests_per_minute: 2 });
  expect(passed([1, 2, 3, 4].map(() => tryAdmit(limits, { limited: [below, above] })))).toBe(2);
  expect(passed([1, 2].map(() => tryAdmit(limits, { limited: [above] })))).toBe(1);
  expect(refusalOf(tryAdmit(limits, { limited: [above] }))?.message).toContain('the key "team"');
});

test('an organisation bounds all of its keys together, and a change of its limits holds at once', () => {
  const { limits } = at();
  const standing = { name: 'Acme', rates: { requests_per_minute: 1 }, bought: false };
  const organization = limits.organization('org_1', standing);
  expect(passed([1, 2].map(() => tryAdmit(limits, { limited: [organization] })))).toBe(1);
  limits.organization('org_1', { ...standing, rates: { requests_per_minute: 2 } });
  expect(passed([1, 2].map(() => tryAdmit(limits, { limited: [organization] })))).toBe(1);
  limits.organization('org_1', { ...standing, rates: null });
  expect(limits.admit({ limited: [organization] }, { inputTokens: 0 })).toBe(UNLIMITED);
});

test('tokens are let through while any are left, and the real number replaces the estimate', () => {
  const { limits } = at();
  const limited = [limits.key('key_1', 'ci', { tokens_per_minute: 1000 })];
  const left = () => limited[0]!.counters[0]!.remaining(START);
  const first = tryAdmit(limits, { limited }, { inputTokens: 100 }) as Admission;
  expect(left()).toBe(644);
  first.done(200);
  first.done(900);
  expect(left()).toBe(800);
  const large = tryAdmit(limits, { limited }, { inputTokens: 5000 }) as Admission;
  expect(refusalOf(tryAdmit(limits, { limited }))?.message).toContain('may use 1000 tokens a minute');
  large.done(0);
  expect(left()).toBe(800);
  (tryAdmit(limits, { limited }) as Admission).done(3000);
  expect(left()).toBe(0);
  expect(refusalOf(tryAdmit(limits, { limited }))).toBeDefined();
});

test('requests under way are counted until they end, once each', () => {
  const { limits } = at();
  const limited = [limits.key('key_1', 'ci', { concurrent_requests: 2 })];
  const first = tryAdmit(limits, { limited }) as Admission;
  tryAdmit(limits, { limited });
  const refusal = refusalOf(tryAdmit(limits, { limited }))!;
  expect(refusal.message).toContain('may have 2 requests under way at a time');
  expect(refusal.retryAfterS).toBe(1);
  first.done(0);
  first.done(0);
  expect(passed([1, 2].map(() => tryAdmit(limits, { limited })))).toBe(1);
});

const target = (
  over: { price?: object; own?: boolean; custom?: boolean; priceUnknown?: boolean; capability?: string } = {},
) =>
  ({
    offer: {
      price: { inputPico: 0n, outputPico: 0n, requestNano: 0n, ...over.price },
      priceUnknown: over.priceUnknown,
      capabilities: [over.capability ?? 'free'],
    },
    upstream: { own: over.own ?? false, custom: over.custom ?? false },
  }) as unknown as Target;

function freeRequests(limits: Limits, count: number, to: Target) {
  let passes = 0;
  for (let each = 0; each < count; each++) {
    try {
      void limits.admitTarget({ organizationId: 'org_1' }, to, UNLIMITED);
      passes++;
    } catch (error) {
      expect(error).toMatchObject({ code: 'rate_limit_exceeded' });
    }
  }
  return passes;
}

test('free models: 5 requests in 10 minutes before credit was ever bought, 20 a minute since', () => {
  const { clock, limits } = at();
  limits.organization('org_1', { name: 'Acme', rates: null, bought: false });
  expect(freeRequests(limits, 30, target())).toBe(5);
  clock.now += 500_000;
  expect(freeRequests(limits, 30, target())).toBe(0);
  limits.organization('org_1', { name: 'Acme', rates: null, bought: true });
  expect(freeRequests(limits, 30, target())).toBe(20);
  clock.now += 65_000;
  expect(freeRequests(limits, 30, target())).toBe(20);
});

test.each([
  ['a model that costs something', target({ price: { outputPico: 1n } })],
  ['a fee for each request', target({ price: { requestNano: 1n } })],
  ["a key of the organisation's own", target({ own: true })],
  ['a provider that only the configuration knows', target({ custom: true })],
  ['a price that nobody knows', target({ priceUnknown: true })],
  ['moderation', target({ capability: 'moderation' })],
])('%s is no free model', (_case, to) => {
  const { limits } = at();
  expect(freeRequests(limits, 30, to)).toBe(30);
});

test('a free model adds its limit to what the key was told, and a refusal of it leaves the first admission to be ended', () => {
  const { limits } = at();
  const limited = [limits.key('key_1', 'ci', { requests_per_minute: 100, concurrent_requests: 50 })];
  for (let each = 0; each < 5; each++) {
    const first = tryAdmit(limits, { limited }) as Admission;
    const both = limits.admitTarget({ organizationId: 'org_1' }, target(), first) as Admission;
    expect(both.headers.slice(0, 4)).toEqual(['x-ratelimit-limit', '5', 'x-ratelimit-remaining', String(4 - each)]);
    both.done(0);
  }
  const first = tryAdmit(limits, { limited }) as Admission;
  expect(() => limits.admitTarget({ organizationId: 'org_1' }, target(), first)).toThrow(/5 requests to free models/);
  expect(limited[0]!.counters[0]!.remaining(START)).toBe(49);
  first.done(0);
  expect(limited[0]!.counters[0]!.remaining(START)).toBe(50);
});
