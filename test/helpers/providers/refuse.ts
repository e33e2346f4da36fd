import type { z } from 'zod';

/** A provider's 400: the double's own words, since only that it refuses matters. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** Refuses what the provider's API would refuse. */
export function must(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Refusal(message);
}

/** The body in its provider's shape; an unknown or missing member is refused, as strict APIs do. */
export function shaped<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = deepest(result.error.issues as Issue[], []);
  throw new Refusal(`${issue!.path}: ${issue!.message}`);
}

interface Issue {
  path: PropertyKey[];
  message: string;
  errors?: Issue[][];
}

/** Of a union's many failures those of the branch that came furthest. */
function deepest(issues: Issue[], base: PropertyKey[]): { path: string; message: string; depth: number }[] {
  return issues
    .flatMap((issue) => {
      const path = [...base, ...issue.path];
      const inner = (issue.errors ?? []).flatMap((branch) => deepest(branch, path));
      const own = { path: path.join('.'), message: issue.message, depth: path.length };
      return [...inner, own];
    })
    .sort((a, b) => b.depth - a.depth);
}

/** Keywords in a JSON schema, at any depth below properties and items, with where they stand. */
export function* keywords(schema: unknown, path = '$'): Generator<{ name: string; value: unknown; path: string }> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [name, value] of Object.entries(schema)) {
    yield { name, value, path };
    if (['properties', '$defs', 'definitions'].includes(name)) {
      for (const [key, inner] of Object.entries(value as object)) yield* keywords(inner, `${path}.${name}.${key}`);
    } else if (Array.isArray(value)) {
      for (const inner of value) yield* keywords(inner, `${path}.${name}`);
    } else yield* keywords(value, `${path}.${name}`);
  }
}
