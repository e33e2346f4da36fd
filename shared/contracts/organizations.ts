import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { instant, line, page, paging, usd } from './fields.ts';
import { rateLimits, ratesInAnswers } from './limits.ts';

/** What a member may do: `owner` everything; `admin` all but touch owners; `developer` use it and look. */
export const ROLES = ['owner', 'admin', 'developer'] as const;
export const memberRole = z.enum(ROLES);

const organizationId = z.object({
  id: line(100).meta({ description: 'Its id or exact name; `current` for the one acted in.' }),
});

/** An organisation that the person is a member of, or invited to. */
export const organizationSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  status: z.enum(['active', 'invited']).meta({ description: '`invited` until the person chooses it, which joins it.' }),
  current: z.boolean().meta({ description: 'The one that calls of this person act in.' }),
  balance_usd: usd.nullable().meta({ description: 'null while the person is only invited.' }),
  rate_limits: ratesInAnswers.meta({ description: 'What bounds all of its keys together; null: nothing.' }),
  created_at: instant,
});
export type Organization = z.output<typeof organizationSchema>;

export const listOrganizations = endpoint({
  method: 'GET',
  path: '/api/v1/orgs',
  summary: 'The organisations that the person is a member of or invited to, the newest first.',
  access: 'person',
  query: z.strictObject(paging),
  reply: page(organizationSchema),
});

export const showOrganization = endpoint({
  method: 'GET',
  path: '/api/v1/orgs/{id}',
  summary: 'One organisation.',
  access: 'person',
  params: organizationId,
  reply: organizationSchema,
  errors: ['not_found'],
});

export const updateOrganization = endpoint({
  method: 'PATCH',
  path: '/api/v1/orgs/{id}',
  summary: 'Change an organisation: its name, or its rate limits, which null takes away. For owners and admins.',
  access: 'person',
  params: organizationId,
  body: z
    .strictObject({ name: line(100).optional(), rate_limits: rateLimits.nullable().optional() })
    .refine((value) => Object.values(value).some((field) => field !== undefined), 'name at least one field to change'),
  reply: organizationSchema,
  errors: ['not_found', 'permission_denied'],
});

/** Which organisation the person acts in from now on, on every device. */
export const useOrganization = endpoint({
  method: 'PUT',
  path: '/api/v1/me/organization',
  summary: 'Choose the organisation that calls of this person act in. One that they are invited to is joined.',
  access: 'person',
  body: z.strictObject({ organization: line(100).meta({ description: 'Its id or exact name.' }) }),
  reply: organizationSchema,
  errors: ['not_found'],
});
