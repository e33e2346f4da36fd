import { GatewayError } from '../../shared/errors.ts';
import { estimateOutputTokens } from '../billing/estimate.ts';
import { type JsonObject, parseObject, toJson } from '../dialects/lossless.ts';
import type { NeutralEvent } from '../dialects/neutral/answer.ts';
import { foldAnswer } from '../dialects/neutral/fold.ts';
import { signatureIn } from '../dialects/neutral/signatures.ts';
import { NO_TOKENS } from '../dialects/neutral.ts';
import type { Totals } from '../dialects/translation.ts';
import { sendAnswer } from './answer.ts';
import { bookAnswer, costBefore } from './book.ts';
import { answerHeaders, streamTypeOf } from './headers.ts';
import { streamError } from './provider-error.ts';
import { routingMember } from './story.ts';
import { WholeAnswer } from './whole-answer.ts';

/** A whole answer in another dialect than the caller's: read to its end, told again in the caller's terms. */
export class TranslatedAnswer extends WholeAnswer {
  protected send(body: Buffer): void {
    const { exchange } = this;
    const { side } = exchange.translation!;
    const { name } = exchange.target!.upstream;
    const answer = parseObject(body.toString('utf8'));
    const failure = answer && side.failure(answer);
    if (failure) throw streamError(name, failure);
    const events = answer && side.readAnswer(answer, { model: exchange.target!.offer.providerModel });
    if (!events) throw new GatewayError('provider_error', `${name} sent an answer that is not one of its format.`);
    const broken = events.find((event) => event.type === 'error');
    if (broken) throw streamError(name, { message: broken.message, type: broken.errorType, code: broken.code });
    const tier = events.findLast((event) => event.type === 'tier')?.tier;
    for (const event of events) {
      const signature = signatureIn(event);
      if (signature !== undefined) exchange.signed?.(signature);
    }
    const totals = this.totalsOf(events, body.length, tier);
    // Written before it is booked: nobody pays for an answer that we cannot write.
    const answerCaller = exchange.facts!.stream ? this.asStream(events, totals) : this.asWhole(events, totals);
    bookAnswer(this.services, exchange, totals.usage, totals.estimated, tier);
    answerCaller();
  }

  private totalsOf(events: readonly NeutralEvent[], bytes: number, tier: string | undefined): Totals {
    const { exchange } = this;
    const reported = events.findLast((event) => event.type === 'usage')?.usage;
    const { inputTokens, maxOutputTokens } = exchange.estimate!;
    const usage = reported ?? {
      ...NO_TOKENS,
      input: inputTokens,
      output: estimateOutputTokens(bytes, maxOutputTokens),
    };
    const members = costBefore(exchange, usage, reported === undefined, tier);
    return { usage, cost: JSON.parse(`{${members}}`) as JsonObject, estimated: reported === undefined };
  }

  private asWhole(events: readonly NeutralEvent[], totals: Totals): () => void {
    const { exchange } = this;
    const body = exchange.dialect.caller.writeAnswer(foldAnswer(events), totals, exchange.answerContext());
    const text = toJson(body);
    const route = 'metadata' in body ? '' : `,${routingMember(exchange)}`;
    const bytes = Buffer.from(`${text.slice(0, -1)}${route}}`);
    return () => sendAnswer(exchange, [bytes]);
  }

  /** A provider that answers whole although a stream was asked for. */
  private asStream(events: readonly NeutralEvent[], totals: Totals): () => void {
    const { exchange } = this;
    const writer = exchange.dialect.caller.createWriter(exchange.answerContext());
    let text = '';
    for (const event of events) if (event.type !== 'usage' && event.type !== 'tier') text += writer.write(event);
    text += writer.end(totals);
    const bytes = Buffer.from(text);
    return () => {
      const { response, capture } = exchange;
      exchange.began = true;
      if (!response.headersSent) response.writeHead(200, answerHeaders(exchange, streamTypeOf(exchange)));
      response.end(bytes);
      capture?.add(bytes);
      capture?.done(false);
    };
  }
}
