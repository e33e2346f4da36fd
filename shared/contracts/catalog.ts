import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { instant } from './fields.ts';

/** The largest model list that is read. */
export const MOST_LIST_BYTES = 16 * 1024 * 1024;

export const catalogSchema = z.object({
  source: z.string().meta({ description: 'Where the list in use comes from; `built-in`: the one of this release.' }),
  fetched_at: instant.nullable(),
  age_s: z.number().nullable(),
  providers: z.number(),
  models: z.number(),
  changed: z
    .number()
    .meta({ description: 'Models of this release whose price, limits or abilities the list changed.' }),
  added: z.number().meta({ description: 'Models that only the list has.' }),
  held: z.array(z.string()).meta({ description: 'Models whose listed price was not believed: ours holds.' }),
  unread: z.number().meta({ description: 'Rows that could not be read.' }),
  refresh_hours: z.number(),
  refresh_url: z.string(),
  last_attempt_at: instant.nullable(),
  last_error: z.string().nullable(),
});
export type CatalogState = z.output<typeof catalogSchema>;

export const showCatalog = endpoint({
  method: 'GET',
  path: '/api/v1/catalog',
  summary: 'Where the list of models comes from, how old it is and what it has.',
  access: 'key',
  reply: catalogSchema,
});

export const refreshCatalog = endpoint({
  method: 'POST',
  path: '/api/v1/catalog/refresh',
  summary:
    "Take the newest list of models: from its usual place, from a URL, or as it is given. A list that cannot be believed changes nothing. The server's owner alone may.",
  access: 'person',
  repeatable: true,
  bodyBytes: 2 * MOST_LIST_BYTES,
  body: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .optional(),
      document: z
        .string()
        .min(2)
        .max(MOST_LIST_BYTES)
        .optional()
        .meta({ description: 'The list itself, as JSON text.' }),
      source: z.string().min(1).max(300).optional().meta({ description: 'What to call the source of a document.' }),
    })
    .refine(({ url, document }) => url === undefined || document === undefined, 'give url or document, not both'),
  reply: catalogSchema,
  errors: ['invalid_request', 'permission_denied', 'catalog_refused', 'catalog_unreachable'],
});
