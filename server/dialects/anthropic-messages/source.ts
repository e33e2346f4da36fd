import type { JsonObject } from '../lossless.ts';
import { SseSource } from '../sse-source.ts';
import { MessageEvents } from './events.ts';
import { messagesFailure } from './usage.ts';

/** A stream of Messages events in neutral terms. */
export class MessagesSource extends SseSource {
  private readonly messages = new MessageEvents((event) => this.emit(event));

  protected read(data: JsonObject): void {
    if (data.type === 'error' || (data.type === undefined && data.error)) {
      const failure = messagesFailure(data);
      this.fail(
        failure?.message ?? 'The provider reported an error.',
        failure?.type ?? 'api_error',
        failure?.code ?? null,
      );
      return;
    }
    this.messages.take(data);
    if (this.messages.complete) this.complete = true;
  }
}
