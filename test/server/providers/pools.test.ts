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

test('no clock of the connections ends a call: each call has its own', () => {
  new Pools().get('http://a.example', false);
  expect(made[0]!.headersTimeout).toBe(0);
  expect(made[0]!.bodyTimeout).toBe(0);
});
