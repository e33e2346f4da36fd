import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../shared/errors.ts';

/** From here on a body is put together as it comes: pieces that wait for the last one grow old, and cost a full collection. */
const LARGE_BYTES = 128 * 1024;
const DRAIN_MS = 5_000;
const DRAIN_BYTES = 256 * 1024 * 1024;

/** The request's body, whole. Throws `request_too_large` as soon as that is known. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () =>
    new GatewayError('request_too_large', `The request body is larger than ${maxBytes} bytes.`, {
      hint: 'Send a smaller body, or have GATEWAY_MAX_BODY_BYTES raised.',
    });
  const told = Number(request.headers['content-length'] ?? 0);
  if (told > maxBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const whole = told >= LARGE_BYTES ? Buffer.allocUnsafeSlow(told) : undefined;
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      const at = size;
      size += chunk.length;
      if (size > maxBytes) {
        request.removeAllListeners('data');
        reject(tooLarge());
      } else if (whole) chunk.copy(whole, at);
      else parts.push(chunk);
    });
    request.on('end', () => resolve(whole ?? (parts.length === 1 ? parts[0]! : Buffer.concat(parts, size))));
    request.on('error', reject);
    // Every request closes in the end: only one that is not complete is a failure, and an error costs its stack trace.
    request.on('close', () => {
      if (!request.complete)
        reject(new GatewayError('request_cancelled', 'The caller went away while it sent the body.'));
    });
  });
}

/**
 * Reads on what a refused caller still sends, within bounds: closing the connection (or saying `connection: close`, on
 * which node closes it) would reset it before the caller has read why.
 */
export function drain(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let left = DRAIN_BYTES;
  const timer = setTimeout(() => request.destroy(), DRAIN_MS);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.on('close', () => clearTimeout(timer));
  request.on('error', () => {});
  request.resume();
}
