import type { Exchange } from './exchange.ts';
import { EVENT_STREAM } from './headers.ts';

/**
 * A comment in a stream of server-sent events that has no content yet: readers skip it, and what stands between us and the
 * caller sees that the connection lives. The status goes with the first one: a failure after that is an event.
 */
export function keepAlive({ response, gone, id }: Exchange): void {
  if (gone || response.writableEnded) return;
  if (!response.headersSent) {
    response.writeHead(200, [
      'content-type',
      EVENT_STREAM,
      'x-request-id',
      id,
      'cache-control',
      'no-cache',
      'x-accel-buffering',
      'no',
    ]);
  }
  response.write(': waiting for the provider\n\n');
}
