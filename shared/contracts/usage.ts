import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { instant, page, paging, usd } from './fields.ts';

export const BREAKDOWNS = ['model', 'key', 'provider', 'source', 'session', 'day', 'hour'] as const;

const LONGEST_HOURS = 365 * 24;

/** The last so many hours or days, one hour to 365 days: `1h`, `24h`, `7d`. */
export const usageRange = z
  .string()
  .regex(/^[1-9]\d{0,3}[hd]$/, 'must be a number and h or d, such as 1h, 24h or 7d')
  .refine((text) => Number.parseInt(text, 10) * (text.endsWith('d') ? 24 : 1) <= LONGEST_HOURS, 'must be at most 365d');

/** A day or an instant in questions: ISO 8601; a date alone is that day in UTC. */
export const dayOrInstant = z.union(
  [z.iso.date(), z.iso.datetime({ offset: true })],
  'must be a date such as 2026-01-31 or an instant such as 2026-01-31T12:00:00Z',
);

const bounds = {
  from: dayOrInstant.optional().meta({ description: 'From then on; a date alone is its first moment in UTC.' }),
  to: dayOrInstant.optional().meta({ description: 'Up to then; a date alone is included whole. Default: now.' }),
};

const range = {
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .optional()
    .meta({ description: 'The last so many times 24 hours; 30 when no range is given at all.' }),
  range: usageRange.optional().meta({ description: 'The last so many hours or days: `1h` to `365d`.' }),
  ...bounds,
  key: z.string().max(100).optional().meta({ description: 'Only this key and the keys below it.' }),
  project: z.string().max(100).optional(),
  org: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'An organisation that the caller belongs to, by id or name, instead of the one in force.' }),
};

/** One way to say which time is meant; more than one is refused before anything is looked up. */
function oneRange(given: { [name in 'days' | 'range' | 'from' | 'to']?: unknown }, issues: z.RefinementCtx): void {
  const ways = (['days', 'range', 'from', 'to'] as const).filter((name) => given[name] !== undefined);
  const others = ways.filter((name) => name !== 'from' && name !== 'to');
  if (others.length > 1 || (others.length === 1 && ways.length > 1)) {
    const message = `does not go together with ${ways.filter((name) => name !== ways.at(-1)).join(' and ')}: give days, range, or from and to`;
    issues.addIssue({ code: 'custom', path: [ways.at(-1)!], message });
  } else if (given.to !== undefined && given.from === undefined) {
    issues.addIssue({ code: 'custom', path: ['from'], message: 'is needed with to' });
  }
}

const span = {
  range_days: z.number().meta({
    description: 'The length of the range in days; a fraction, to four places, where it is no whole number of them.',
  }),
  from: instant.meta({ description: 'The first moment of the range: ISO 8601, UTC.' }),
  to: instant.meta({ description: 'The first moment after the range: ISO 8601, UTC.' }),
};
const totals = {
  total_requests: z.number(),
  total_tokens_in: z.number(),
  total_tokens_out: z.number(),
  total_cost_usd: usd,
};

/** One group of a breakdown. */
export const usageGroup = z.object({
  group: z.string(),
  name: z
    .string()
    .nullable()
    .meta({ description: 'The name of the key or the program, when grouped by key or by source.' }),
  ...totals,
});

/** `total_requests` are those that succeeded; the sums are what the balance paid. Failed requests are in the log. */
export const usage = endpoint({
  method: 'GET',
  path: '/api/v1/usage',
  summary: 'What was used and spent over the last days.',
  access: 'key',
  query: z.strictObject(range).superRefine(oneRange),
  reply: z.object({ ...span, ...totals }),
  errors: ['not_found'],
});

