import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { GatewayError } from '../../shared/errors.ts';
import type { Dialect, ProviderFormat } from '../dialects/dialect.ts';
import { type Scan, scanObject } from '../dialects/json-scan.ts';
import { type JsonObject, parseObject } from '../dialects/lossless.ts';
import { NO_TOKENS, type RequestFacts, type TokenUsage } from '../dialects/neutral.ts';
import { admitCaller } from '../policy/admit.ts';
import type { Target } from '../routing/plan.ts';
import { sessionOf } from '../routing/session.ts';
import type { Services } from '../services.ts';
import { admitRates, admitTarget } from './admit-rates.ts';
import { sendAnswer } from './answer.ts';
import { closedWhileIdle, routeTo, signed, timesOf } from './attempt.ts';
import { authenticate } from './authenticate.ts';
import { bookAnswer } from './book.ts';
import { answeredBefore } from './cached.ts';
import { collect, MAX_ANSWER_BYTES, tooLarge } from './collected.ts';
import { Deadline } from './deadline.ts';
import { Exchange } from './exchange.ts';
import { fail } from './fail.ts';
import { callError, providerError, refusedRequest, unreadable } from './provider-error.ts';
import { pursue } from './pursue.ts';
import { readBody } from './read-body.ts';
import { refuse } from './refuse.ts';
import { reserve } from './reserve.ts';
import { routed } from './routed.ts';

/** A call that has one whole answer and generates no text: embeddings, moderations. */
export interface Unary {
  /** What its records call the format. */
  format: string;
  /** In whose terms failures are told. */
  dialect: Dialect;
  /** What a model must be able to do, and what to say of one that cannot. */
  capability: string;
  lacks: string;
  /** Checks a body and reads what decides. Throws `invalid_request`. */
  read(scan: Scan): UnaryRequest;
}

export interface UnaryRequest {
  model: string;
  /** What the input weighs, as bytes of text. */
  textBytes: number;
  /** What goes to this target, and how its answer is read. Throws for what the target cannot do. */
  prepare(target: Target): UnaryCall;
}

export interface UnaryCall {
  /** The format at whose address the provider is asked, and the path made of that format's own. */
  format: ProviderFormat;
  path(ofFormat: string): string;
  body: Buffer;
  /** Caller and provider speak the same: answers and refusals pass as they are. */
  same: boolean;
  /** Undefined: that is no answer. */
  read(body: Buffer): UnaryAnswer | undefined;
}

export interface UnaryAnswer {
  /** Undefined: the provider tells none. */
  usage: TokenUsage | undefined;
  /** The answer with its cost: `cost` are members of its usage object. */
  write(usage: TokenUsage, cost: string): (Buffer | string)[];
}

/** The same order as for a completion, with one call and one whole answer. */
export async function handleUnary(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  unary: Unary,
): Promise<void> {
  const exchange = new Exchange(request, response, unary.dialect, unary.format);
  try {
    const key = await authenticate(services, request);
    exchange.key = key;
    admitCaller(services, key, request);
    const scan = scanObject(await readBody(request, services.config.maxBodyBytes));
    const asked = unary.read(scan);
    const facts = factsOf(asked);
    exchange.facts = facts;
    exchange.session = sessionOf(request.headers, facts);
    await admitRates(services, exchange, key);
    const attempts = routed(services, exchange, key, (targets) => able(targets, unary));
    services.accounting.ensureWritable();
    const before = answeredBefore(services, exchange, key, attempts, scan);
    if (before && (await before)) return;
    await admitTarget(services, exchange, key, attempts);
    await pursue(services, exchange, attempts, async (target) => {
      const call = asked.prepare(target);
      await reserve(services, exchange, key, facts, target);
      const reply = await callProvider(services, exchange, target, call);
      if (reply.status >= 300) refuseAs(services, exchange, call, reply);
      else answer(services, exchange, call, reply.body);
    });
  } catch (error) {
    refuse(services, exchange, error);
  }
}

function factsOf({ model, textBytes }: UnaryRequest): RequestFacts {
  return { model, textBytes, stream: false, maxOutputTokens: 1, choices: 1, wantsUsageChunk: false };
}

