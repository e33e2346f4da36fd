import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { instant, usd } from './fields.ts';
import { topupAmount } from './topup.ts';

/** How automatic top-up stands before anybody set it. */
export const AUTO_TOPUP_DEFAULTS = { threshold_usd: '5.00', amount_usd: '25.00' } as const;

export const autoTopupSchema = z.object({
  enabled: z.boolean(),
  threshold_usd: usd.meta({ description: 'Credit is added when the balance falls below this.' }),
  amount_usd: usd.meta({ description: 'How much is added each time.' }),
  max_per_month_usd: usd.nullable().meta({ description: 'At most so much in a calendar month (UTC); null: no bound.' }),
  granted_this_month_usd: usd,
  last_topup_at: instant.nullable(),
});
export type AutoTopup = z.output<typeof autoTopupSchema>;

export const showAutoTopup = endpoint({
  method: 'GET',
  path: '/api/v1/credits/auto',
  summary: 'How automatic top-up stands.',
  access: 'person',
  reply: autoTopupSchema,
});

export const setAutoTopup = endpoint({
  method: 'PUT',
  path: '/api/v1/credits/auto',
  summary:
    "Set automatic top-up. What is left out stays as it is. Without a payment provider credit is granted, so it is for the server's owner alone.",
  access: 'person',
  body: z
    .strictObject({
      enabled: z.boolean().optional(),
      threshold_usd: topupAmount.optional(),
      amount_usd: topupAmount.optional(),
      max_per_month_usd: topupAmount.nullable().optional(),
    })
    .refine((value) => Object.values(value).some((field) => field !== undefined), 'name at least one field to change'),
  reply: autoTopupSchema,
  errors: ['invalid_request', 'permission_denied'],
});
