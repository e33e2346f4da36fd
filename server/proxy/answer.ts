import { GatewayError } from '../../shared/errors.ts';
import { estimateOutputTokens } from '../billing/estimate.ts';
import { costMembers } from '../billing/price.ts';
import type { Offer } from '../catalog/types.ts';
import { NO_TOKENS, type TokenUsage } from '../dialects/neutral.ts';
import { findUsage, type UsageSpan } from '../dialects/usage-splice.ts';
import type { Services } from '../services.ts';
import { book } from './book.ts';
import type { Exchange } from './exchange.ts';
import { answerHeaders } from './headers.ts';
import { callError } from './provider-error.ts';
import { refuse } from './refuse.ts';
import type { Sink } from './relay.ts';

/** A whole answer in JSON: its bytes pass as they are, with the cost put into `usage` and the route into `metadata`. */
export class Answer implements Sink {
  private readonly parts: Buffer[] = [];

  constructor(
    private readonly services: Pick<Services, 'log' | 'accounting'>,
    private readonly exchange: Exchange,
  ) {}

  data(chunk: Buffer): boolean {
    this.parts.push(chunk);
    return true;
  }

  end(): void {
    const { exchange, services, parts } = this;
    const { target, dialect } = exchange;
    exchange.firstTokenMs = performance.now();
    const body = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const span = findUsage(body);
    const reported = span && dialect.usage(JSON.parse(body.toString('utf8', span.start, span.end)));
    if (!reported && !isWholeAnswer(exchange, body)) {
      throw new GatewayError(
        'provider_error',
        `${target!.upstream.name} sent an answer that is not one of its format.`,
      );
    }
    const usage = reported ?? estimateUsage(exchange, body);
    const cost = book(services, exchange, { statusCode: 200, errorCode: null, usage, estimated: !reported });
    send(exchange, complete(exchange, body, span, costMembers(cost, !reported)));
  }

  broken(error: Error & { code?: string }): void {
    refuse(this.services, this.exchange, callError(this.exchange.target!.upstream.name, error));
  }

  cancel(): void {
    refuse(this.services, this.exchange, new GatewayError('request_cancelled', 'The caller went away.'));
  }
}

function isWholeAnswer({ dialect }: Exchange, body: Buffer): boolean {
  if (!dialect.isAnswer(body)) return false;
  try {
    return typeof JSON.parse(body.toString('utf8')) === 'object';
  } catch {
    return false;
  }
}

function estimateUsage({ estimate }: Exchange, body: Buffer): TokenUsage {
  return {
    ...NO_TOKENS,
    input: estimate!.inputTokens,
    output: estimateOutputTokens(body.length, estimate!.maxOutputTokens),
  };
}

/**
 * The body with cost and route in it, in pieces. A body without a usage object gets one; one that has metadata of its own
 * keeps it.
 */
function complete(
  { target }: Exchange,
  body: Buffer,
  span: UsageSpan | undefined,
  members: string,
): (Buffer | string)[] {
  const end = body.lastIndexOf('}');
  const usage = span ? `,${members}` : `,"usage":{${members}}`;
  const at = span ? span.end - 1 : end;
  const metadata = body.includes('"metadata"') ? '' : `,${routingOf(target!.offer)}`;
  return [body.subarray(0, at), usage, body.subarray(at, end), metadata, body.subarray(end)];
}

const routing = new WeakMap<Offer, string>();

/** `"metadata":{"routing":[…]}` of an answer from this offer, in ASCII. */
function routingOf(offer: Offer): string {
  let text = routing.get(offer);
  if (text === undefined) {
    const attempt = {
      provider: offer.provider,
      model: offer.providerModel,
      status_code: 200,
      error_type: null,
      succeeded: true,
    };
    text = `"metadata":${JSON.stringify({ routing: [attempt] })}`.replace(
      /[^\x20-\x7e]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    routing.set(offer, text);
  }
  return text;
}

/** Below this, one string is cheaper to send than several buffers: head and body leave in one write. */
const SMALL_BYTES = 64 * 1024;

function send(exchange: Exchange, pieces: readonly (Buffer | string)[]): void {
  const { response } = exchange;
  let length = 0;
  for (const piece of pieces) length += piece.length;
  response.writeHead(200, answerHeaders(exchange, 'application/json', length));
  if (length <= SMALL_BYTES) {
    let text = '';
    for (const piece of pieces) text += typeof piece === 'string' ? piece : piece.toString('latin1');
    response.end(text, 'latin1');
  } else {
    for (const piece of pieces) response.write(piece, 'latin1');
    response.end();
  }
}
