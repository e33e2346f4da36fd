import { isObject, type JsonObject, toJson } from '../lossless.ts';
import { MOST_OPEN_REFERENCES, referenced } from '../schema-reference.ts';

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
  return new Check(schema).holds(schema);
}

class Check {
  private readonly open = new Set<string>();
  /** References that are known to hold: each is followed once. */
  private readonly held = new Set<string>();

  constructor(private readonly root: JsonObject) {}

  holds(value: unknown): boolean {
    if (Array.isArray(value)) return value.every((item) => this.holds(item));
    if (!isObject(value)) return true;
    if (typeof value.$ref === 'string') return this.follows(value.$ref);
    if (isObject(value.additionalProperties) || isObject(value.patternProperties)) return false;
    return Object.entries(value).every(([key, item]) => key === '$defs' || key === 'definitions' || this.holds(item));
  }

  private follows(reference: string): boolean {
    if (this.held.has(reference)) return true;
    if (this.open.has(reference) || this.open.size > MOST_OPEN_REFERENCES) return false;
    const found = referenced(this.root, reference);
    this.open.add(reference);
    const holds = found !== undefined && this.holds(found);
    this.open.delete(reference);
    if (holds) this.held.add(reference);
    return holds;
  }
}
