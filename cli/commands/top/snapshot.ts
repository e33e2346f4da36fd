import { z } from 'zod';
import { instant, usd } from '../../../shared/contracts/fields.ts';
import { logSchema, usageGroup } from '../../../shared/contracts/usage.ts';

/** What `gateway top` shows at one moment, and prints as JSON. */
export const snapshotSchema = z.object({
  at: instant.meta({ description: "The server's clock: ISO 8601, UTC." }),
  balance_usd: usd,
  currency: z.literal('USD'),
  rate: z
    .object({
      minutes: z.number(),
      total_requests: z.number(),
      total_cost_usd: usd,
      usd_per_minute: usd,
      usd_per_hour: usd,
      requests_per_minute: z.number(),
    })
    .meta({ description: 'The last minutes.' }),
  day: z
    .object({
      total_requests: z.number(),
      total_tokens_in: z.number(),
      total_tokens_out: z.number(),
      total_cost_usd: usd,
      models: z.array(usageGroup),
      hours: z.array(usageGroup),
    })
    .meta({ description: 'The last 24 hours; models dearest first, hours in order.' }),
  requests: z.array(logSchema).meta({ description: 'The latest, newest first.' }),
  errors: z.array(logSchema).meta({ description: 'The latest that failed, newest first.' }),
});

export type Snapshot = z.output<typeof snapshotSchema>;
