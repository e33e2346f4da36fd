import type { z } from 'zod';
import type { ErrorCode } from '../errors.ts';

/**
 * Who may call: `public`; `person` (an OIDC access token); `key` (a person, or any API key, which then sees only itself
 * and what hangs below it); `manage` (a person, or an API key with the `manage` permission).
 */
export type Access = 'public' | 'person' | 'key' | 'manage';

export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  /** With `{name}` for parameters: `/api/v1/me/keys/{id}`. */
  path: `/${string}`;
  summary: string;
  access: Access;
  /** The status of success; 200 when left out. */
  status?: number;
  params?: Params;
  query?: Query;
  body?: Body;
  reply: Reply;
  errors?: readonly ErrorCode[];
  /** The largest body in bytes; a megabyte when left out. */
  bodyBytes?: number;
  /** Twice does no more than once: no answer is kept for an Idempotency-Key, and no transaction spans the work. */
  repeatable?: boolean;
}

/** Declares an endpoint: the server mounts it, `/openapi.json` describes it and the CLI calls it, all from this object. */
export function endpoint<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Reply extends z.ZodType = z.ZodType,
>(contract: Endpoint<Params, Query, Body, Reply>): Endpoint<Params, Query, Body, Reply> {
  return contract;
}

/** What a caller gives: any of params, query and body that the contract names, before validation. */
export type Input<E extends Endpoint> = {
  params?: z.input<NonNullable<E['params']>>;
  query?: z.input<NonNullable<E['query']>>;
  body?: z.input<NonNullable<E['body']>>;
};

/** The same after validation: what a handler works with. Parts that the contract does not name are undefined. */
export type Parsed<E extends Endpoint> = {
  params: z.output<NonNullable<E['params']>>;
  query: z.output<NonNullable<E['query']>>;
  body: z.output<NonNullable<E['body']>>;
};

export type Reply<E extends Endpoint> = z.output<E['reply']>;
