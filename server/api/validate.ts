import express, { type Request, type Response } from 'express';
import type { z } from 'zod';
import type { Endpoint, Parsed } from '../../shared/contracts/endpoint.ts';
import { GatewayError } from '../../shared/errors.ts';

/** Management calls are small; this bounds what a caller can make us parse. */
const BODY_BYTES = 1024 * 1024;
const JSON_TYPES = ['application/json', 'application/*+json'];
const jsonReader = (limit: number) => express.json({ limit, strict: false, type: () => true });
const readJson = jsonReader(BODY_BYTES);

/** Reads a JSON body. Throws `payload_type`, `invalid_json` or `request_too_large`; undefined without a body. */
export async function readBody(request: Request, response: Response, maxBytes?: number): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  if (!request.is(JSON_TYPES)) throw new GatewayError('payload_type', 'The body is not declared as JSON.');
  await new Promise<void>((resolve, reject) => {
    const read = maxBytes === undefined ? readJson : jsonReader(maxBytes);
    read(request, response, (error?: unknown) => (error ? reject(error as Error) : resolve()));
  });
  return request.body;
}

/** Everything that a contract asks for, checked before anything happens. Throws `invalid_request` with the parameter. */
export function validate<E extends Endpoint>(
  contract: E,
  given: Record<'params' | 'query' | 'body', unknown>,
): Parsed<E> {
  return {
    params: part(contract.params, given.params, ''),
    query: part(contract.query, given.query, ''),
    body: part(contract.body, given.body, 'body'),
  } as Parsed<E>;
}

function part(schema: z.ZodType | undefined, value: unknown, whole: string): unknown {
  if (!schema) return undefined;
  const dirty = unstorable(value, []);
  if (dirty) throw invalid([{ param: dirty.join('.') || whole, message: 'must not contain NUL or broken characters' }]);
  const parsed = schema.safeParse(value, {
    error: ({ code, input }) => (code === 'invalid_type' && input === undefined ? 'is required' : undefined),
  });
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.flatMap((issue) => problems(issue, whole)));
}

interface Problem {
  param: string;
  message: string;
}

function problems(issue: z.core.$ZodIssue, whole: string): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ param: [...issue.path, key].join('.'), message: 'is not known here' }));
  }
  return [{ param: issue.path.join('.') || whole, message: issue.message.replace(/^Invalid input: e/, 'e') }];
}

function invalid(found: Problem[]): GatewayError {
  const first = found[0]!;
  const shown = found.slice(0, 5).map(({ param, message }) => (param ? `${param}: ${message}` : message));
  return new GatewayError('invalid_request', `${shown.join('; ')}.`, { param: first.param });
}

/** Where a text is that the store cannot hold as it is: with NUL, or with half a surrogate pair. */
function unstorable(value: unknown, path: string[]): string[] | undefined {
  if (typeof value === 'string') return /[\0\p{Cs}]/u.test(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = unstorable(inner, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
