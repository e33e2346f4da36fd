import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { instant, line, page, paging } from './fields.ts';

export const auditSchema = z.object({
  id: z.string(),
  created_at: instant,
  actor: z.string().meta({ description: 'The id of the person or the API key.' }),
  actor_name: z.string().nullable().meta({ description: "The person's address or name; the key's name." }),
  action: z.string().meta({ examples: ['key.created'] }),
  target: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.output<typeof auditSchema>;

export const listAudit = endpoint({
  method: 'GET',
  path: '/api/v1/audit-logs',
  summary: 'Who changed what in the organisation, newest first. For its owners and admins.',
  access: 'person',
  query: z.strictObject({
    ...paging,
    actor: line(254).optional().meta({ description: 'An id, or the e-mail address of a person.' }),
    action: line(100).optional().meta({ description: 'An action such as `key.created`, or its first word: `key`.' }),
  }),
  reply: page(auditSchema),
  errors: ['permission_denied'],
});
