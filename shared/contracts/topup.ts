import { z } from 'zod';
import { parseUsd } from '../money.ts';
import { endpoint } from './endpoint.ts';
import { usd, usdInput } from './fields.ts';

/** What one top-up may add, in USD. */
export const TOPUP_MIN_USD = '1.00';
export const TOPUP_MAX_USD = '10000.00';

/** The amount of one top-up. */
export const topupAmount = usdInput
  .refine(
    (text) => parseUsd(text)! >= parseUsd(TOPUP_MIN_USD)! && parseUsd(text)! <= parseUsd(TOPUP_MAX_USD)!,
    'must be from 1 to 10000 USD',
  )
  .meta({ description: `From ${TOPUP_MIN_USD} to ${TOPUP_MAX_USD} USD, as a decimal string.`, examples: ['5.00'] });
const topupSchema = z.object({
  checkout_url: z.string(),
  session_id: z.string(),
  amount_usd: usd,
  fees: z.object({ amount_usd: usd }).nullable(),
  status: z.enum(['open', 'paid', 'expired']),
  expires_at: z.number().meta({ description: 'Unix seconds.' }),
});

export const createTopup = endpoint({
  method: 'POST',
  path: '/api/v1/topup',
  summary: 'Get a page where a person adds credit. Never charges by itself.',
  access: 'person',
  status: 201,
  body: z.strictObject({ amount_usd: topupAmount }),
  reply: topupSchema,
  errors: ['invalid_request'],
});

export const showTopup = endpoint({
  method: 'GET',
  path: '/api/v1/topup/{id}',
  summary: 'Whether a top-up was paid.',
  access: 'person',
  params: z.object({ id: z.string().max(100) }),
  reply: topupSchema.extend({ paid: z.boolean(), balance_usd: usd }),
  errors: ['not_found'],
});
