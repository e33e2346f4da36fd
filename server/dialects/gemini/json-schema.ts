import { isObject, type JsonObject } from '../lossless.ts';
import { camelCase } from './fields.ts';

const SCHEMAS = new Set(['anyOf']);
/** 64-bit in protobuf, so that its JSON may have them as strings. */
const COUNTS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);
/** Members of Google's schema that JSON Schema has no word for. */
const UNKNOWN = new Set(['nullable', 'propertyOrdering', 'type']);

/**
 * Google's own schema (a part of OpenAPI 3.0, types in capitals) as JSON Schema.
 * Source: the Gemini API reference, "Schema".
 */
export function toJsonSchema(schema: JsonObject): JsonObject {
  const out: JsonObject = {};
  const type = typeOf(schema);
  if (type !== undefined) out.type = type;
  for (const [key, value] of Object.entries(schema)) {
    const name = camelCase(key);
    if (UNKNOWN.has(name) || value === null) continue;
    if (name === 'properties' && isObject(value)) out[name] = mapValues(value);
    else if (name === 'items' && isObject(value)) out[name] = toJsonSchema(value);
    else if (SCHEMAS.has(name) && Array.isArray(value)) out[name] = value.map(nested);
    else if (name === 'additionalProperties') out[name] = nested(value);
    else if (COUNTS.has(name)) out[name] = typeof value === 'string' ? Number(value) : value;
    else if (name === 'format' && value === 'enum') continue;
    else if (name === 'example') out.examples = [value];
    else out[name] = value;
  }
  return out;
}

function typeOf(schema: JsonObject): string | string[] | undefined {
  const { type } = schema;
  if (typeof type !== 'string' || type === 'TYPE_UNSPECIFIED') return undefined;
  const name = type.toLowerCase();
  return schema.nullable === true ? [name, 'null'] : name;
}

function mapValues(properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, nested(value)]));
}

function nested(value: unknown): unknown {
  return isObject(value) ? toJsonSchema(value) : value;
}
