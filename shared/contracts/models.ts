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
  created: z.number(),
  created_at: z.string(),
  context_window: z.number().nullable(),
  max_output_tokens: z.number().nullable(),
  pricing: z.object({
    input: z.string(),
    output: z.string(),
    cached_input: z.string().nullable(),
    cache_write: z.string().nullable(),
    cache_write_1h: z.string().nullable(),
    request: z.string().nullable(),
  }),
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
