import { z } from 'zod';
import { me } from '../shared/contracts/account.ts';
import { instant } from '../shared/contracts/fields.ts';

const auth = z.object({
  method: z.enum(['oidc', 'api_key']),
  source: z.enum(['environment', 'login']),
  storage: z.enum(['environment', 'keychain', 'file']),
  expires_at: instant.nullable(),
});
const place = { api_url: z.string(), profile: z.string() };

/** `whoami`; with `--offline` only what is stored. */
export const whoamiOutput = me.reply.partial().extend({ auth, ...place, warnings: z.array(z.string()) });

/** `auth status` */
export const statusOutput = z.object({
  authenticated: z.boolean(),
  auth: auth.nullable(),
  ...place,
  api_url_source: z.string(),
  profile_source: z.string(),
  warnings: z.array(z.string()),
});

/** `auth token` */
export const tokenOutput = z.object({
  token: z.string(),
  type: z.enum(['access_token', 'api_key']),
  expires_at: instant.nullable(),
});
