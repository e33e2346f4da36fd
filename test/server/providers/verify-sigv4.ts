import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A request as it came over the wire. */
export interface SignedRequest {
  method: string;
  /** Path and query, as sent. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer | string;
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, data: string) => createHmac('sha256', key).update(data).digest();

/** RFC 3986: what AWS leaves unescaped. */
const awsEscape = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The signature that AWS would compute for such a request, from its own words: "Create a signed AWS API request". Written
 * for the tests alone, apart from the library that signs.
 */
export function awsSignature(request: SignedRequest, secretAccessKey: string): { sent: string; computed: string } {
  const [, credential, signedHeaders, sent] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    ) ?? [];
  if (!credential || !signedHeaders || !sent) throw new Error(`no signature: ${request.headers.authorization}`);
  const [, date, region, service] = credential.split('/') as [string, string, string, string];
  const [path, query = ''] = request.path.split('?') as [string, string?];
  const pairs = query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', value = ''] = pair.split('=').map(decodeURIComponent);
      return `${awsEscape(name)}=${awsEscape(value)}`;
    });
  const canonical = [
    request.method,
    path.split('/').map(awsEscape).join('/'),
    pairs.sort().join('&'),
    ...signedHeaders.split(';').map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    sha256(request.body),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [region, service, 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secretAccessKey}`, date));
  return { sent, computed: hmac(key, toSign).toString('hex') };
}
