import { GatewayError } from '../../shared/errors.ts';
import type { Cached } from '../cache/cached.ts';
import { Capture } from '../cache/capture.ts';
import { digestOf } from '../cache/digest.ts';
import type { Turn } from '../cache/flights.ts';
import { unused } from '../cache/unused.ts';
import { memberValue, type Scan } from '../dialects/json-scan.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import type { Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';
import { admitFree } from './admit-rates.ts';
import type { Attempts } from './attempts.ts';
import { book } from './book.ts';
import { WAITING_MS } from './deadline.ts';
import type { Exchange } from './exchange.ts';
import { answerHeaders, streamTypeOf } from './headers.ts';
import { keepAlive } from './keep-alive.ts';
import { requireMoney } from './reserve.ts';
import { withoutRouting } from './story.ts';

/** One request's view of the cache. */
interface Lookup {
  services: Services;
  exchange: Exchange;
  key: KeyEntry;
  attempts: Attempts;
  digest: string;
  ttlMs: number;
}

/** Tells those that wait for this request what became of it; only the first time counts. */
type Land = (outcome: Cached | 'failed' | 'unkept') => void;

interface Found {
  cached: Cached;
  target: Target;
}

/**
 * Answers a request as one that was the same byte for byte, where its project wants that and the key could have asked
 * the same target now. Otherwise arranges that its own answer is kept. Of requests that are the same and run at the same
 * time one asks; the others wait for it.
 * @returns true when it is answered; at once where nothing is kept.
 */
export function answeredBefore(
  services: Services,
  exchange: Exchange,
  key: KeyEntry,
  attempts: Attempts,
  scan: Scan,
): Promise<boolean> | false {
  const seconds = key.project.responseCacheSeconds;
  return seconds !== null && lookedUp(services, exchange, key, attempts, scan, seconds * 1000);
}

async function lookedUp(
  services: Services,
  exchange: Exchange,
  key: KeyEntry,
  attempts: Attempts,
  scan: Scan,
  ttlMs: number,
): Promise<boolean> {
  exchange.cached = 'miss';
  const { headers, url } = exchange.request;
  const control = headers['cache-control']?.toLowerCase() ?? '';
  if (control.includes('no-store') || goesOnElsewhere(scan)) return false;
  const digest = digestOf({ projectId: key.projectId, url: url!, facts: exchange.facts!, headers, bytes: scan.bytes });
  const lookup = { services, exchange, key, attempts, digest, ttlMs };
  if (control.includes('no-cache')) {
    collect(lookup);
    return false;
  }
  const found = await look(lookup);
  if (found) await replay(lookup, found);
  return found !== undefined;
}

/** True for a conversation that the provider keeps: what it knows may change between two requests. */
function goesOnElsewhere(scan: Scan): boolean {
  return memberValue(scan, 'previous_response_id') != null || memberValue(scan, 'conversation') != null;
}

/** The answer: here, from the request that is asking for the same just now, or from other processes. */
async function look(lookup: Lookup): Promise<Found | undefined> {
  const { services, exchange, digest, ttlMs } = lookup;
  const { responseCache: cache } = services;
  const known = await usable(lookup, cache.recall(digest, ttlMs));
  if (known) return known;
  const turn = await inTurn(lookup);
  if (exchange.gone && turn !== 'lead') throw new GatewayError('request_cancelled', 'The caller went away.');
  if (turn === 'alone') patience(lookup);
  if (turn !== 'lead') {
    const told = turn === 'alone' ? undefined : await usable(lookup, turn);
    if (!told) collect(lookup);
    return told;
  }
  let under = true;
  const land: Land = (outcome) => {
    if (under) cache.flights.land(digest, outcome);
    under = false;
  };
  exchange.whenGone(() => land('failed'));
  exchange.response.once('finish', () => land('failed'));
  if (exchange.gone) throw new GatewayError('request_cancelled', 'The caller went away.');
  const fetched = await usable(lookup, await cache.fetch(digest, ttlMs));
  if (fetched) land(fetched.cached);
  else collect(lookup, land);
  return fetched;
}

