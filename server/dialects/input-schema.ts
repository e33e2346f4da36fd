import { isObject, type JsonObject, toJson } from './lossless.ts';
import { MOST_OPEN_REFERENCES, referenced } from './schema-reference.ts';

/**
 * A tool's schema for a provider that wants an object at the top and refuses alternatives there: what `allOf` demands is
 * joined, of `anyOf` and `oneOf` all properties are told, and only what every alternative requires is required.
 * Source: Anthropic, "Self-hosted sandboxes" (custom tools: no `oneOf`, `anyOf`, `allOf` at the top level) and the 400 of
 * its Messages API, which Amazon Bedrock hands on; Amazon Nova User Guide, "Tool use" (an object of type, properties, required).
 */
export function inputSchema(schema: JsonObject | undefined): JsonObject {
  if (!schema) return { type: 'object', properties: {} };
  if (!ALTERNATIVES.some((key) => schema[key] !== undefined) && schema.allOf === undefined)
    return { ...schema, type: 'object', ...(!isObject(schema.properties) && { properties: {} }) };
  const { anyOf: _any, oneOf: _one, allOf: _all, discriminator: _which, ...rest } = schema;
  const { properties, required, closed } = new Flattening(schema).shapeOf(schema);
  return {
    ...rest,
    type: 'object',
    properties: Object.fromEntries([...properties].map(([name, told]) => [name, written(told)])),
    ...(required.size > 0 && { required: [...required] }),
    ...(closed && { additionalProperties: false }),
  };
}

const ALTERNATIVES = ['anyOf', 'oneOf'];

/** What may be said of one property: its schemas by their own text, any of which may hold. */
type Told = ReadonlyMap<string, unknown>;

/** An object's schema as far as it can be told without alternatives. */
interface Shape {
  properties: ReadonlyMap<string, Told>;
  required: ReadonlySet<string>;
  /** It has no other properties. */
  closed: boolean;
}

class Flattening {
  private readonly known = new Map<string, Shape>();
  private readonly open = new Set<string>();

  constructor(private readonly root: JsonObject) {}

  shapeOf(schema: JsonObject): Shape {
    const parts = [ownShape(schema)];
    if (typeof schema.$ref === 'string' && schema !== this.root) parts.push(this.follow(schema.$ref));
    for (const part of listOf(schema.allOf)) parts.push({ ...this.shapeOf(part), closed: false });
    const all = parts.reduce(joined);
    return ALTERNATIVES.map((key) => listOf(schema[key]).filter(mayBeObject))
      .filter((branches) => branches.length > 0)
      .reduce(
        (shape, branches) =>
          withOneOf(
            shape,
            branches.map((branch) => this.shapeOf(branch)),
          ),
        all,
      );
  }

  /** Each reference is followed once: what refers to itself says nothing more there. */
  private follow(reference: string): Shape {
    const known = this.known.get(reference);
    if (known) return known;
    if (this.open.has(reference) || this.open.size > MOST_OPEN_REFERENCES) return NOTHING;
    const found = referenced(this.root, reference);
    this.open.add(reference);
    const shape = found ? this.shapeOf(found) : NOTHING;
    this.open.delete(reference);
    this.known.set(reference, shape);
    return shape;
  }
}

const NOTHING: Shape = { properties: new Map(), required: new Set(), closed: false };

function ownShape({ properties, required, additionalProperties }: JsonObject): Shape {
  const own = isObject(properties) ? Object.entries(properties) : [];
  const names = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  return {
    properties: new Map(own.map(([name, value]) => [name, new Map([[toJson(value), value]])])),
    required: new Set(names),
    closed: additionalProperties === false,
  };
}

/** Both hold. Where both speak of a property the later one, which usually says more, is told. */
function joined(one: Shape, other: Shape): Shape {
  return {
    properties: new Map([...one.properties, ...other.properties]),
    required: new Set([...one.required, ...other.required]),
    closed: one.closed || other.closed,
  };
}

/** The base holds, and one of the branches. What the base says of a property stays unless each of them says something. */
function withOneOf(base: Shape, branches: readonly Shape[]): Shape {
  const properties = new Map(base.properties);
  for (const name of new Set(branches.flatMap((branch) => [...branch.properties.keys()]))) {
    const told = branches.flatMap((branch) => branch.properties.get(name) ?? []);
    if (base.properties.has(name) && told.length < branches.length) continue;
    properties.set(name, new Map(told.flatMap((schemas) => [...schemas])));
  }
  const [first, ...others] = branches;
  const everywhere = [...first!.required].filter((name) => others.every(({ required }) => required.has(name)));
  return {
    properties,
    required: new Set([...base.required, ...everywhere]),
    closed: base.closed || branches.every(({ closed }) => closed),
  };
}

function written(told: Told): unknown {
  const schemas = [...told.values()];
  return schemas.length === 1 ? schemas[0] : { anyOf: schemas };
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Arguments are an object: an alternative of another type is none. */
function mayBeObject({ type }: JsonObject): boolean {
  return type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'));
}
