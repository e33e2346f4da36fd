import { z } from 'zod';
import { endpoint } from './endpoint.ts';

/** Prices are USD a token as decimal strings, the field's habit; null where the provider has no such price. */
export const modelSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  type: z.literal('model'),
  name: z.string(),
  display_name: z.string(),
  provider: z.string(),
  owned_by: z.string(),
  created: z.number().meta({ description: 'When its maker released it, in Unix seconds; 0 where nobody says.' }),
  created_at: z.string().meta({ description: 'The same as a date; 1970-01-01 where nobody says.' }),
  context_window: z.number().nullable(),
  max_output_tokens: z.number().nullable(),
  pricing: z
    .object({
      input: z.string(),
      output: z.string(),
      cached_input: z.string().nullable(),
      cache_write: z.string().nullable(),
      cache_write_1h: z.string().nullable(),
      request: z.string().nullable(),
      web_search: z.string().nullable().default(null).meta({ description: 'USD for each web search of the provider.' }),
      audio_input: z.string().nullable().default(null),
      audio_output: z.string().nullable().default(null),
      image_input: z.string().nullable().default(null),
      image_output: z.string().nullable().default(null),
    })
    .nullable()
    .meta({ description: 'Null for `auto`, whose price is that of the model it chooses.' }),
  regions: z
    .array(z.object({ name: z.string(), input: z.string(), output: z.string() }))
    .default([])
    .meta({ description: 'Where the model can be pinned to, as `provider/model:region`, and its prices there.' }),
  service_tiers: z
    .array(z.object({ name: z.string(), multiplier: z.string() }))
    .default([])
    .meta({ description: 'The values of service_tier that it has, and how many times the token prices they cost.' }),
  deprecated: z.boolean().default(false),
  capabilities: z.array(z.string()),
  formats: z
    .array(z.string())
    .meta({ description: 'The request formats that this model answers here: openai, responses, anthropic, gemini.' }),
});

export const listModels = endpoint({
  method: 'GET',
  path: '/v1/models',
  summary: 'The models offered here: those whose provider has a credential.',
  access: 'public',
  query: z.object({
    provider: z.string().optional(),
    capability: z.string().optional(),
    search: z.string().optional(),
  }),
  reply: z.object({
    object: z.literal('list'),
    data: z.array(modelSchema),
    has_more: z.literal(false),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
  }),
});
