import type { Dispatcher } from 'undici';
import { GatewayError } from '../../shared/errors.ts';
import { Answer } from './answer.ts';
import { type AttemptTimes, Deadline } from './deadline.ts';
import { decoder } from './decode.ts';
import type { Exchange } from './exchange.ts';
import { type Failing, fail } from './fail.ts';
import { keepAlive } from './keep-alive.ts';
import { providerError, refusedRequest, unreadable } from './provider-error.ts';
import { refuse } from './refuse.ts';
import { Stream } from './stream.ts';
import { TranslatedAnswer } from './translated-answer.ts';

const MAX_ERROR_BYTES = 1024 * 1024;
/** Google AI Studio tells the tier that served a request here. */
const TIER_HEADER = 'x-gemini-service-tier';
/** Server-sent events, and Amazon's own framing. */
const STREAM = /text\/event-stream|application\/vnd\.amazon\.eventstream/;

/** What takes a provider's successful answer: a whole one, or a stream. */
export interface Sink {
  /** True once the caller gets something of it. */
  readonly began: boolean;
  /** Takes bytes; false asks to pause until the caller's connection drains. */
  data(chunk: Buffer): boolean;
  /** The provider's answer ended cleanly. */
  end(): void;
  /** The provider's connection broke in the middle. */
  broken(error: Error): void;
  /** The caller hung up. */
  cancel(): void;
}

/** Receives one provider's answer and sends it to the right sink: stream, whole answer, or error. */
export class Relay implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private sink: Sink | undefined;
  private error: { status: number; retryAfter: string | undefined; parts: Buffer[]; size: number } | undefined;
  private decode: ReturnType<typeof decoder>;
  private over = false;
  private readonly deadline: Deadline;

  constructor(
    private readonly services: Failing,
    private readonly exchange: Exchange,
    times: AttemptTimes,
    /** Called when no answer came at all. */
    private readonly failed: (error: Error & { code?: string }) => void,
  ) {
    const busy = () => this.sink !== undefined && exchange.response.writableNeedDrain;
    const expired = (error: GatewayError) => {
      this.onResponseError(undefined, error);
      this.abort(error.message);
    };
    const waiting = exchange.facts!.stream && !exchange.facts!.jsonArray ? () => keepAlive(exchange) : undefined;
    this.deadline = new Deadline(times, exchange.target!.upstream.name, busy, expired, waiting);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    this.deadline.connected();
    // The caller went away, or the time was over, before there was a connection.
    if (this.exchange.gone || this.over) controller.abort(new Error('the call is not wanted any more'));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    const tier = headers[TIER_HEADER];
    if (typeof tier === 'string') this.exchange.servedTier = tier;
    if (status >= 300) {
      this.error = { status, retryAfter: headers['retry-after'] as string | undefined, parts: [], size: 0 };
    } else {
      try {
        this.sink = this.sinkFor(controller, String(headers['content-type']));
      } catch (error) {
        this.fail(error);
        return;
      }
    }
    const encoding = headers['content-encoding'];
    if (encoding && encoding !== 'identity') {
      this.decode = decoder(String(encoding), {
        data: (chunk) => this.take(chunk),
        end: () => this.finish(),
        error: (cause) => {
          this.onResponseError(controller, unreadable(this.exchange.target!.upstream.name, cause));
          this.abort('the answer cannot be unpacked');
        },
      });
    }
  }

  private sinkFor(controller: Dispatcher.DispatchController, contentType: string): Sink {
    const { services, exchange } = this;
    if (STREAM.test(contentType)) {
      const resume = () => controller.resume();
      return new Stream(services, exchange, resume, () => this.abort('the stream was ended'));
    }
    return exchange.translation ? new TranslatedAnswer(services, exchange) : new Answer(services, exchange);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.decode) this.decode.write(chunk);
    else if (!this.take(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.decode) this.decode.end();
    else this.finish();
  }

  onResponseError(_controller: unknown, error: Error & { code?: string }): void {
    if (this.over) return;
    this.end();
    if (this.exchange.gone) this.cancelled();
    else if (this.sink) this.sink.broken(error);
    // its status is told, whatever became of its words
    else if (this.error) this.passError();
    else this.failed(error);
  }

  /** The caller hung up: so do we. */
  cancel(): void {
    if (this.over) return;
    this.abort('the caller went away');
    // Without a controller there is no connection yet: what is on its way ends when it is there.
    this.end();
    this.cancelled();
  }

  private end(): void {
    this.over = true;
    this.deadline.stop();
  }

  private cancelled(): void {
    if (this.sink) this.sink.cancel();
    else refuse(this.services, this.exchange, new GatewayError('request_cancelled', 'The caller went away.'));
  }

  private abort(reason: string): void {
    this.controller?.abort(new Error(reason));
  }

  private take(chunk: Buffer): boolean {
    if (this.over) return true;
    if (this.sink) {
      try {
        const flowing = this.sink.data(chunk);
        if (this.sink.began) this.deadline.progressed();
        return flowing;
      } catch (error) {
        this.fail(error);
        return true;
      }
    }
    const error = this.error!;
    error.parts.push(chunk);
    error.size += chunk.length;
    if (error.size > MAX_ERROR_BYTES) {
      this.finish();
      this.abort('the refusal is too long');
    }
    return true;
  }

  /** The answer cannot be taken: the provider's call ends here, whosever fault it is. */
  private fail(error: unknown): void {
    this.end();
    this.abort('the answer cannot be read');
    fail(this.services, this.exchange, error, { status: 200 });
  }

  private finish(): void {
    if (this.over) return;
    this.end();
    try {
      if (this.sink) this.sink.end();
      else this.passError();
    } catch (error) {
      fail(this.services, this.exchange, error, { status: 200 });
    }
  }

  private passError(): void {
    const { services, exchange } = this;
    const { status, retryAfter, parts } = this.error!;
    const body = Buffer.concat(parts);
    const { name, provider } = exchange.target!.upstream;
    if (status === 401) provider.refused?.(exchange.credential!);
    const error = providerError(name, status, body, retryAfter, exchange.translation?.side ?? exchange.dialect);
    if (error) {
      fail(services, exchange, error, { status });
      return;
    }
    // A refusal of the request itself goes to the caller in the provider's own words; it is recorded all the same.
    // Nor can its body follow what keeps a stream alive.
    const told = exchange.translation?.side ?? (exchange.response.headersSent ? exchange.dialect : undefined);
    if (told) fail(services, exchange, refusedRequest(told, status, body), { status });
    else
      fail(services, exchange, new GatewayError('invalid_request', 'The provider refused the request.', { status }), {
        status,
        passed: body,
      });
  }
}
