import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { instant, page, paging, usd } from './fields.ts';

export const BREAKDOWNS = ['model', 'key', 'provider', 'source', 'session', 'day'] as const;

const range = {
  days: z.coerce.number().int().min(1).max(365).default(30),
  key: z.string().max(100).optional().meta({ description: 'Only this key and the keys below it.' }),
  project: z.string().max(100).optional(),
};
const totals = {
  total_requests: z.number(),
  total_tokens_in: z.number(),
  total_tokens_out: z.number(),
  total_cost_usd: usd,
};

/** `total_requests` are those that succeeded; the sums are what the balance paid. Failed requests are in the log. */
export const usage = endpoint({
  method: 'GET',
  path: '/api/v1/usage',
  summary: 'What was used and spent over the last days.',
  access: 'key',
  query: z.strictObject(range),
  reply: z.object({ range_days: z.number(), ...totals }),
});

export const usageBreakdown = endpoint({
  method: 'GET',
  path: '/api/v1/usage/breakdown',
  summary: 'The same by model, key, provider, source, session or day, dearest first (days in order).',
  access: 'key',
  query: z.strictObject({ ...range, by: z.enum(BREAKDOWNS) }),
  reply: z.object({
    range_days: z.number(),
    by: z.string(),
    ...totals,
    groups: z.array(
      z.object({
        group: z.string(),
        name: z.string().nullable().meta({ description: 'The name of the key, when grouped by key.' }),
        ...totals,
      }),
    ),
  }),
});

export const logSchema = z.object({
  id: z.string(),
  created_at: instant,
  key: z.string().nullable(),
  key_name: z.string().nullable(),
  model: z.string(),
  provider: z.string().nullable(),
  provider_model: z.string().nullable(),
  format: z.string(),
  stream: z.boolean(),
  status_code: z.number(),
  error_code: z.string().nullable(),
  tokens_in: z.number(),
  tokens_cached: z.number(),
  tokens_cache_write: z.number(),
  tokens_out: z.number(),
  tokens_reasoning: z.number(),
  cost_usd: usd,
  estimated: z
    .boolean()
    .meta({ description: 'True when the provider reported no usage and the tokens are our estimate.' }),
  latency_ms: z.number(),
  time_to_first_token_ms: z.number().nullable(),
  source: z.string().nullable(),
  session: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
});

export const listLogs = endpoint({
  method: 'GET',
  path: '/api/v1/logs',
  summary: 'Requests, newest first.',
  access: 'key',
  query: z.strictObject({
    ...paging,
    key: z.string().max(100).optional(),
    model: z.string().max(200).optional(),
    status: z.enum(['ok', 'error']).optional(),
  }),
  reply: page(logSchema),
});

export const showLog = endpoint({
  method: 'GET',
  path: '/api/v1/logs/{id}',
  summary: 'One request.',
  access: 'key',
  params: z.object({ id: z.string().max(100) }),
  reply: logSchema,
  errors: ['not_found'],
});

/** Every movement of the balance. */
export const listTransactions = endpoint({
  method: 'GET',
  path: '/api/v1/transactions',
  summary: 'Movements of the balance, newest first: credits, and one debit for each request that cost something.',
  access: 'person',
  query: z.strictObject({ ...paging, kind: z.enum(['credit', 'usage']).optional() }),
  reply: page(
    z.object({
      id: z.string(),
      kind: z.string(),
      amount_usd: usd,
      description: z.string(),
      request_id: z.string().nullable(),
      created_at: instant,
    }),
  ),
});
