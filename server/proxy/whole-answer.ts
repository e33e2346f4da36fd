import { GatewayError } from '../../shared/errors.ts';
import { Collected } from './collected.ts';
import type { Exchange } from './exchange.ts';
import { type Failing, fail } from './fail.ts';
import { callError } from './provider-error.ts';
import { refuse } from './refuse.ts';
import type { Sink } from './relay.ts';

/** An answer that is read to its end before a byte of it goes to the caller. */
export abstract class WholeAnswer implements Sink {
  private readonly collected: Collected;
  /** Its bytes are on their way, although the caller gets none before all are there. */
  readonly began = true;

  constructor(
    protected readonly services: Failing,
    protected readonly exchange: Exchange,
  ) {
    this.collected = new Collected(exchange.target!.upstream.name);
  }

  /** Books the answer and sends it. Throws for what is none. */
  protected abstract send(body: Buffer): void;

  data(chunk: Buffer): boolean {
    this.collected.add(chunk);
    return true;
  }

  end(): void {
    this.exchange.firstTokenMs = performance.now();
    this.send(this.collected.whole);
  }

  broken(error: Error & { code?: string }): void {
    fail(this.services, this.exchange, callError(this.exchange.target!.upstream.name, error));
  }

  cancel(): void {
    refuse(this.services, this.exchange, new GatewayError('request_cancelled', 'The caller went away.'));
  }
}
