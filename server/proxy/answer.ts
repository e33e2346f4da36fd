import { GatewayError } from '../../shared/errors.ts';
import { estimateOutputTokens } from '../billing/estimate.ts';
import { type Scan, scanObject, splice } from '../dialects/json-scan.ts';
import { type JsonObject, parseObject } from '../dialects/lossless.ts';
import { NO_TOKENS } from '../dialects/neutral.ts';
import { servedTierIn } from '../dialects/served-tier.ts';
import { signaturesIn } from '../dialects/signed.ts';
import { findUsage } from '../dialects/usage-splice.ts';
import { bookAnswer } from './book.ts';
import type { Exchange } from './exchange.ts';
import { answerHeaders } from './headers.ts';
import { routingMember } from './story.ts';
import { WholeAnswer } from './whole-answer.ts';

/** A whole answer in JSON: its bytes pass as they are, with the cost put into `usage` and the route into `metadata`. */
export class Answer extends WholeAnswer {
  protected send(sent: Buffer): void {
    const { exchange } = this;
    // What was begun as a stream cannot become a whole answer.
    if (exchange.response.headersSent)
      throw new GatewayError('provider_error', `${exchange.target!.upstream.name} did not stream its answer.`);
    if (exchange.signed) for (const signature of signaturesIn(sent.toString('latin1'))) exchange.signed(signature);
    const body = exchange.dialect.echo?.(sent, exchange.facts!) ?? sent;
    const span = findUsage(body, exchange.dialect.usageMember);
    const given = span && (JSON.parse(body.toString('utf8', span.start, span.end)) as JsonObject);
    const reported = given && exchange.dialect.usage(given);
    if (!reported) {
      this.sendEstimated(body);
      return;
    }
    const searches = exchange.dialect.searches?.(body);
    if (searches) reported.searches = searches;
    const at = span.end - 1;
    this.keep(body);
    sendAnswer(exchange, [
      body.subarray(0, at),
      `,${bookAnswer(this.services, exchange, reported, false, servedTierIn(body, given))}`,
      ...withRoute(exchange, body, at),
    ]);
  }

  /** The provider reported no usage that can be read: what is estimated goes in its place, and says so. */
  private sendEstimated(body: Buffer): void {
    const { exchange } = this;
    const { dialect, estimate, target } = exchange;
    const scan = dialect.isAnswer(body) ? scanIfObject(body) : undefined;
    if (!scan) {
      throw new GatewayError(
        'provider_error',
        `${target!.upstream.name} sent an answer that is not one of its format.`,
      );
    }
    const output = estimateOutputTokens(body.length, estimate!.maxOutputTokens);
    const usage = { ...NO_TOKENS, input: estimate!.inputTokens, output };
    const members = bookAnswer(this.services, exchange, usage, true, servedTierIn(body));
    const text = `${dialect.usageText(usage).slice(0, -1)},${members}}`;
    this.keep(body);
    sendAnswer(exchange, withRoute(exchange, splice(scan, new Map([[dialect.usageMember ?? 'usage', text]])), 0));
  }

  private keep(body: Buffer): void {
    const { answered } = this.exchange;
    const whole = answered && parseObject(body.toString('utf8'));
    if (whole) answered(whole);
  }
}

function scanIfObject(body: Buffer): Scan | undefined {
  try {
    return scanObject(body);
  } catch {
    return undefined;
  }
}

/** The body from an offset on, with the route in it; an answer that has metadata of its own keeps it. */
function withRoute(exchange: Exchange, body: Buffer, from: number): (Buffer | string)[] {
  if (body.includes('"metadata"')) return [body.subarray(from)];
  const end = body.lastIndexOf('}');
  return [body.subarray(from, end), `,${routingMember(exchange)}`, body.subarray(end)];
}

/** Below this, one string is cheaper to send than several buffers: head and body leave in one write. */
const SMALL_BYTES = 64 * 1024;

/** Sends a whole answer; small ones in one write. */
export function sendAnswer(exchange: Exchange, pieces: readonly (Buffer | string)[]): void {
  const { response, capture } = exchange;
  let length = 0;
  for (const piece of pieces) {
    length += piece.length;
    capture?.add(piece);
  }
  exchange.began = true;
  response.writeHead(200, answerHeaders(exchange, 'application/json', length));
  if (length <= SMALL_BYTES) {
    let text = '';
    for (const piece of pieces) text += typeof piece === 'string' ? piece : piece.toString('latin1');
    response.end(text, 'latin1');
  } else {
    for (const piece of pieces) response.write(piece, 'latin1');
    response.end();
  }
  capture?.done(true);
}
