import { FOREIGN } from './neutral/signatures.ts';

/**
 * What the scan of a body notes on its way, as bits: words that make a request need more than splicing. Most bodies have
 * none of them, and then nobody has to search megabytes for each. Only what stands below the top level counts.
 */
export const SEEN = {
  cacheControl: 1,
  extraContent: 2,
  emptySignature: 4,
  foreignSignature: 8,
  systemRole: 16,
  developerRole: 32,
} as const;

const ROLE = 64;
const SIGNATURE = 128;
const CACHE_CONTROL = Buffer.from('cache_control');
const EXTRA_CONTENT = Buffer.from('extra_content');
const SIGNATURE_KEY = Buffer.from('signature');
const ROLE_KEY = Buffer.from('role');
const SYSTEM = Buffer.from('system');
const DEVELOPER = Buffer.from('developer');
const OURS = Buffer.from(FOREIGN);

/** Which of the keys it is, as a bit; 0 for any other. @param start after the opening quote; `end` at the closing one. */
export function keyBit(bytes: Buffer, start: number, end: number): number {
  switch (end - start) {
    case 4:
      return isAt(bytes, start, ROLE_KEY) ? ROLE : 0;
    case 9:
      return isAt(bytes, start, SIGNATURE_KEY) ? SIGNATURE : 0;
    case 13:
      if (isAt(bytes, start, CACHE_CONTROL)) return SEEN.cacheControl;
      return isAt(bytes, start, EXTRA_CONTENT) ? SEEN.extraContent : 0;
    default:
      return 0;
  }
}

/** What a string says under such a key, or by how it starts under any. */
export function textBit(key: number, bytes: Buffer, start: number, end: number): number {
  const size = end - start;
  if (key === SIGNATURE && size === 0) return SEEN.emptySignature;
  if (key === ROLE) {
    if (size === SYSTEM.length && isAt(bytes, start, SYSTEM)) return SEEN.systemRole;
    if (size === DEVELOPER.length && isAt(bytes, start, DEVELOPER)) return SEEN.developerRole;
  }
  return size >= OURS.length && isAt(bytes, start, OURS) ? SEEN.foreignSignature : 0;
}

function isAt(bytes: Buffer, start: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}
