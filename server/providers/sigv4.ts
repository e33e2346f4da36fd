import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Headers, OutgoingCall } from './provider.ts';

/** Long-lived keys, or temporary ones with their session token. */
export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** SHA-256 as the signer wants it: plain, or keyed as an HMAC. */
class Sha256 {
  private sum: Hash | Hmac;

  constructor(private readonly secret?: string | ArrayBuffer | ArrayBufferView) {
    this.sum = this.fresh();
  }

  update(data: Uint8Array | string): void {
    this.sum.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.sum.digest());
  }

  reset(): void {
    this.sum = this.fresh();
  }

  private fresh(): Hash | Hmac {
    if (this.secret === undefined) return createHash('sha256');
    const secret = typeof this.secret === 'string' ? this.secret : bytesOf(this.secret);
    return createHmac('sha256', secret);
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/** Hop-by-hop and our own headers stay out of the signature, as the SDK's own client leaves them out. */
const SIGNED = ['content-type', 'accept', 'host'];

/**
 * The headers that sign a call with Signature Version 4. Source: the AWS IAM user guide, "Signing AWS API requests".
 * @param now for tests.
 */
export async function signV4(
  { method, url, headers, body }: OutgoingCall,
  keys: AwsKeys,
  scope: { service: string; region: string },
  now = new Date(),
): Promise<Headers> {
  const signer = new SignatureV4({ credentials: keys, ...scope, sha256: Sha256 });
  const kept = Object.entries(headers).filter(([name]) => SIGNED.includes(name.toLowerCase()));
  const before: Record<string, string> = { ...Object.fromEntries(kept), host: url.host };
  const signed = await signer.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port !== '' && { port: Number(url.port) }),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: before,
      body,
    },
    { signingDate: now },
  );
  return Object.fromEntries(Object.entries(signed.headers).filter(([name]) => !(name in before)));
}
