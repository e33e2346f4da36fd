import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { projectId } from './projects.ts';
import { type RoutingOverrides, routingOverrides } from './routing.ts';

const groups = routingOverrides.shape;
/** The groups as answers have them: what a newer server says besides is left out. */
const weights = z.object(groups.weights.unwrap().shape);
const thresholds = z.object(groups.thresholds.unwrap().shape);
const retry = z.object(groups.retry.unwrap().shape);
const timeouts = z.object(groups.timeouts.unwrap().shape);
const history = z.object(groups.history.unwrap().shape);
const sticky = z.object(groups.sticky.unwrap().shape);
const priorities = groups.priorities.unwrap();
const auto = z.object(groups.auto.unwrap().shape);

const inForce = z.object({
  weights: weights.required(),
  thresholds: thresholds.required(),
  retry: retry.required(),
  timeouts: timeouts.required(),
  history: history.required(),
  sticky: sticky.required(),
  priorities,
  auto: auto.required(),
});
export type RoutingInForce = z.output<typeof inForce>;

export const projectRoutingSchema = z.object({
  project: z.string(),
  name: z.string(),
  overrides: z
    .object({ weights, thresholds, retry, timeouts, history, sticky, priorities, auto })
    .partial()
    .meta({ description: 'What the project wants otherwise.' }),
  effective: inForce.meta({ description: 'Everything that holds for its requests.' }),
  defaults: inForce.meta({ description: 'What holds where the project wants nothing otherwise.' }),
});
export type ProjectRouting = z.output<typeof projectRoutingSchema>;

/** A change of settings: null takes a value, or a whole group, back to the default. */
export type RoutingPatch = WithNull<RoutingOverrides>;
type WithNull<T> = { [K in keyof T]?: (T[K] extends readonly unknown[] | undefined ? T[K] : WithNull<T[K]>) | null };

/** The same settings, each of which may be null as well. */
function withNull(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional) return withNull(schema.unwrap() as z.ZodType).nullish();
  if (schema instanceof z.ZodObject) {
    const members = Object.entries(schema.shape as Record<string, z.ZodType>);
    return z.strictObject(Object.fromEntries(members.map(([name, member]) => [name, withNull(member)])));
  }
  // of the records, those by tier need not have them all, and to the others it is the same
  if (schema instanceof z.ZodRecord)
    return z.partialRecord(schema.keyType as z.core.$ZodRecordKey, (schema.valueType as z.ZodType).nullable());
  return schema;
}

const routingPatch = withNull(routingOverrides) as z.ZodType<RoutingPatch, RoutingPatch>;

export const showRouting = endpoint({
  method: 'GET',
  path: '/api/v1/projects/{id}/routing',
  summary: 'How the requests of a project are routed: what it wants otherwise, and every number that holds.',
  access: 'person',
  params: projectId,
  reply: projectRoutingSchema,
  errors: ['not_found'],
});

export const updateRouting = endpoint({
  method: 'PATCH',
  path: '/api/v1/projects/{id}/routing',
  summary: 'Change how they are routed. What is not named stays; null takes a value or a group back to the default.',
  access: 'person',
  params: projectId,
  body: routingPatch,
  reply: projectRoutingSchema,
  errors: ['not_found', 'permission_denied'],
});

export const resetRouting = endpoint({
  method: 'DELETE',
  path: '/api/v1/projects/{id}/routing',
  summary: 'Take everything of it back to the defaults.',
  access: 'person',
  params: projectId,
  reply: projectRoutingSchema,
  errors: ['not_found', 'permission_denied'],
});
