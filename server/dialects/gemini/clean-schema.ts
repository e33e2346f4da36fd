import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import { MOST_OPEN_REFERENCES, referenced } from '../schema-reference.ts';

/**
 * JSON Schema as `parametersJsonSchema` and `responseJsonSchema` take it: the part that Google documents, references put
 * in their place. What is left out only narrows: the model is told less, never something else.
 * Source: the Gemini API reference, "GenerationConfig.responseJsonSchema".
 */
export function cleanSchema(schema: JsonObject): JsonObject {
  return new Cleaning(schema).root();
}

/** Members that pass as they are. */
const PLAIN = [
  'title',
  'description',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'required',
  'propertyOrdering',
] as const;
const FORMATS = new Set(['date-time', 'date', 'time', 'int32', 'int64', 'float', 'double']);
const LISTS = ['anyOf', 'oneOf'] as const;
/** References in their place can double a schema with each definition: beyond this it is refused. */
const MOST_NODES = 20_000;

class Cleaning {
  /** References that are being put in their place: one inside itself would never end. */
  private readonly open: string[] = [];
  /** Definitions that contain themselves: they stay references. */
  private readonly cyclic = new Map<string, string>();

  private nodes = 0;

  constructor(private readonly schema: JsonObject) {}

  root(): JsonObject {
    const clean = this.clean(this.schema);
    if (this.cyclic.size === 0) return clean;
    const definitions: JsonObject = {};
    // a definition may name others while it is cleaned
    for (const [reference, name] of this.cyclic) definitions[name] = this.definition(reference);
    return { ...clean, $defs: definitions };
  }

  private definition(reference: string): JsonObject {
    this.open.push(reference);
    const clean = this.clean(referenced(this.schema, reference) ?? {});
    this.open.pop();
    return clean;
  }

  private clean(given: JsonObject): JsonObject {
    this.count();
    const reference = given.$ref;
    if (typeof reference === 'string') return this.resolve(reference, given);
    const schema = Array.isArray(given.allOf) ? this.merged(given) : given;
    const out: JsonObject = { ...typeMembers(schema) };
    for (const key of PLAIN) if (schema[key] !== undefined) out[key] = schema[key];
    if (typeof schema.format === 'string' && FORMATS.has(schema.format)) out.format = schema.format;
    const properties = schema.properties;
    if (isObject(properties)) {
      out.properties = Object.fromEntries(Object.entries(properties).map(([name, it]) => [name, this.any(it)]));
      // a name that is required but not there is refused
      const { required } = schema;
      if (Array.isArray(required)) out.required = required.filter((name) => Object.hasOwn(properties, String(name)));
    } else delete out.required;
    if (Array.isArray(schema.prefixItems)) out.prefixItems = schema.prefixItems.map((it) => this.any(it));
    // draft 4 to 7 have tuples in `items`
    if (Array.isArray(schema.items)) out.prefixItems = schema.items.map((it) => this.any(it));
    else if (isObject(schema.items)) out.items = this.clean(schema.items);
    for (const key of LISTS) {
      if (Array.isArray(schema[key])) out.anyOf = schema[key].map((it) => this.any(it));
    }
    const additional = schema.additionalProperties;
    if (isObject(additional)) out.additionalProperties = this.clean(additional);
    else if (typeof additional === 'boolean') out.additionalProperties = additional;
    return out;
  }

  /** `true` as a schema is anything. */
  private any(value: unknown): JsonObject {
    return isObject(value) ? this.clean(value) : {};
  }

  /** What a reference stands for, in its place; its neighbours win. */
  private resolve(reference: string, given: JsonObject): JsonObject {
    const target = referenced(this.schema, reference);
    const { $ref: _, ...neighbours } = given;
    if (!target) return this.clean(neighbours);
    if (this.open.includes(reference) || this.cyclic.has(reference)) {
      const name = this.cyclic.get(reference) ?? nameOf(reference, this.cyclic.size);
      this.cyclic.set(reference, name);
      return { $ref: `#/$defs/${name}` };
    }
    this.open.push(reference);
    const clean = this.clean({ ...target, ...neighbours });
    this.open.pop();
    return clean;
  }

  private count(): void {
    if (++this.nodes > MOST_NODES || this.open.length > MOST_OPEN_REFERENCES)
      throw invalid('tools', 'A JSON Schema is too large once its references are put in their place.');
  }

  /** `allOf` as one schema: the members of all, properties and required names together. */
  private merged(schema: JsonObject): JsonObject {
    const { allOf, ...rest } = schema;
    this.count();
    const parts = [rest, ...(allOf as unknown[]).filter(isObject).map((part) => this.followed(part))];
    const all: JsonObject = Object.assign({}, ...parts.toReversed());
    const properties = Object.assign({}, ...parts.map((part) => part.properties)) as JsonObject;
    if (Object.keys(properties).length > 0) all.properties = properties;
    const required = parts.flatMap((part) => (Array.isArray(part.required) ? (part.required as string[]) : []));
    if (required.length > 0) all.required = [...new Set(required)];
    return all;
  }

  private followed(part: JsonObject): JsonObject {
    const reference = part.$ref;
    if (typeof reference !== 'string') return Array.isArray(part.allOf) ? this.merged(part) : part;
    if (this.open.includes(reference)) return part;
    const { $ref: _, ...rest } = part;
    this.open.push(reference);
    const found = this.followed({ ...referenced(this.schema, reference), ...rest });
    this.open.pop();
    return found;
  }
}

/** `type`, `enum` and `const`. OpenAPI's `nullable` is a type of its own in JSON Schema. */
function typeMembers(schema: JsonObject): JsonObject {
  const members: JsonObject = {};
  const { type } = schema;
  const types = (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string');
  const values = Array.isArray(schema.enum) ? schema.enum : 'const' in schema ? [schema.const] : undefined;
  if (schema.nullable === true && types.length > 0 && !types.includes('null')) types.push('null');
  if (values?.includes(null) && types.length > 0 && !types.includes('null')) types.push('null');
  if (types.length > 0) members.type = types.length === 1 ? types[0] : types;
  // only strings and numbers can be enumerated; a list without the rest would forbid it
  const listed = values?.filter((value) => value !== null) ?? [];
  if (listed.length > 0 && listed.every(isEnumerable)) members.enum = listed;
  return members;
}

function isEnumerable(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function nameOf(reference: string, count: number): string {
  const last = reference.split('/').at(-1)!.replace(/\W/g, '');
  return last === '' || last === '#' ? `root${count}` : last;
}
