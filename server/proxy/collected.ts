import { GatewayError } from '../../shared/errors.ts';

/**
 * The most bytes that a whole answer may have, unpacked: enough for several pictures or a thousand vectors, and too few
 * for one provider to fill the memory. Streams have no such limit, as they are not kept.
 */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** The bytes of one provider's whole answer, as they come. */
export class Collected {
  private readonly parts: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly provider: string,
    private readonly maxBytes = MAX_ANSWER_BYTES,
  ) {}

  /** Throws `provider_error` once there are too many. */
  add(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.maxBytes) throw tooLarge(this.provider, this.maxBytes);
    this.parts.push(chunk);
  }

  get whole(): Buffer {
    const { parts } = this;
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, this.size);
  }
}

/** Reads a body to its end. One that is too large throws `provider_error`, and its connection is destroyed. */
export async function collect(body: AsyncIterable<Buffer>, provider: string, maxBytes?: number): Promise<Buffer> {
  const collected = new Collected(provider, maxBytes);
  for await (const chunk of body) collected.add(chunk);
  return collected.whole;
}

/** The provider's fault: nobody reads such an answer. */
export function tooLarge(provider: string, maxBytes: number): GatewayError {
  return new GatewayError('provider_error', `${provider} sent an answer of more than ${maxBytes} bytes.`);
}
