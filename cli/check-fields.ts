import type { Command } from 'commander';
import { GatewayError } from '../shared/errors.ts';
import { factsOf } from './command.ts';
import { outputSchema } from './describe.ts';
import { nearest } from './nearest.ts';

type Schema = {
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  items?: Schema;
  type?: string | readonly string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
};

/** Refuses a `--fields` path that the command's output does not have: before it runs, as it may not be repeatable. */
export async function checkFields(command: Command, paths: readonly string[]): Promise<void> {
  if (!factsOf(command)) return;
  const schema = (await outputSchema(command)) as Schema;
  for (const path of paths) checkPath(schema, path);
}

function checkPath(root: Schema, path: string): void {
  let level = alternatives(root, root);
  const walked: string[] = [];
  for (const name of path.split('.')) {
    if (level.some(isOpen)) return;
    const names = level.flatMap((each) => Object.keys(each.properties ?? {}));
    if (names.length === 0) throw noFields(path, walked.join('.'));
    if (!names.includes(name)) throw unknownField(path, name, names, walked);
    level = level.flatMap((each) => (each.properties?.[name] ? alternatives(each.properties[name], root) : []));
    walked.push(name);
  }
}

/** What a value may be, looked for in lists, alternatives and references. */
function alternatives(schema: Schema, root: Schema): Schema[] {
  const within = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (within) return within.flatMap((each) => alternatives(each, root));
  if (schema.items) return alternatives(schema.items, root);
  const name = schema.$ref && /^#\/\$defs\/(.+)$/.exec(schema.$ref)?.[1];
  return name ? alternatives(root.$defs?.[name] ?? {}, root) : [schema];
}

/** Not described further, so that nothing can be judged: any value, or names that are data (the variables of `env`). */
function isOpen({ type, properties, additionalProperties }: Schema): boolean {
  if (properties) return false;
  return type === undefined || (typeof additionalProperties === 'object' && type === 'object');
}

function unknownField(path: string, name: string, names: string[], walked: string[]): GatewayError {
  const near = nearest(name, names);
  const full = near && [...walked, near].join('.');
  return new GatewayError('usage', `--fields: there is no field "${path}".`, {
    param: '--fields',
    hint: `${full ? `Did you mean ${full}? ` : ''}There are: ${[...new Set(names)].join(', ')}.`,
  });
}

function noFields(path: string, parent: string): GatewayError {
  return new GatewayError(
    'usage',
    `--fields: there is no field "${path}"${parent ? `: ${parent} is a single value` : ''}.`,
    {
      param: '--fields',
      hint: parent ? `Ask for ${parent}.` : 'Leave out --fields.',
    },
  );
}
