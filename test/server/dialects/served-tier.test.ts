import { describe, expect, test } from 'vitest';
import { servedTierIn } from '../../../server/dialects/served-tier.ts';

const tierIn = (answer: object, usage?: Record<string, unknown>) =>
  servedTierIn(Buffer.from(JSON.stringify(answer)), usage);

describe('the tier of a whole answer', () => {
  test('stands beside the usage, or in it', () => {
    expect(tierIn({ service_tier: 'priority', usage: {} }, {})).toBe('priority');
    expect(tierIn({ usage: {} }, { service_tier: 'batch' })).toBe('batch');
    expect(tierIn({}, { trafficType: 'ON_DEMAND_FLEX' })).toBe('ON_DEMAND_FLEX');
    expect(tierIn({ service_tier: null })).toBeUndefined();
  });

  test('is not what the caller’s metadata or the model says, before or behind it', () => {
    const metadata = { service_tier: 'flex' };
    expect(tierIn({ service_tier: 'priority', metadata })).toBe('priority');
    expect(tierIn({ metadata, service_tier: 'priority' })).toBe('priority');
    expect(tierIn({ metadata })).toBeUndefined();
    const parts = [{ functionCall: { args: { serviceTier: 'flex', trafficType: 'ON_DEMAND_FLEX' } } }];
    expect(tierIn({ candidates: [{ content: { parts } }] }, { trafficType: 'ON_DEMAND' })).toBe('ON_DEMAND');
    expect(tierIn({ candidates: [{ content: { parts } }] }, {})).toBeUndefined();
  });
});
