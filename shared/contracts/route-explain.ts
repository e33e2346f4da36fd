import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { usd } from './fields.ts';
import { STRATEGIES } from './routing.ts';

export const EXPLAINED_FORMATS = ['openai', 'responses', 'anthropic', 'gemini'] as const;
const MOST_PROMPT = 1_000_000;
/** As large as a request that is worth explaining. */
const BODY_BYTES = 16 * 1024 * 1024;

const place = { provider: z.string(), model: z.string(), region: z.string().nullable() };
const target = z.object(place);

const candidate = z.object({
  ...place,
  score: z.number().nullable().meta({ description: 'The lowest is the best; null where it was not compared.' }),
  price: z
    .object({ input: usd, output: usd })
    .nullable()
    .meta({ description: 'For a million tokens; null: nobody here knows it.' }),
  estimated_cost_usd: usd.nullable().meta({ description: 'Of the input as estimated and a typical answer.' }),
  uptime: z.number().nullable().meta({ description: 'Percent of the last hour, the newest weighing most.' }),
  latency_ms: z.number().nullable().meta({ description: 'To the first token of a stream.' }),
  throughput: z.number().nullable().meta({ description: 'Tokens a second.' }),
  priority: z.number(),
  cache_supported: z.boolean(),
  down: z.boolean().meta({ description: 'It must be expected to fail now: tried when all others are.' }),
  own_key: z.boolean().meta({ description: "With the organisation's own key: it costs no credit." }),
  keys: z.object({ healthy: z.number(), total: z.number() }),
});

export const explanationSchema = z.object({
  model: z.string(),
  format: z.enum(EXPLAINED_FORMATS),
  stream: z.boolean(),
  tier: z.string().nullable().meta({ description: 'How hard `auto` finds the prompt; null for any other model.' }),
  tier_score: z.number().nullable(),
  signals: z
    .array(z.object({ name: z.string(), score: z.number() }))
    .meta({ description: 'What made the tier, the strongest first.' }),
  reason: z.string().nullable().meta({ description: 'Why the first is chosen, such as `weighted-score`.' }),
  strategy: z.string(),
  session: z.string().nullable(),
  no_fallback: z.boolean(),
  chosen: target.nullable().meta({ description: 'Where the request would go; null: it would be refused.' }),
  fallbacks: z.array(target).meta({ description: 'Where it would go on, one after the other, when that fails.' }),
  candidates: z.array(candidate).meta({ description: 'In the order in which they would be tried.' }),
  excluded: z.array(
    z.object({
      provider: z.string(),
      model: z.string(),
      code: z
        .enum([
          'no_provider_key',
          'service_tier',
          'capability',
          'rule',
          'priority',
          'request',
          'budget',
          'tier',
          'price',
          'unsuited',
        ])
        .meta({ description: 'The last three are of `auto` alone: not good enough, dearer, or never chosen by it.' }),
      reason: z.string(),
    }),
  ),
  estimate: z
    .object({
      input_tokens: z.number(),
      output_tokens_typical: z.number(),
      output_tokens_max: z.number(),
      cost_usd: usd,
      max_cost_usd: usd,
    })
    .nullable()
    .meta({ description: 'At the chosen one; null without one, or where its price is not known.' }),
  budget: z.object({ affordable: z.boolean(), left_usd: usd.nullable(), bounded_by: z.string().nullable() }).meta({
    description: 'What is left of the balance and the limits, the tightest of them; null: nothing bounds it.',
  }),
  refusal: z
    .object({ code: z.string(), message: z.string(), http_status: z.number() })
    .nullable()
    .meta({ description: 'What the request would be answered with, where it would be refused.' }),
});
export type Explanation = z.output<typeof explanationSchema>;

export const explainRoute = endpoint({
  method: 'POST',
  path: '/api/v1/route/explain',
  summary:
    'Where a request would go now, and why: targets, scores, what keeps others out, what it would cost. Asks no provider and changes nothing.',
  access: 'key',
  repeatable: true,
  bodyBytes: BODY_BYTES,
  body: z
    .strictObject({
      model: z.string().trim().min(1).max(200).optional(),
      format: z.enum(EXPLAINED_FORMATS).default('openai'),
      prompt: z.string().max(MOST_PROMPT).optional(),
      messages: z.array(z.unknown()).optional().meta({ description: 'As the format has them.' }),
      request: z
        .record(z.string(), z.unknown())
        .optional()
        .meta({ description: 'The whole body of a request in the format; what is said beside it goes before it.' }),
      stream: z.boolean().optional(),
      routing: z.enum(STRATEGIES).optional(),
      session: z.string().max(200).optional(),
      headers: z
        .record(z.string().max(100), z.string().max(4000))
        .optional()
        .meta({ description: 'Headers that would be sent with it, such as `x-no-fallback`.' }),
      project: z
        .string()
        .max(100)
        .optional()
        .meta({ description: "For which project, by id or name, when a person asks: an API key's own is fixed." }),
    })
    .refine(({ model, request }) => model !== undefined || typeof request?.model === 'string', {
      message: 'is required',
      path: ['model'],
    })
    .refine(
      ({ prompt, messages, request }) => [prompt, messages, request].filter((one) => one !== undefined).length <= 1,
      'give one of prompt, messages and request',
    ),
  reply: explanationSchema,
  errors: ['invalid_request', 'model_not_found', 'permission_denied', 'not_found'],
});
export type ExplainAsked = z.output<NonNullable<(typeof explainRoute)['body']>>;
