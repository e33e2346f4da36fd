import { isObject, type JsonObject } from '../lossless.ts';

/**
 * Members of Google's messages. Its REST API is protobuf's JSON mapping: it takes every name in camelCase and in
 * snake_case alike, and answers in camelCase. Keys inside a function's arguments or a schema are data, and never renamed.
 */
export function field(object: JsonObject, name: string): unknown {
  return object[name] ?? object[snakeCase(name)] ?? undefined;
}

const snakes = new Map<string, string>();

function snakeCase(name: string): string {
  let snake = snakes.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakes.set(name, snake);
  }
  return snake;
}

/** A name in camelCase, whichever way it was written. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function objectField(object: JsonObject, name: string): JsonObject | undefined {
  const value = field(object, name);
  return isObject(value) ? value : undefined;
}

export function textField(object: JsonObject, name: string): string | undefined {
  const value = field(object, name);
  return typeof value === 'string' ? value : undefined;
}

export function numberField(object: JsonObject, name: string): number | undefined {
  const value = field(object, name);
  if (typeof value === 'number') return value;
  // protobuf writes 64-bit numbers as strings, and reads any number as one
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** The objects in a list; a lone object is a list of one. */
export function objectsField(object: JsonObject, name: string): JsonObject[] {
  const value = field(object, name);
  if (Array.isArray(value)) return value.filter(isObject);
  return isObject(value) ? [value] : [];
}
