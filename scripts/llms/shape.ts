/** The parts of a JSON Schema that say what a value looks like. */
interface Schema {
  type?: string | readonly string[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  enum?: readonly unknown[];
  const?: unknown;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

/** A JSON Schema as a line that is quick to read: `{id: string, limit_usd: string|null, models?: string[]}`. */
export function shapeOf(schema: unknown, root: Schema = schema as Schema): string {
  const at = schema as Schema;
  if (at.const !== undefined) return JSON.stringify(at.const);
  if (at.enum) return at.enum.map((value) => JSON.stringify(value)).join('|');
  const within = at.anyOf ?? at.oneOf;
  if (within) return [...new Set(within.map((each) => shapeOf(each, root)))].join('|');
  if (at.allOf) return at.allOf.map((each) => shapeOf(each, root)).join(' & ');
  if (at.$ref) return referred(at.$ref, root);
  if (at.items) return listOf(shapeOf(at.items, root));
  if (at.properties) return objectOf(at, at.properties, root);
  if (typeof at.additionalProperties === 'object') return `{[name]: ${shapeOf(at.additionalProperties, root)}}`;
  if (Array.isArray(at.type)) return at.type.join('|');
  return typeof at.type === 'string' ? at.type : 'any';
}

function referred(reference: string, root: Schema): string {
  const name = /^#\/\$defs\/(.+)$/.exec(reference)?.[1];
  const target = name && root.$defs?.[name];
  return target ? shapeOf(target, root) : 'any';
}

function objectOf({ required = [] }: Schema, properties: Record<string, Schema>, root: Schema): string {
  const fields = Object.entries(properties).map(
    ([name, schema]) => `${name}${required.includes(name) ? '' : '?'}: ${shapeOf(schema, root)}`,
  );
  return `{${fields.join(', ')}}`;
}

function listOf(element: string): string {
  return withoutBraces(element).includes('|') ? `(${element})[]` : `${element}[]`;
}

/** What stands outside of every pair of braces. */
function withoutBraces(text: string): string {
  const less = text.replace(/\{[^{}]*\}/g, '');
  return less === text ? text : withoutBraces(less);
}
