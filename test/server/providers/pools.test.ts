import { expect, test, vi } from 'vitest';
import { Pools } from '../../../server/providers/pools.ts';

const made = vi.hoisted(() => [] as { headersTimeout: number; bodyTimeout: number }[]);
vi.mock('undici', () => ({
  Pool: class {
    constructor(_origin: string, options: (typeof made)[number]) {
      made.push(options);
    }
    on() {}
  },
}));

/** What undici waits for when nobody tells it. */
const USUAL_MS = 300_000;

test('a model may think longer than five minutes before it answers, and in between', () => {
  new Pools().get('http://a.example', false);
  expect(made[0]!.headersTimeout).toBeGreaterThan(USUAL_MS);
  expect(made[0]!.bodyTimeout).toBeGreaterThan(USUAL_MS);
});