/** Waits for the same request that is under way, if there is one; a stream's caller sees that its connection lives. */
async function inTurn(lookup: Lookup): Promise<Turn> {
  const { services, exchange, digest } = lookup;
  const { stream, jsonArray } = exchange.facts!;
  const turn = services.responseCache.flights.join(digest, patience(lookup), (call) => exchange.whenGone(call));
  if (turn === 'lead' || !stream || jsonArray) return turn;
  const timer = setInterval(() => keepAlive(exchange), WAITING_MS);
  try {
    return await turn;
  } finally {
    clearInterval(timer);
  }
}

/** How long another's answer is waited for, in milliseconds: as long as its own might take. Throws `timeout` when none is left. */
function patience({ exchange, attempts }: Lookup): number {
  const { firstByteMs, gatewayMs, streamingMs, plainMs } = attempts.timeouts;
  const left = exchange.startedMs + gatewayMs - performance.now();
  // A timer may go off a little too early.
  if (left < 1)
    throw new GatewayError('timeout', 'The same request, which was under way, was not answered in time.', {
      hint: "Retry, or raise the project's timeouts.gateway_ms; x-timeout-ms of a request can only lower that.",
    });
  return Math.min(firstByteMs, exchange.facts!.stream ? streamingMs : plainMs, left);
}

/** An answer that this key may have: from a target that it could ask now, and still kept where it would be. */
async function usable(
  { services, exchange, key, attempts }: Lookup,
  cached: Cached | undefined,
): Promise<Found | undefined> {
  const target = cached && attempts.choice.targets.find(({ id }) => id === cached.target);
  if (!cached || !target) return undefined;
  if (exchange.answered && !(await isKept(services, key, cached.responseId))) return undefined;
  return { cached, target };
}

/** Whether a caller of the Responses API can go on from it. */
async function isKept(
  { conversations }: Pick<Services, 'conversations'>,
  { projectId }: KeyEntry,
  id: string | undefined,
): Promise<boolean> {
  try {
    return id !== undefined && (await conversations.find(projectId, id)) !== undefined;
  } catch {
    return false;
  }
}

/** Has the answer kept on its way to the caller. From here on the exchange notes all answers of the Responses API. */
function collect({ services, exchange, digest, ttlMs }: Lookup, land?: Land): void {
  const keep = (body: Buffer, whole: boolean, responseId: string | undefined) => {
    const { facts, target, translation } = exchange;
    try {
      const bare = unused(whole ? withoutRouting(exchange, body) : body, !whole && !facts!.jsonArray);
      const dropped = translation?.dropped ?? [];
      const answer = { target: target!.id, whole, body: bare, dropped, responseId };
      const kept = services.responseCache.keep(digest, answer, ttlMs);
      land?.(kept);
    } catch (error) {
      services.log.warn({ request: exchange.id, error: String(error) }, 'an answer could not be kept for the cache');
      land?.('unkept');
    }
  };
  const capture = new Capture(keep, () => land?.('unkept'));
  exchange.capture = capture;
  if (exchange.format !== 'openai-responses') return;
  const { answered } = exchange;
  exchange.answered = (response) => {
    capture.note(response);
    answered?.(response);
  };
}

/** Sends a kept answer. It costs nothing, but counts as a request, and is refused to whom no money is left. */
async function replay({ services, exchange, key }: Lookup, { cached, target }: Found): Promise<void> {
  exchange.target = target;
  await admitFree(services, exchange, key, target);
  await requireMoney(services, exchange, key, target);
  exchange.cached = cached;
  exchange.calledMs = performance.now();
  exchange.attemptedMs = exchange.calledMs;
  exchange.firstTokenMs = exchange.calledMs;
  book(services, exchange, { statusCode: 200, errorCode: null, usage: undefined, estimated: false });
  const { response } = exchange;
  const { whole, body } = cached;
  exchange.began = true;
  const headers = whole
    ? answerHeaders(exchange, 'application/json', body.length)
    : answerHeaders(exchange, streamTypeOf(exchange));
  if (!response.headersSent) response.writeHead(200, headers);
  response.end(body);
}
