import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Services } from '../services.ts';
import { addressKey } from './attempts.ts';

/** Seconds a device waits between two polls (RFC 8628 §3.2). */
const INTERVAL_S = 2;
/** How much sooner a poll may come, as timers and networks are not exact. */
const TOLERANCE_S = 0.2;
const DEVICES_A_MINUTE = 120;

type Next = () => Promise<void>;
type Body = { error?: string; user_code?: string } & Record<string, unknown>;

/**
 * What oidc-provider leaves out of the device flow: `interval`, `slow_down` for a client that polls faster, a limit on
 * new device codes, and our own page as the place to go to. It looks at answers only, so bodies stay the provider's.
 */
export function addPace(provider: Provider, { publicUrl, log }: Pick<Services, 'publicUrl' | 'log'>): void {
  const polls = new RateLimiterMemory({ points: 1, duration: INTERVAL_S - TOLERANCE_S });
  const starts = new RateLimiterMemory({ points: DEVICES_A_MINUTE, duration: 60 });

  const pace = async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    if (ctx.path === '/device/auth' && ctx.method === 'POST') {
      const waitMs = await spend(starts, addressKey(ctx.ip));
      if (waitMs > 0) return refuse(ctx, waitMs);
    }
    await next();
    const body = ctx.body as Body | undefined;
    if (ctx.oidc?.route === 'device_authorization' && body?.user_code) {
      const page = `${publicUrl}/device`;
      ctx.body = {
        ...body,
        verification_uri: page,
        verification_uri_complete: `${page}?user_code=${encodeURIComponent(body.user_code)}`,
        interval: INTERVAL_S,
      };
      log.debug({ address: ctx.ip }, 'a device asks to be signed in');
    }
    if (body?.error === 'authorization_pending') {
      const waitMs = await spend(polls, String(ctx.oidc.params?.device_code));
      if (waitMs > 0) ctx.body = { error: 'slow_down', error_description: 'polled sooner than the interval allows' };
    }
  };
  provider.use(pace as Parameters<Provider['use']>[0]);
}

/** Takes one point. @returns milliseconds to wait when there was none left, else 0. */
async function spend(limiter: RateLimiterMemory, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (refused) {
    return Math.max(1, (refused as { msBeforeNext: number }).msBeforeNext);
  }
}

function refuse(ctx: KoaContextWithOIDC, waitMs: number): void {
  ctx.status = 429;
  ctx.set('retry-after', String(Math.ceil(waitMs / 1000)));
  ctx.body = {
    error: 'temporarily_unavailable',
    error_description: 'too many sign-ins were started from this address',
  };
}
