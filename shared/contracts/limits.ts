import { z } from 'zod';

const most = z.number().int().min(1).max(1_000_000_000);

const rates = z
  .strictObject({
    requests_per_second: most,
    requests_per_minute: most,
    requests_per_day: most,
    tokens_per_minute: most,
    /** Requests that are under way at the same time. */
    concurrent_requests: most,
  })
  .partial();

/** How much may be asked in a time; what is absent is not limited. In the API and in the store alike. */
export const rateLimits = rates.meta({
  description: 'How much may be asked in a time; what is absent is not limited. They replace those that there are.',
});
export type RateLimits = z.output<typeof rateLimits>;

/** The same in answers; null: none. */
export const ratesInAnswers = rates.strip().nullable().meta({ description: 'null: none of its own.' });

/** As the store has it: none is null, not an empty object. */
export function ratesOrNull(given: RateLimits | null | undefined): RateLimits | null {
  return given && Object.values(given).some((limit) => limit !== undefined) ? given : null;
}
