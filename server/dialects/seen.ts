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
  /** Content other than text, in any format: by its `type`, or by its media type. */
  image: 256,
  document: 512,
  audio: 1024,
  /** A search of the provider's own, asked for or made. */
  webSearch: 8192,
  /** What proves a thought to its maker, under any format's name for it. */
  signature: 128,
  /** A thought of Anthropic's that has no text. */
  redactedThought: 16_384,
} as const;

const ROLE = 64;
const { signature: SIGNATURE } = SEEN;
const TYPE = 2048;
const MEDIA_TYPE = 4096;
const TYPE_KEY = Buffer.from('type');
/** Gemini's two spellings, and Anthropic's. */
const MEDIA_TYPE_KEYS = ['mimeType', 'mime_type', 'media_type'].map((word) => Buffer.from(word));
const GOOGLE_SEARCH_KEYS = ['googleSearch', 'google_search'].map((word) => Buffer.from(word));
const WEB_SEARCH = Buffer.from('web_search');
/** What the formats call their parts. No JSON schema has such a type, so definitions of tools are not taken for content. */
const PART_TYPES: readonly (readonly [Buffer, number])[] = (
  [
    ['image', SEEN.image],
    ['image_url', SEEN.image],
    ['input_image', SEEN.image],
    ['document', SEEN.document],
    ['file', SEEN.document],
    ['input_file', SEEN.document],
    ['input_audio', SEEN.audio],
    ['redacted_thinking', SEEN.redactedThought],
  ] as const
).map(([word, bit]) => [Buffer.from(word), bit]);
/** How media types begin. A part of plain text is none of them. */
const MEDIA_TYPES: readonly (readonly [Buffer, number])[] = (
  [
    ['image/', SEEN.image],
    ['application/pdf', SEEN.document],
    ['audio/', SEEN.audio],
  ] as const
).map(([word, bit]) => [Buffer.from(word), bit]);
const CACHE_CONTROL = Buffer.from('cache_control');
const EXTRA_CONTENT = Buffer.from('extra_content');
const SIGNATURE_KEY = Buffer.from('signature');
const THOUGHT_SIGNATURE_KEYS = [Buffer.from('thoughtSignature'), Buffer.from('thought_signature')] as const;
const ENCRYPTED_KEY = Buffer.from('encrypted_content');
const ROLE_KEY = Buffer.from('role');
const SYSTEM = Buffer.from('system');
const DEVELOPER = Buffer.from('developer');
const OURS = Buffer.from(FOREIGN);

/** Which of the keys it is, as a bit; 0 for any other. @param start after the opening quote; `end` at the closing one. */
export function keyBit(bytes: Buffer, start: number, end: number): number {
  switch (end - start) {
    case 4:
      if (isAt(bytes, start, TYPE_KEY)) return TYPE;
      return isAt(bytes, start, ROLE_KEY) ? ROLE : 0;
    case 8:
      return isAt(bytes, start, MEDIA_TYPE_KEYS[0]!) ? MEDIA_TYPE : 0;
    case 9:
      if (isAt(bytes, start, MEDIA_TYPE_KEYS[1]!)) return MEDIA_TYPE;
      return isAt(bytes, start, SIGNATURE_KEY) ? SIGNATURE : 0;
    case 10:
      return isAt(bytes, start, MEDIA_TYPE_KEYS[2]!) ? MEDIA_TYPE : 0;
    case 12:
      return isAt(bytes, start, GOOGLE_SEARCH_KEYS[0]!) ? SEEN.webSearch : 0;
    case 13:
      if (isAt(bytes, start, GOOGLE_SEARCH_KEYS[1]!)) return SEEN.webSearch;
      if (isAt(bytes, start, CACHE_CONTROL)) return SEEN.cacheControl;
      return isAt(bytes, start, EXTRA_CONTENT) ? SEEN.extraContent : 0;
    case 16:
      return isAt(bytes, start, THOUGHT_SIGNATURE_KEYS[0]) ? SIGNATURE : 0;
    case 17:
      return isAt(bytes, start, THOUGHT_SIGNATURE_KEYS[1]) || isAt(bytes, start, ENCRYPTED_KEY) ? SIGNATURE : 0;
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
  if (key === TYPE) {
    for (const [word, bit] of PART_TYPES) if (size === word.length && isAt(bytes, start, word)) return bit;
    return size >= WEB_SEARCH.length && isAt(bytes, start, WEB_SEARCH) ? SEEN.webSearch : 0;
  }
  if (key === MEDIA_TYPE) {
    for (const [word, bit] of MEDIA_TYPES) if (size >= word.length && isAt(bytes, start, word)) return bit;
    return 0;
  }
  return size >= OURS.length && isAt(bytes, start, OURS) ? SEEN.foreignSignature : 0;
}

function isAt(bytes: Buffer, start: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}
