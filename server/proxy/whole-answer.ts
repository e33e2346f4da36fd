import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { Collected } from './collected.ts';
import type { Exchange } from './exchange.ts';
import { callError } from './provider-error.ts';
import { refuse } from './refuse.ts';
import type { Sink } from './relay.ts';

/** An answer that is read to its end before a byte of it goes to the caller. */
export abstract class WholeAnswer implements Sink {
  private readonly collected: Collected;

  constructor(
    protected readonly services: Pick<Services, 'log' | 'accounting'>,
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
    refuse(this.services, this.exchange, callError(this.exchange.target!.upstream.name, error));
  }

  cancel(): void {
    refuse(this.services, this.exchange, new GatewayError('request_cancelled', 'The caller went away.'));
  }
}
