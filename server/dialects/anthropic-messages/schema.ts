import { isObject, type JsonObject, toJson } from '../lossless.ts';

/** Formats of strings that structured output knows. Source: Anthropic, "Structured outputs", "JSON Schema limitations". */
const FORMATS = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid']);

/** Keywords that it takes as they are. */
const KEPT = new Set([
  '$schema',
  '$id',
  '$ref',
  'title',
  'description',
  'default',
  'const',
  'enum',
  'type',
  'required',
]);
/** Keywords whose value is a schema, a list of them, or schemas by name. */
const LISTS = new Set(['anyOf', 'allOf', 'prefixItems']);
const BY_NAME = new Set(['properties', '$defs', 'definitions']);

/**
 * A JSON Schema as structured output takes it: objects are closed, and a constraint that is refused (lengths, ranges,
 * patterns, counts) is told in the description, where the model reads it.
 */
export function outputSchema(schema: JsonObject): JsonObject {
  const result: JsonObject = {};
  const told: string[] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (KEPT.has(key)) result[key] = value;
    else if (LISTS.has(key) || key === 'oneOf') result[key === 'oneOf' ? 'anyOf' : key] = eachOf(value);
    else if (BY_NAME.has(key)) result[key] = byName(value);
    else if (key === 'items') result.items = Array.isArray(value) ? eachOf(value) : schemaOf(value);
    else if (isTaken(key, value)) result[key] = value;
    else if (key !== 'additionalProperties') told.push(`${key}: ${toJson(value)}`);
  }
  if (isObjectSchema(schema)) result.additionalProperties = false;
  if (told.length > 0) {
    const about = typeof schema.description === 'string' ? `${schema.description}\n` : '';
    result.description = `${about}(${told.join(', ')})`;
  }
  return result;
}

function isTaken(key: string, value: unknown): boolean {
  if (key === 'format') return FORMATS.has(value as string);
  return key === 'minItems' && (value === 0 || value === 1);
}

function isObjectSchema({ type, properties }: JsonObject): boolean {
  return type === 'object' || properties !== undefined || (Array.isArray(type) && type.includes('object'));
}

function schemaOf(value: unknown): unknown {
  return isObject(value) ? outputSchema(value) : value;
}

function eachOf(value: unknown): unknown {
  return Array.isArray(value) ? value.map(schemaOf) : value;
}

function byName(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, schemaOf(item)]));
}

/**
 * Whether structured output can keep to this schema at all: it refuses schemas that contain themselves, references to
 * elsewhere, and maps (objects whose members are not all named).
 */
export function isExpressible(schema: JsonObject): boolean {
  return check(schema, schema, []);
}

function check(value: unknown, root: JsonObject, open: readonly string[]): boolean {
  if (Array.isArray(value)) return value.every((item) => check(item, root, open));
  if (!isObject(value)) return true;
  const ref = value.$ref;
  if (typeof ref === 'string') {
    if (open.includes(ref)) return false;
    const found = resolve(ref, root);
    return found !== undefined && check(found, root, [...open, ref]);
  }
  if (isObject(value.additionalProperties) || isObject(value.patternProperties)) return false;
  return Object.entries(value).every(
    ([key, item]) => key === '$defs' || key === 'definitions' || check(item, root, open),
  );
}

function resolve(ref: string, root: JsonObject): unknown {
  if (!ref.startsWith('#')) return undefined;
  let found: unknown = root;
  for (const part of ref.slice(1).split('/').filter(Boolean)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) ? found[key] : undefined;
  }
  return found;
}

/** A tool's schema as Anthropic takes it: an object, without alternatives at the top. */
export function inputSchema(schema: JsonObject | undefined): JsonObject {
  if (!schema) return { type: 'object', properties: {} };
  const { anyOf: _any, oneOf: _one, allOf: _all, ...rest } = schema;
  return { ...rest, type: 'object', ...(!isObject(rest.properties) && { properties: {} }) };
}
