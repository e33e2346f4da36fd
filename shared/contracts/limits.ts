import { z } from 'zod';

const most = z.number().int().min(1).max(1_000_000_000);

/** How much may be asked in a time; what is absent is not limited. In the API and in the store alike. */
export const rateLimits = z
  .strictObject({
    requests_per_second: most,
    requests_per_minute: most,
    requests_per_day: most,
    tokens_per_minute: most,
    /** Requests that are under way at the same time. */
    concurrent_requests: most,
  })
  .partial();
export type RateLimits = z.output<typeof rateLimits>;
