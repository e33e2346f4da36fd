import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { usd, usdInput } from './fields.ts';

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
  body: z.strictObject({ amount_usd: usdInput }),
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
