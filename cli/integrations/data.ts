import type { Json } from '../documents/document.ts';

type JsonObject = { readonly [name: string]: Json };

/** The object that data is; undefined for anything else. */
export function asObject(data: Json | undefined): JsonObject | undefined {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as JsonObject) : undefined;
}

/** What stands at a path of names; undefined where nothing does. */
export function valueAt(data: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((at, name) => asObject(at)?.[name], data);
}

/** The text at a path; undefined where there is none. */
export function stringAt(data: Json | undefined, path: readonly string[]): string | undefined {
  const found = valueAt(data, path);
  return typeof found === 'string' ? found : undefined;
}
