import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { instant, line, page, paging } from './fields.ts';

const name = z
  .string()
  .trim()
  .toLowerCase()
  .max(50)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case letters and digits with dashes between them')
  .meta({ description: 'A provider that GET /api/v1/providers names, or a name for one of your own.' });

const label = line(50).meta({ description: 'Tells several keys at one provider apart.' });

const secret = z
  .string()
  .trim()
  .max(20_000)
  .refine(
    (text) => text.startsWith('{') || /^[\x21-\x7e]+$/.test(text),
    'must not contain spaces or control characters',
  )
  .meta({ description: "The provider's own key. It is stored encrypted and never answered." });

const baseUrl = z
  .string()
  .trim()
  .max(500)
  .refine(isBaseUrl, 'must be a URL that starts with http:// or https://, without user, query and fragment')
  .transform((text) => text.replace(/\/+$/, ''))
  .meta({ description: 'Where it is; needed for a provider of your own.', examples: ['https://llm.example.com/v1'] });

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && [username, password, search, hash].every((part) => part === '');
}

const settings = z
  .record(z.string().max(50), z.string().trim().min(1).max(20_000))
  .meta({ description: 'What it takes besides a key, by the names of GET /api/v1/providers.' });

/** How a key failed, in the words of the gateway's other errors: as its provider fails anybody, or because the provider will not have it. */
export const KEY_FAILURES = [
  'server_error',
  'timeout',
  'connection',
  'broken_stream',
  'rate_limited',
  'unauthorized',
  'payment_required',
  'forbidden',
] as const;

const reason = z.enum(KEY_FAILURES).nullable().meta({ description: 'How it failed last; null while it is ok.' });

const health = z
  .object({
    state: z.enum(['ok', 'cooling', 'set_aside']).meta({
      description:
        '`cooling`: it failed or met a rate limit, and others are used for a while. `set_aside`: the provider refuses it; others are used until it is changed, a test of it succeeds, or a request that tries it every five minutes does.',
    }),
    reason,
    since: instant.nullable(),
  })
  .meta({ description: 'How it does where it is used. With no other key for its provider, it is used all the same.' });

export const providerKeySchema = z.object({
  id: z.string(),
  provider: z.string(),
  label: z.string(),
  base_url: z.string().nullable().meta({ description: "Null: the provider's own address." }),
  settings: z.record(z.string(), z.string()).meta({ description: 'Those that are not secret.' }),
  key_hint: z.string().meta({ description: 'The last characters of the key, to know it by; empty for none.' }),
  status: z.enum(['active', 'disabled']),
  health,
  created_at: instant,
  updated_at: instant,
});
export type ProviderKey = z.output<typeof providerKeySchema>;

const keyId = z.object({
  id: line(160).meta({
    description: "Its id, its provider's name, or `provider/label` where there are several of a provider.",
  }),
});

export const listProviderKeys = endpoint({
  method: 'GET',
  path: '/api/v1/provider-keys',
  summary: "The organisation's own keys at providers, newest first. What they serve costs no credit.",
  access: 'person',
  query: z.strictObject(paging),
  reply: page(providerKeySchema),
  errors: ['permission_denied'],
});

export const addProviderKey = endpoint({
  method: 'POST',
  path: '/api/v1/provider-keys',
  summary: "Add a key of the organisation's own at a provider, or a provider of its own by name, base URL and key.",
  access: 'person',
  status: 201,
  body: z.strictObject({
    provider: name,
    label: label.default('default'),
    key: secret.optional(),
    base_url: baseUrl.optional(),
    settings: settings.default({}),
  }),
  reply: providerKeySchema,
  errors: ['permission_denied', 'conflict'],
});

export const showProviderKey = endpoint({
  method: 'GET',
  path: '/api/v1/provider-keys/{id}',
  summary: 'One of them.',
  access: 'person',
  params: keyId,
  reply: providerKeySchema,
  errors: ['not_found', 'permission_denied', 'conflict'],
});

export const updateProviderKey = endpoint({
  method: 'PATCH',
  path: '/api/v1/provider-keys/{id}',
  summary: 'Change its label, key, base URL, settings or status. A disabled one is not used.',
  access: 'person',
  params: keyId,
  body: z.strictObject({
    label: label.optional(),
    key: secret.optional(),
    base_url: baseUrl.optional(),
    settings: settings.optional(),
    status: z.enum(['active', 'disabled']).optional(),
  }),
  reply: providerKeySchema,
  errors: ['not_found', 'permission_denied', 'conflict'],
});

export const removeProviderKey = endpoint({
  method: 'DELETE',
  path: '/api/v1/provider-keys/{id}',
  summary: 'Remove it.',
  access: 'person',
  params: keyId,
  reply: z.object({ id: z.string(), provider: z.string(), label: z.string(), removed: z.literal(true) }),
  errors: ['not_found', 'permission_denied', 'conflict'],
});

export const testProviderKey = endpoint({
  method: 'POST',
  path: '/api/v1/provider-keys/{id}/test',
  summary: 'Ask the provider with it: for its models, or for one token of a model.',
  access: 'person',
  repeatable: true,
  params: keyId,
  body: z.strictObject({
    model: line(200)
      .optional()
      .meta({ description: "The provider's own name of a model: one token of it is asked for." }),
  }),
  reply: z.object({
    id: z.string(),
    provider: z.string(),
    label: z.string(),
    ok: z.boolean(),
    checked: z.enum(['models', 'completion']).meta({ description: 'What was asked for.' }),
    latency_ms: z.number(),
    status_code: z.number().nullable().meta({ description: "The provider's answer; null when there was none." }),
    error: z.string().nullable().meta({ description: 'What failed, in the words of the provider where it had some.' }),
  }),
  errors: ['not_found', 'permission_denied', 'conflict'],
});

export const providerSchema = z.object({
  name: z.string(),
  title: z.string(),
  formats: z.array(z.string()).meta({ description: 'What it speaks itself; every format reaches it.' }),
  configured_by: z
    .enum(['organization', 'server'])
    .nullable()
    .meta({ description: 'Whose key is used. Null: nobody has one.' }),
  own_keys: z
    .array(
      providerKeySchema.pick({ id: true, label: true, base_url: true, key_hint: true, status: true, health: true }),
    )
    .meta({ description: "The organisation's own keys at it; told to its owners and admins." }),
  known: z.boolean().meta({ description: 'False for a provider that only a name and a base URL make.' }),
  key: z.enum(['required', 'optional']),
  any_model: z.boolean().meta({ description: '`<name>/<model>` may be any model, at no known price.' }),
  settings: z.array(
    z.object({
      name: z.string(),
      about: z.string(),
      default: z.string().nullable(),
      required: z.boolean(),
      secret: z.boolean(),
    }),
  ),
});
export type ProviderInfo = z.output<typeof providerSchema>;

export const listProviders = endpoint({
  method: 'GET',
  path: '/api/v1/providers',
  summary: 'The providers there are, by name: who has a key, and what each takes.',
  access: 'key',
  query: z.strictObject(paging),
  reply: page(providerSchema),
});
