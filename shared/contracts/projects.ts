import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { instant, line, page, paging } from './fields.ts';

/** The project in a path. */
export const projectId = z.object({ id: line(100).meta({ description: 'Its id or exact name.' }) });
/** A year. */
const MAX_RETENTION_DAYS = 366;

/** How long a kept answer may serve requests that are the same. */
export const RESPONSE_CACHE_SECONDS = { min: 10, max: 31_536_000 } as const;

const body = z.strictObject({ name: line(100) });

export const projectSchema = z.object({
  id: z.string(),
  name: z.string(),
  default: z.boolean().meta({ description: 'The one that keys belong to when none is named.' }),
  active_keys: z.number().meta({ description: 'Keys that are not revoked.' }),
  response_retention_days: z
    .number()
    .meta({ description: 'How long conversations of the Responses API are kept; 0: not at all.' }),
  prompt_cache_marks: z.boolean().meta({
    description:
      'Whether prompt-cache marks go to providers: the ones that callers set, and those set for long prompts.',
  }),
  response_cache_seconds: z
    .number()
    .nullable()
    .meta({ description: 'How long an answer serves requests that are the same byte for byte; null: not at all.' }),
  created_at: instant,
});
export type Project = z.output<typeof projectSchema>;

export const listProjects = endpoint({
  method: 'GET',
  path: '/api/v1/projects',
  summary: 'The projects of the organisation, newest first.',
  access: 'person',
  query: z.strictObject(paging),
  reply: page(projectSchema),
});

export const createProject = endpoint({
  method: 'POST',
  path: '/api/v1/projects',
  summary: 'Create a project.',
  access: 'person',
  status: 201,
  body,
  reply: projectSchema,
  errors: ['permission_denied', 'conflict'],
});

export const showProject = endpoint({
  method: 'GET',
  path: '/api/v1/projects/{id}',
  summary: 'One project.',
  access: 'person',
  params: projectId,
  reply: projectSchema,
  errors: ['not_found'],
});

export const updateProject = endpoint({
  method: 'PATCH',
  path: '/api/v1/projects/{id}',
  summary:
    'Change a project: its name, how long its conversations are kept, whether prompts are marked for caching, how long answers are cached.',
  access: 'person',
  params: projectId,
  body: z
    .strictObject({
      name: line(100),
      response_retention_days: z.number().int().min(0).max(MAX_RETENTION_DAYS),
      prompt_cache_marks: z.boolean(),
      response_cache_seconds: z
        .number()
        .int()
        .min(RESPONSE_CACHE_SECONDS.min)
        .max(RESPONSE_CACHE_SECONDS.max)
        .nullable(),
    })
    .partial()
    .refine((value) => Object.values(value).some((field) => field !== undefined), 'name at least one field to change'),
  reply: projectSchema,
  errors: ['not_found', 'permission_denied', 'conflict'],
});

export const removeProject = endpoint({
  method: 'DELETE',
  path: '/api/v1/projects/{id}',
  summary: 'Remove a project that has no keys any more. What it used stays in the books.',
  access: 'person',
  params: projectId,
  reply: z.object({ id: z.string(), name: z.string(), removed: z.literal(true) }),
  errors: ['not_found', 'permission_denied', 'conflict'],
});
