import type { JsonObject } from '../lossless.ts';
import { SseSource } from '../sse-source.ts';
import { geminiFailure } from './errors.ts';
import { ChunkReader } from './read-chunk.ts';

/**
 * A stream of `streamGenerateContent?alt=sse` as events. It has no terminal event: it is whole when every candidate has
 * told why it ended and the connection ends.
 */
export class GeminiSource extends SseSource {
  private readonly chunks = new ChunkReader((event) => this.emit(event));

  protected read(data: JsonObject): void {
    const failure = geminiFailure(data);
    if (failure) this.fail(failure.message, failure.type, failure.code);
    else this.chunks.read(data);
  }

  protected override finish(): void {
    this.chunks.finish();
    this.complete = this.chunks.complete;
  }
}
