import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { expiry, instant, line, page, paging, period, usd, usdInput } from './fields.ts';
import { MOST_RULES, ruleInput } from './iam.ts';
import { rateLimits, ratesInAnswers } from './limits.ts';

/** What a key may do besides asking models: `manage` lets it create and change keys below itself. */
export const PERMISSIONS = ['inference', 'manage'] as const;

const name = line(100);
const models = z.array(line(200)).min(1).max(200);
const permissions = z.array(z.enum(PERMISSIONS)).min(1).max(10);
const keyId = z.object({ id: z.string().max(100) });

const limits = z.object({
  limit_usd: usd.nullable(),
  spent_usd: usd,
  period_limit_usd: usd.nullable(),
  period: z.string().nullable(),
  period_spent_usd: usd.nullable(),
  period_resets_at: instant.nullable(),
});

/** A key as everybody may see it: never its secret. `balance_usd` is what it may still spend, null when only the organisation's balance bounds it. */
export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  key_prefix: z.string(),
  status: z.enum(['active', 'disabled', 'expired', 'revoked']),
  balance_usd: usd.nullable(),
  limits,
  rate_limits: ratesInAnswers,
  permissions: z.array(z.string()),
  models: z.array(z.string()).nullable(),
  parent: z.string().nullable(),
  project: z.string(),
  expires_at: instant.nullable(),
  last_used_at: instant.nullable(),
  created_at: instant,
});
export type Key = z.output<typeof keySchema>;

/** `raw` is the secret, in this answer only. */
export const keyWithSecret = keySchema.extend({ raw: z.string() });

const pairOfPeriod = (value: { period_limit_usd?: unknown; period?: unknown }) =>
  (value.period_limit_usd == null) === (value.period == null);
const pairMessage = { message: 'period_limit_usd and period go together', path: ['period'] };

export const createKey = endpoint({
  method: 'POST',
  path: '/api/v1/me/keys',
  summary: 'Create an API key. Its secret is in this answer only.',
  access: 'manage',
  status: 201,
  body: z
    .strictObject({
      name,
      project: z.string().max(100).optional(),
      limit_usd: usdInput.optional(),
      period_limit_usd: usdInput.optional(),
      period: period.optional(),
      expires_in: expiry.optional(),
      permissions: permissions.optional(),
      models: models.optional(),
      rate_limits: rateLimits.optional(),
      iam: z.array(ruleInput).max(MOST_RULES).optional(),
      parent: z.string().max(100).optional(),
    })
    .refine(pairOfPeriod, pairMessage),
  reply: keyWithSecret,
  errors: ['invalid_request', 'not_found', 'permission_denied', 'conflict'],
});

export const listKeys = endpoint({
  method: 'GET',
  path: '/api/v1/me/keys',
  summary: 'The keys, newest first. Revoked ones only with `all=true`.',
  access: 'manage',
  query: z.strictObject({
    ...paging,
    all: z.stringbool().default(false),
    name: z.string().max(100).optional(),
    project: z.string().max(100).optional(),
  }),
  reply: page(keySchema),
});

export const showKey = endpoint({
  method: 'GET',
  path: '/api/v1/me/keys/{id}',
  summary: 'One key.',
  access: 'manage',
  params: keyId,
  reply: keySchema,
  errors: ['not_found'],
});

export const updateKey = endpoint({
  method: 'PATCH',
  path: '/api/v1/me/keys/{id}',
  summary:
    'Change a key: its name, status, limits, rate limits, expiry, permissions or models. null takes a limit or an expiry away.',
  access: 'manage',
  params: keyId,
  body: z
    .strictObject({
      name: name.optional(),
      status: z.enum(['active', 'disabled']).optional(),
      limit_usd: usdInput.nullable().optional(),
      period_limit_usd: usdInput.nullable().optional(),
      period: period.nullable().optional(),
      expires_in: expiry.nullable().optional(),
      permissions: permissions.optional(),
      models: models.nullable().optional(),
      rate_limits: rateLimits.nullable().optional(),
    })
    .refine((value) => Object.values(value).some((field) => field !== undefined), 'name at least one field to change'),
  reply: keySchema,
  errors: ['invalid_request', 'not_found', 'conflict', 'permission_denied'],
});

export const revokeKey = endpoint({
  method: 'DELETE',
  path: '/api/v1/me/keys/{id}',
  summary: 'Revoke a key and every key below it, for good. Safe to repeat.',
  access: 'manage',
  params: keyId,
  reply: z.object({
    id: z.string(),
    status: z.literal('revoked'),
    revoked: z.number().meta({ description: 'How many keys this call revoked, children included.' }),
  }),
  errors: ['not_found'],
});

export const rollKey = endpoint({
  method: 'POST',
  path: '/api/v1/me/keys/{id}/roll',
  summary: 'Give a key a new secret. The old one dies at once, or after `grace`.',
  access: 'manage',
  params: keyId,
  body: z
    .strictObject({
      grace: z
        .string()
        .regex(/^[1-9]\d{0,4}(m|h|d)$/, 'must be a duration such as 24h')
        .optional(),
    })
    .optional(),
  reply: keyWithSecret.extend({ old_expires_at: instant.nullable() }),
  errors: ['not_found', 'conflict'],
});
