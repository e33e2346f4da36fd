import { isIPv6 } from 'node:net';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { GatewayError } from '../../shared/errors.ts';

/** Counts tries by key in this process. Taken before the work, so that parallel guesses cannot all slip through. */
export interface Attempts {
  /** Counts one try for every key; throws `rate_limit_exceeded` with the seconds to wait when one has none left. */
  take(...keys: string[]): Promise<void>;
  /** Gives a try back that turned out to be an honest one. */
  giveBack(...keys: string[]): Promise<void>;
}

/** @param message what the person is told when they have to wait. */
export function limitAttempts(points: number, durationS: number, message: string): Attempts {
  const limiter = new RateLimiterMemory({ points, duration: durationS });
  return {
    async take(...keys) {
      for (const key of keys) {
        try {
          await limiter.consume(key);
        } catch (refused) {
          const retryAfterS = Math.max(1, Math.ceil((refused as RateLimiterRes).msBeforeNext / 1000));
          throw new GatewayError('rate_limit_exceeded', message, { retryAfterS });
        }
      }
    },
    async giveBack(...keys) {
      for (const key of keys) await limiter.reward(key);
    },
  };
}

/** Where a request came from, as one key: an IPv6 subscriber has a whole /64 to choose addresses from. */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return `address:${plain}`;
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::');
  const groups = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const all = tail === undefined ? groups : [...groups, ...Array(8 - groups.length - after.length).fill('0'), ...after];
  return `address:${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