export const usageBreakdown = endpoint({
  method: 'GET',
  path: '/api/v1/usage/breakdown',
  summary: 'The same by model, key, provider, source or session, dearest first, or by day or hour, in order.',
  access: 'key',
  query: z
    .strictObject({
      ...range,
      by: z.enum(BREAKDOWNS).meta({
        description: 'Every day or hour (UTC) of the range is there, also without use; `hour` for at most 48 hours.',
      }),
    })
    .superRefine(oneRange),
  reply: z.object({ ...span, by: z.string(), ...totals, groups: z.array(usageGroup) }),
  errors: ['not_found'],
});

/** One target of a request: what the provider was asked, and what became of it. */
const routedTarget = { provider: z.string(), model: z.string(), region: z.string().nullish() };

/** How a request found its way. What a newer or older server wrote besides is passed on. */
export const routingStory = z.looseObject({
  reason: z.string().optional().meta({ description: 'Why the first target was chosen, such as `weighted-score`.' }),
  strategy: z.string().optional(),
  tier: z.string().optional().meta({ description: 'How hard `auto` found the prompt.' }),
  session: z.union([z.string(), z.boolean()]).nullish(),
  no_fallback: z.boolean().optional(),
  attempts: z
    .array(
      z.looseObject({
        ...routedTarget,
        status_code: z.number().nullish(),
        error_type: z.string().nullish(),
        succeeded: z.boolean(),
        latency_ms: z.number().nullish(),
      }),
    )
    .optional()
    .meta({ description: 'In the order in which they were made.' }),
  scores: z
    .array(
      z.looseObject({
        ...routedTarget,
        score: z.number(),
        price: z.number().nullish().meta({ description: 'USD per million tokens.' }),
        uptime: z.number().nullish().meta({ description: 'Percent.' }),
        latency_ms: z.number().nullish(),
        throughput: z.number().nullish().meta({ description: 'Tokens a second.' }),
        priority: z.number().nullish(),
        cache_supported: z.boolean().nullish(),
      }),
    )
    .optional()
    .meta({ description: 'Of all targets that were compared; the lowest is the best.' }),
});
export type RoutingStory = z.output<typeof routingStory>;

export const logSchema = z.object({
  id: z.string(),
  created_at: instant.meta({ description: 'When it ended and was booked: ISO 8601, UTC.' }),
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
  service_tier: z
    .string()
    .nullable()
    .optional()
    .meta({ description: 'The tier that it was billed by, such as flex; null: the standard one.' }),
  latency_ms: z.number(),
  time_to_first_token_ms: z.number().nullable(),
  source: z.string().nullable(),
  session: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  retried_by: z.string().nullable().optional().meta({
    description: 'An attempt that failed, of this request, which went on elsewhere; null: a request of its own.',
  }),
  routing: routingStory
    .nullable()
    .optional()
    .meta({ description: 'How it was routed; null where there was no choice.' }),
  cache_hit: z.boolean().optional().meta({ description: 'Answered from the response cache: no provider was asked.' }),
});

export const LOG_STATUSES = ['ok', 'error', 'cached', 'retried'] as const;

export const listLogs = endpoint({
  method: 'GET',
  path: '/api/v1/logs',
  summary: 'Requests, newest first; failed ones too.',
  access: 'key',
  query: z.strictObject({
    ...paging,
    key: z.string().max(100).optional().meta({ description: 'Only this key and the keys below it.' }),
    model: z.string().max(200).optional(),
    provider: z.string().max(100).optional(),
    source: z.string().max(200).optional(),
    session: z.string().max(200).optional(),
    status: z.enum(LOG_STATUSES).optional().meta({
      description:
        'Requests that went well, that failed, that the cache answered, or attempts that were retried elsewhere.',
    }),
    ...bounds,
    order: z.enum(['newest', 'oldest']).default('newest').meta({
      description: 'Which comes first. To follow the log: `oldest`, and `from` a little before the last `as_of`.',
    }),
  }),
  reply: page(logSchema).extend({
    as_of: instant.meta({ description: "The server's clock when it looked: ISO 8601, UTC." }),
  }),
  errors: ['not_found'],
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
