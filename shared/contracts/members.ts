import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { instant, line, page, paging } from './fields.ts';
import { memberRole } from './organizations.ts';

const memberId = z.object({ id: line(254).meta({ description: 'The id or the e-mail address.' }) });

/** Somebody of the organisation, or an address that was invited and nobody has joined with yet. */
export const memberSchema = z.object({
  id: z.string(),
  email: z.string().nullable(),
  display_name: z.string().nullable(),
  role: z.string(),
  status: z.enum(['active', 'invited']),
  created_at: instant,
});
export type Member = z.output<typeof memberSchema>;

export const listMembers = endpoint({
  method: 'GET',
  path: '/api/v1/members',
  summary: 'Who belongs to the organisation, newest first.',
  access: 'person',
  query: z.strictObject(paging),
  reply: page(memberSchema),
});

export const addMember = endpoint({
  method: 'POST',
  path: '/api/v1/members',
  summary:
    'Invite somebody by e-mail address. Who signs in with it finds the organisation among theirs, and joins by choosing it.',
  access: 'person',
  status: 201,
  body: z.strictObject({
    email: z.string().trim().toLowerCase().pipe(z.email().max(254)),
    role: memberRole.default('developer'),
  }),
  reply: memberSchema,
  errors: ['permission_denied', 'conflict'],
});

export const updateMember = endpoint({
  method: 'PATCH',
  path: '/api/v1/members/{id}',
  summary: 'Give a member another role. The last owner stays one.',
  access: 'person',
  params: memberId,
  body: z.strictObject({ role: memberRole }),
  reply: memberSchema,
  errors: ['not_found', 'permission_denied', 'conflict'],
});

export const removeMember = endpoint({
  method: 'DELETE',
  path: '/api/v1/members/{id}',
  summary: 'Remove a member; the last owner cannot go. The keys they made stay.',
  access: 'person',
  params: memberId,
  reply: z.object({
    id: z.string(),
    email: z.string().nullable(),
    removed: z.literal(true),
    active_keys: z.number().meta({ description: 'Keys they made here that are not revoked.' }),
  }),
  errors: ['not_found', 'permission_denied', 'conflict'],
});
