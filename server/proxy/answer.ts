import { GatewayError } from '../../shared/errors.ts';
import { estimateOutputTokens } from '../billing/estimate.ts';
import { costMembers } from '../billing/price.ts';
import { NO_TOKENS, type TokenUsage } from '../dialects/neutral.ts';
import { addToObject, findUsage, type UsageSpan } from '../dialects/usage-splice.ts';
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
    const { response, target, dialect } = exchange;
    exchange.firstTokenMs = performance.now();
    const body = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const span = findUsage(body);
    const reported = span && dialect.usage(JSON.parse(body.toString('utf8', span.start, span.end)));
    if (!reported && !isWholeAnswer(exchange, body)) {
      throw new GatewayError('provider_error', `${target!.upstream.name} sent an answer that is not one of its format.`);
    }
    const usage = reported ?? estimateUsage(exchange, body);
    const cost = book(services, exchange, { statusCode: 200, errorCode: null, usage, estimated: !reported });
    const sent = complete(exchange, body, span, costMembers(cost, !reported));
    response.writeHead(200, answerHeaders(exchange, 'application/json', sent.length));
    response.end(sent);
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
  return { ...NO_TOKENS, input: estimate!.inputTokens, output: estimateOutputTokens(body.length, estimate!.maxOutputTokens) };
}

/** The body with cost and route in it. A body without a usage object gets one. */
function complete({ target }: Exchange, body: Buffer, span: UsageSpan | undefined, members: string): Buffer {
  const priced = span ? addToObject(body, span, members) : addToTop(body, `"usage":{${members}}`);
  if (priced.includes('"metadata"')) return priced;
  const { provider, providerModel } = target!.offer;
  return addToTop(
    priced,
    `"metadata":{"routing":[{"provider":${JSON.stringify(provider)},"model":${JSON.stringify(providerModel)},"status_code":200,"error_type":null,"succeeded":true}]}`,
  );
}

function addToTop(body: Buffer, members: string): Buffer {
  return addToObject(body, { start: body.indexOf('{'), end: body.lastIndexOf('}') + 1 }, members);
}
