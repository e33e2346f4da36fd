import { z } from 'zod';
import { instant } from '../../shared/contracts/fields.ts';

const user = z.object({ id: z.string(), display_name: z.string(), email: z.string().nullable() });
const approval = {
  verification_uri: z.string(),
  verification_uri_complete: z.string().nullable(),
  user_code: z.string(),
  expires_at: instant,
  interval: z.number(),
};
const next = z.array(z.object({ command: z.string(), when: z.string() }));

/** Every line that a form of `login` prints. */
export const loginOutput = z.union([
  z.object({ event: z.literal('authorization_required'), ...approval }),
  z.object({ event: z.literal('result').optional(), logged_in: z.literal(true), user }),
  z.object({ status: z.literal('action_required'), ...approval, next }),
  z.object({
    status: z.literal('action_required'),
    email: z.string(),
    delivered: z.enum(['mail', 'log']),
    expires_at: instant,
    next,
  }),
]);
