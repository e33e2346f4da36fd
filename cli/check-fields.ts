import type { Command } from 'commander';
import { GatewayError } from '../shared/errors.ts';
import { factsOf } from './command.ts';
import { outputSchema } from './describe.ts';
import { nearest } from './nearest.ts';

type Schema = {
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  $ref?: string;
};

/** Refuses a `--fields` path that the command's output does not have: before it runs, as it may not be repeatable. */
export async function checkFields(command: Command, paths: readonly string[]): Promise<void> {
  if (!factsOf(command)) return;
  const schema = (await outputSchema(command)) as Schema;
  for (const path of paths) {
    let level: Schema[] = objectsOf(schema);
    for (const name of path.split('.')) {
      if (level.length === 0 || level.some((each) => each.properties === undefined)) break; // not described: cannot be judged
      const names = level.flatMap((each) => Object.keys(each.properties!));
      if (!names.includes(name)) throw unknownField(path, name, names);
      level = level.flatMap((each) => (each.properties![name] ? objectsOf(each.properties![name]) : []));
    }
  }
}

/** The objects that a value may be, looked for in lists and alternatives. */
function objectsOf(schema: Schema): Schema[] {
  if (schema.anyOf) return schema.anyOf.flatMap(objectsOf);
  if (schema.items) return objectsOf(schema.items);
  return schema.properties || schema.additionalProperties ? [schema] : [];
}

function unknownField(path: string, name: string, names: string[]): GatewayError {
  const near = nearest(name, names);
  return new GatewayError('usage', `--fields: there is no field "${path}".`, {
    param: '--fields',
    hint: `${near ? `Did you mean ${near}? ` : ''}There are: ${[...new Set(names)].join(', ')}.`,
  });
}
