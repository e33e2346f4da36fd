import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { usd } from './fields.ts';

/** What a client needs to run the RFC 8628 device flow by itself. */
export const discovery = endpoint({
  method: 'GET',
  path: '/api/v1/auth/discovery',
  summary: 'Where and how to sign in.',
  access: 'public',
  reply: z.object({
    issuer: z.string(),
    client_id: z.string(),
    device_authorization_endpoint: z.string(),
    token_endpoint: z.string(),
    revocation_endpoint: z.string().nullable(),
    scopes: z.array(z.string()),
    resource: z.string(),
    /** Where `login --email` asks for a code; null when an external issuer signs people in. */
    email_code_endpoint: z.string().nullable(),
    email_code_grant_type: z.string().nullable(),
  }),
});

/** Sends a six-digit sign-in code. Answers the same whether or not the address is known. */
export const emailCode = endpoint({
  method: 'POST',
  path: '/api/v1/auth/email',
  summary: 'Send a sign-in code by e-mail.',
  access: 'public',
  status: 202,
  body: z.strictObject({ email: z.email().max(254) }),
  reply: z.object({
    sent: z.literal(true),
    expires_in: z.number(),
    /** `log`: no mail server is configured; whoever runs the server finds the code in its log. */
    delivered: z.enum(['mail', 'log']),
  }),
  errors: ['rate_limit_exceeded', 'not_found'],
});

const named = z.object({ id: z.string(), name: z.string() });

export const me = endpoint({
  method: 'GET',
  path: '/api/v1/me',
  summary: 'Who is asking. With an API key, `key` says which one.',
  access: 'key',
  reply: z.object({
    id: z.string(),
    display_name: z.string(),
    email: z.string().nullable(),
    sub: z.string(),
    balance_usd: usd,
    status: z.string(),
    organization: named,
    project: named,
    role: z.string(),
    key: z
      .object({ id: z.string(), name: z.string(), key_prefix: z.string(), permissions: z.array(z.string()) })
      .nullable(),
  }),
});

export const balance = endpoint({
  method: 'GET',
  path: '/api/v1/balance',
  summary: 'The credit left. With an API key: what that key may still spend, when that is less.',
  access: 'key',
  reply: z.object({ balance_usd: usd, currency: z.literal('USD') }),
});