function able(targets: readonly Target[], { capability, lacks }: Unary): readonly Target[] {
  const left = targets.filter(({ offer }) => offer.priceUnknown || offer.capabilities.includes(capability));
  if (left.length > 0) return left.length === targets.length ? targets : left;
  throw new GatewayError('model_not_supported', `${targets[0]!.offer.id} ${lacks}`, {
    param: 'model',
    hint: `Run \`gateway models --capability ${capability}\` to see those that do.`,
  });
}

/** For providers that compress although we ask for plain bytes. */
const UNPACK: ReadonlyMap<unknown, typeof gunzipSync> = new Map([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync as typeof gunzipSync],
]);

interface ProviderReply {
  status: number;
  retryAfter: string | undefined;
  body: Buffer;
}

/** One call; a pooled connection that the provider has just closed is the one reason to make it again. */
async function callProvider(
  services: Services,
  exchange: Exchange,
  target: Target,
  call: UnaryCall,
): Promise<ProviderReply> {
  const { upstream } = target;
  const { provider } = upstream;
  const { format, body: sent } = call;
  const route = routeTo(services, exchange, target, format);
  const own = Object.entries(provider.headers ?? {}).flat();
  const path = call.path(route.path);
  const unsigned = [...route.headers, ...own];
  const headers = provider.sign ? await signed(provider, { ...route, path }, unsigned, sent) : unsigned;
  const over = new AbortController();
  const deadline = new Deadline(
    timesOf(exchange),
    upstream.name,
    () => false,
    (error) => over.abort(error),
  );
  deadline.connected();
  const signal = AbortSignal.any([exchange.goneSignal(), over.signal]);
  try {
    for (let tries = 1; ; tries++) {
      try {
        const reply = await route.pool.request({ path, method: 'POST', headers, body: sent, signal });
        deadline.progressed();
        const bytes = await collect(reply.body, upstream.name);
        exchange.firstTokenMs = performance.now();
        const { 'retry-after': retryAfter, 'content-encoding': encoding } = reply.headers;
        const body = unpacked(bytes, encoding, upstream.name);
        return { status: reply.statusCode, retryAfter: retryAfter?.toString(), body };
      } catch (error) {
        if (exchange.gone) throw new GatewayError('request_cancelled', 'The caller went away.', { cause: error });
        if (tries === 1 && closedWhileIdle(error as Error, exchange.attemptedMs)) continue;
        throw callError(upstream.name, error as Error);
      }
    }
  } finally {
    deadline.stop();
  }
}

function unpacked(bytes: Buffer, encoding: unknown, provider: string): Buffer {
  const unpack = UNPACK.get(encoding);
  try {
    return unpack ? unpack(bytes, { maxOutputLength: MAX_ANSWER_BYTES }) : bytes;
  } catch (cause) {
    const tooMuch = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw tooMuch ? tooLarge(provider, MAX_ANSWER_BYTES) : unreadable(provider, cause);
  }
}

/** A refusal: in the provider's own words where caller and provider speak the same, else told again. */
function refuseAs(services: Services, exchange: Exchange, call: UnaryCall, reply: ProviderReply): void {
  const { upstream } = exchange.target!;
  const { status, body, retryAfter } = reply;
  if (status === 401) upstream.provider.refused?.(exchange.credential!);
  const ours = providerError(upstream.name, status, body, retryAfter, exchange.dialect);
  if (ours || !call.same) {
    fail(services, exchange, ours ?? refusedRequest(exchange.dialect, status, body), { status });
  } else {
    const refused = new GatewayError('invalid_request', 'The provider refused the request.', { status });
    fail(services, exchange, refused, { status, passed: body });
  }
}

function answer(services: Services, exchange: Exchange, call: UnaryCall, body: Buffer): void {
  const told = call.read(body);
  if (!told) {
    const { name } = exchange.target!.upstream;
    throw new GatewayError('provider_error', `${name} sent an answer that is not one of its format.`);
  }
  const estimated = told.usage === undefined;
  const usage = told.usage ?? { ...NO_TOKENS, input: exchange.estimate!.inputTokens };
  sendAnswer(exchange, told.write(usage, bookAnswer(services, exchange, usage, estimated)));
}

/** A provider's body as an object; undefined when it is none. */
export function objectIn(body: Buffer): JsonObject | undefined {
  return parseObject(body.toString('utf8'));
}
