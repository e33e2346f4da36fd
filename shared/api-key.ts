/**
 * The shape of our API keys: `sk-gw-`, 36 random base62 characters, then a six-character base62 CRC-32 of what stands
 * before it. The checksum tells a typing error from a revoked key without a look-up; it is no secret.
 */
import { crc32 } from 'node:zlib';

export const API_KEY_PREFIX = 'sk-gw-';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 36;
const CHECKSUM_LENGTH = 6;
const SHAPE = new RegExp(`^${API_KEY_PREFIX}[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    text = BASE62[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** A new raw key. It is shown once; only its HMAC is stored. */
export function generateApiKey(): string {
  let body = API_KEY_PREFIX;
  while (body.length < API_KEY_PREFIX.length + RANDOM_LENGTH) {
    // four times 62: each digit is as likely as any other. The global, as importing node:crypto costs a command 6 ms
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte! < 248) body += BASE62[byte! % 62];
  }
  return body + checksum(body);
}

/** True when the text has the shape and the checksum of a key that we made. */
export function isWellFormedApiKey(text: string): boolean {
  return SHAPE.test(text) && checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
}

/** True for a text of the shape of our keys whose checksum is wrong: somebody mistyped it. Keys of another shape cannot be told. */
export function isMistypedApiKey(text: string): boolean {
  return SHAPE.test(text) && !isWellFormedApiKey(text);
}

/** What may be shown of a key: `sk-gw-AbCd`. */
export function apiKeyPrefix(raw: string): string {
  return raw.slice(0, API_KEY_PREFIX.length + 4);
}
