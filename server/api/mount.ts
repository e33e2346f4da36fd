import type { Request, Response, Router } from 'express';
import type { z } from 'zod';
import type { Endpoint, Parsed } from '../../shared/contracts/endpoint.ts';
import type { Actor } from '../identity/actor.ts';
import { actorId } from '../identity/actor.ts';
import type { Services } from '../services.ts';
import { checkAccess, identifyCaller } from './caller.ts';
import { type Answer, idempotencyKeyOf, once } from './idempotency.ts';
import { readBody, validate } from './validate.ts';

/** How long an answer waits for what is being booked: under heavy traffic there is always more. */
const BOOKING_TIMEOUT_MS = 2000;

/** Does what a contract promises. It works through the services it is given: their store may be a transaction. */
export type Handler<E extends Endpoint, Who> = (
  services: Services,
  input: Parsed<E> & { actor: Who; request: Request },
) => Promise<z.input<E['reply']>>;

/**
 * Serves a contract: who calls, may they, is the request right, then the handler, then the answer through the contract's
 * reply, which drops what it does not name. Nothing changes before all checks have passed.
 */
export function mount<E extends Endpoint>(
  router: Router,
  services: Services,
  contract: E,
  handler: Handler<E, Actor>,
): void {
  route(router, contract, async (request, response) => {
    const actor = await identifyCaller(services, request);
    checkAccess(actor, contract.access);
    const input = { ...(await readInput(contract, request, response)), actor, request };
    const key = contract.method === 'GET' || contract.repeatable ? undefined : idempotencyKeyOf(request);
    await bookEverythingSettled(services);
    const work = (inside: Services) => answerOf(contract, handler(inside, input));
    if (key === undefined) return work(services);
    const asked = JSON.stringify([contract.method, request.path, input.query, input.body]);
    const call = { scope: `${actor.kind}:${actorId(actor)}`, key, request: asked };
    const answer = await once(services, call, work);
    if (answer.repeated) response.set('idempotency-replayed', 'true');
    return answer;
  });
}

/** Serves a contract that anybody may call. */
export function mountPublic<E extends Endpoint>(
  router: Router,
  services: Services,
  contract: E,
  handler: Handler<E, undefined>,
): void {
  route(router, contract, async (request, response) => {
    const input = { ...(await readInput(contract, request, response)), actor: undefined, request };
    return answerOf(contract, handler(services, input));
  });
}

/** A contract's path as Express writes it: `/me/keys/{id}` is `/me/keys/:id`. */
export function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function route(
  router: Router,
  contract: Endpoint,
  serve: (request: Request, response: Response) => Promise<Answer>,
): void {
  const method = contract.method.toLowerCase() as Lowercase<Endpoint['method']>;
  router[method](expressPath(contract.path), async (request, response) => {
    const { status, body } = await serve(request, response);
    response.status(status).json(body);
  });
}

async function readInput<E extends Endpoint>(contract: E, request: Request, response: Response): Promise<Parsed<E>> {
  const body = contract.body ? await readBody(request, response, contract.bodyBytes) : undefined;
  return validate(contract, { params: request.params, query: request.query, body });
}

async function answerOf(contract: Endpoint, result: Promise<unknown>): Promise<Answer> {
  return { status: contract.status ?? 200, body: contract.reply.parse(await result) };
}

/**
 * So that a figure includes the request that was answered a moment ago. When that cannot be booked now, or not soon,
 * figures are a little old.
 */
async function bookEverythingSettled({ accounting, log }: Services): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const longEnough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, BOOKING_TIMEOUT_MS);
  });
  try {
    await Promise.race([accounting.flush(), longEnough]);
  } catch (error) {
    log.debug({ error: (error as Error).message }, 'answering with figures as the store has them');
  } finally {
    clearTimeout(timer);
  }
}
