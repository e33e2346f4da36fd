import { describe, expect, test } from 'vitest';
import { choose } from '../../../server/routing/choose.ts';
import { createHealth } from '../../../server/routing/health/create-health.ts';
import type { Target } from '../../../server/routing/plan.ts';
import { createPreferences } from '../../../server/routing/preferred.ts';
import { createRankings } from '../../../server/routing/rankings.ts';
import { DEFAULTS } from '../../../server/routing/settings.ts';
import { random as seeded } from '../../helpers/random.ts';
import { asking, target } from './targets.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const REQUESTS = 10_000;

/** How a provider is: the share of its calls that fail, and its speed. */
interface Manner {
  fails: number;
  firstTokenMs: number;
  tokensPerSecond: number;
}
type Manners = Record<string, (nowMs: number) => Manner>;

interface Attempt {
  atMs: number;
  provider: string;
  failed: boolean;
}

/** Ten requests a second, one after the other in fake time, each with as many retries as there are by default. */
function simulate(targets: readonly Target[], manners: Manners, seed: number) {
  const random = seeded(seed);
  let nowMs = 0;
  const health = createHealth({ now: () => nowMs });
  const rankings = createRankings({ health }, () => nowMs);
  const services = { health, rankings, preferences: createPreferences(() => nowMs) };
  const attempts: Attempt[] = [];
  let answered = 0;
  for (let i = 0; i < REQUESTS; i++) {
    nowMs = (i * SECOND_MS) / 10;
    const choice = choose(services, asking(targets, { stream: true, random }));
    for (const { id, offer } of choice.targets.slice(0, 1 + DEFAULTS.retry.maxRetries)) {
      const { fails, firstTokenMs, tokensPerSecond } = manners[offer.provider]!(nowMs);
      const failed = random() < fails;
      services.health.trying(id);
      attempts.push({ atMs: nowMs, provider: offer.provider, failed });
      if (failed) {
        services.health.failed(id, 'server_error');
        rankings.forget();
      } else {
        const outputTokens = 200;
        services.health.succeeded(id, {
          firstTokenMs,
          outputTokens,
          generationMs: (outputTokens / tokensPerSecond) * 1000,
        });
        answered++;
        break;
      }
    }
  }
  return { answered, attempts };
}

/** The share of the attempts between two times that went to a provider. */
function shareOf(provider: string, attempts: readonly Attempt[], fromMs: number, toMs = Number.POSITIVE_INFINITY) {
  const those = attempts.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  return those.filter((one) => one.provider === provider).length / those.length;
}

const RECOVERED_MS = 10 * MINUTE_MS;
const manners: Manners = {
  failing: (nowMs) => ({ fails: nowMs < RECOVERED_MS ? 0.3 : 0, firstTokenMs: 400, tokensPerSecond: 80 }),
  slow: () => ({ fails: 0.002, firstTokenMs: 4000, tokensPerSecond: 15 }),
  dear: () => ({ fails: 0.002, firstTokenMs: 400, tokensPerSecond: 80 }),
};

describe.each([1, 2, 3, 4, 5])('of three providers, one failing, one slow and one dear (%d)', (seed) => {
  const targets = [target('failing', '1 1'), target('slow', '1 1'), target('dear', '2 2')];
  const { answered, attempts } = simulate(targets, manners, seed);

  test('callers are answered in 99.9 % of all cases', () => {
    expect(answered / REQUESTS).toBeGreaterThanOrEqual(0.999);
    expect(attempts.filter(({ failed }) => failed).length).toBeGreaterThan(20);
  });

  test('the failing one gets less than 3 % after the first minute', () => {
    const share = shareOf('failing', attempts, MINUTE_MS, RECOVERED_MS);
    expect(share).toBeLessThan(0.03);
    expect(share).toBeGreaterThan(0);
  });

  test('the failing one gets most of it within five minutes after it recovered, as it is the best again', () => {
    expect(shareOf('failing', attempts, RECOVERED_MS + 5 * MINUTE_MS)).toBeGreaterThan(0.9);
  });

  test('the dear one gets no more than it must', () => {
    expect(shareOf('dear', attempts, 0)).toBeLessThan(0.02);
  });
});

test('a provider that is dead is asked again once it lives', () => {
  const livesMs = 3 * MINUTE_MS;
  const dead = { fails: 1, firstTokenMs: 400, tokensPerSecond: 80 };
  const { answered, attempts } = simulate(
    [target('failing', '1 1'), target('dear', '2 2')],
    { ...manners, failing: (nowMs) => (nowMs < livesMs ? dead : { ...dead, fails: 0 }) },
    7,
  );
  // The other one fails, too, and there is no third.
  expect(answered / REQUESTS).toBeGreaterThan(0.995);
  expect(shareOf('failing', attempts, MINUTE_MS, livesMs)).toBeLessThan(0.01);
  expect(shareOf('failing', attempts, livesMs + 5 * MINUTE_MS)).toBeGreaterThan(0.9);
});
