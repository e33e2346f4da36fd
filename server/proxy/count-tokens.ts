import type { IncomingMessage, ServerResponse } from 'node:http';
import { USUAL_BYTES_PER_TOKEN } from '../billing/estimate.ts';
import { hasForeignParts } from '../dialects/anthropic-messages/foreign-parts.ts';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { takesSystemInside } from '../dialects/anthropic-messages/models.ts';
import { checkMessages, invalid, readModel } from '../dialects/body-checks.ts';
import type { Dialect, PathFacts } from '../dialects/dialect.ts';
import { EXTENSIONS, isAuto } from '../dialects/extensions.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { type Scan, scanObject, splice } from '../dialects/json-scan.ts';
import { parseObject } from '../dialects/lossless.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import { admitCaller, admitTargets } from '../policy/admit.ts';
import { offeredTo, plan, type Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';
import { authenticate } from './authenticate.ts';
import { collect } from './collected.ts';
import { sendError } from './error-answer.ts';
import { Exchange } from './exchange.ts';
import { answerHeaders } from './headers.ts';
import { readBody } from './read-body.ts';
import { asGatewayError } from './refuse.ts';
import { targetsFor } from './targets.ts';

/** A format in which the tokens of a request can be asked for. */
export interface Counting {
  dialect: Dialect;
  /** The model asked for; throws for a body that is none of the format. */
  model(scan: Scan, path: PathFacts): string;
  /** The body for a provider of the same format; undefined where it would be refused. */
  body(scan: Scan, target: Target): Buffer | undefined;
  /** The member of an answer that holds the number. */
  member: string;
}

const OURS = EXTENSIONS.map((key): [string, null] => [key, null]);

/** Source: the Anthropic API reference, "Count tokens in a Message". */
export const MESSAGES_COUNT: Counting = {
  dialect: anthropicMessages,
  model(scan) {
    checkMessages(scan);
    return readModel(scan);
  },
  body(scan, { offer: { providerModel }, upstream }) {
    if (hasForeignParts(scan, takesSystemInside(providerModel, upstream.provider))) return undefined;
    return splice(scan, new Map([['model', JSON.stringify(providerModel)], ...OURS]));
  },
  member: 'input_tokens',
};

/** Source: the Gemini API reference, "Counting tokens". */
export const GEMINI_COUNT: Counting = {
  dialect: gemini,
  model(_scan, { model = '' }) {
    if (model === '') throw invalid('model', 'The path names no model.');
    return model;
  },
  body: (scan) => splice(scan, new Map(OURS)),
  member: 'totalTokens',
};

/** Nobody waits longer for a number that can be estimated. */
const PATIENCE_MS = 10_000;
/** An answer that is a number and its details. */
const MAX_COUNT_BYTES = 64 * 1024;

/**
 * How many tokens a request has. A provider that counts in the caller's format is asked, at no charge; for others, and when
 * no number comes, it is estimated from the bytes of text: agents ask for dozens at a time, of bodies of any size.
 */
export async function countTokens(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  counting: Counting,
  path: PathFacts,
): Promise<void> {
  const exchange = new Exchange(request, response, counting.dialect);
  try {
    const key = await authenticate(services, request);
    admitCaller(services, key, request);
    const scan = scanObject(await readBody(request, services.config.maxBodyBytes));
    const model = counting.model(scan, path);
    const target = targetOf(services, key, model, scan);
    exchange.target = target;
    exchange.calledMs = performance.now();
    exchange.attemptedMs = exchange.calledMs;
    const counted = await ask(exchange, scan, target, counting);
    exchange.firstTokenMs = performance.now();
    if (exchange.gone) return;
    const text = counted ?? JSON.stringify({ [counting.member]: Math.ceil(scan.textBytes / USUAL_BYTES_PER_TOKEN) });
    const headers = answerHeaders(exchange, 'application/json', Buffer.byteLength(text));
    if (counted === undefined) headers.push('x-gateway-estimated', 'true');
    response.writeHead(200, headers);
    response.end(text);
  } catch (thrown) {
    fail(services, exchange, thrown);
  }
}

/** Where a request of this model would go; for `auto`, by what its prompt is. */
function targetOf(services: Services, key: KeyEntry, model: string, scan: Scan): Target {
  if (!isAuto(model)) return admitTargets(services, key, plan(offeredTo(services, key), model))[0]!;
  const facts = {
    model,
    stream: false,
    maxOutputTokens: undefined,
    choices: 1,
    wantsUsageChunk: false,
    textBytes: scan.textBytes,
  };
  const asked = {
    facts,
    scan,
    able: (targets: readonly Target[]) => [...targets],
    session: undefined,
    noFallback: false,
  };
  return targetsFor(services, key, { ...asked, random: () => 1 }).choice.targets[0]!;
}

/** The error in the caller's terms. Nothing was to be paid, so nothing is recorded. */
function fail(services: Services, exchange: Exchange, thrown: unknown): void {
  const { id, dialect, request, response } = exchange;
  const error = asGatewayError(services, exchange, thrown);
  if (exchange.gone || response.headersSent) return;
  sendError(request, response, { dialect, id, status: error.status ?? 500, body: dialect.errorBody(error, id), error });
}

/** The provider's own count, as it words it; undefined when it has none, for whatever reason. */
async function ask(exchange: Exchange, scan: Scan, target: Target, counting: Counting): Promise<string | undefined> {
  const { format } = counting.dialect;
  const { upstream, offer } = target;
  const countPath = upstream.formats.includes(format) ? upstream.provider.countPath?.[format] : undefined;
  const body = countPath && counting.body(scan, target);
  if (!countPath || !body) return undefined;
  const route = upstream.route({
    format,
    model: offer.providerModel,
    stream: false,
    region: offer.region,
    home: target.home,
  });
  const headers = [...route.headers];
  const given = exchange.request.headers;
  for (const name of upstream.provider.forward) {
    const value = given[name];
    if (typeof value === 'string') headers.push(name, value);
  }
  for (const [name, value] of Object.entries(upstream.provider.headers ?? {}))
    if (given[name] === undefined) headers.push(name, value);
  try {
    const signal = AbortSignal.any([exchange.goneSignal(), AbortSignal.timeout(PATIENCE_MS)]);
    const answer = await route.pool.request({ path: countPath(route.path), method: 'POST', headers, body, signal });
    const text = (await collect(answer.body, upstream.name, MAX_COUNT_BYTES)).toString('utf8');
    return answer.statusCode === 200 && typeof parseObject(text)?.[counting.member] === 'number' ? text : undefined;
  } catch {
    return undefined;
  }
}
