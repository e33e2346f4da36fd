import type { JsonObject } from '../lossless.ts';
import { SseSource } from '../sse-source.ts';
import { ChunkReader } from './chunk-reader.ts';

/**
 * A provider's stream of chat completion chunks as events. It is whole with `[DONE]`, or, as some providers send none,
 * when every choice has told why it ended and the connection ends cleanly.
 */
export class ChatSource extends SseSource {
  private readonly chunks = new ChunkReader((event) => {
    // An error goes the way that ends everything.
    if (event.type === 'error') this.fail(event.message, event.errorType, event.code);
    else this.emit(event);
  });

  protected read(chunk: JsonObject): void {
    this.chunks.read(chunk);
  }

  protected override readText(data: string): void {
    if (data.trim() === '[DONE]') this.chunks.close();
    super.readText(data);
  }

  protected override finish(): void {
    if (this.chunks.ended) this.complete = true;
  }
}
