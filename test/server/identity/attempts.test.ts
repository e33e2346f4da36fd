import { describe, expect, test } from 'vitest';
import { addressKey, limitAttempts } from '../../../server/identity/attempts.ts';

describe('counting tries', () => {
  test('the one too many says how long to wait; an honest one can be given back', async () => {
    const tries = limitAttempts(2, 60, 'Too many.');
    await tries.take('a');
    await tries.take('a');
    await expect(tries.take('a')).rejects.toMatchObject({ code: 'rate_limit_exceeded', retryAfterS: 60 });
    await tries.take('b');
    const fresh = limitAttempts(1, 60, 'Too many.');
    for (let i = 0; i < 3; i++) {
      await fresh.take('a');
      await fresh.giveBack('a');
    }
  });

  test.each([
    ['192.0.2.7', 'address:192.0.2.7'],
    ['::ffff:192.0.2.7', 'address:192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', 'address:2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::9', 'address:2001:db8:1:2::/64'],
    ['::1', 'address:0:0:0:0::/64'],
    ['fe80::1%eth0', 'address:fe80:0:0:0::/64'],
  ])('the address %s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
