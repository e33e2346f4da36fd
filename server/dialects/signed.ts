import { readSignature } from './gemini/signatures.ts';
import { QUOTE } from './json-bytes.ts';
import type { Scan } from './json-scan.ts';
import { unpackSignature } from './neutral/signatures.ts';
import { SEEN } from './seen.ts';

/**
 * What proves thoughts to their maker, found in bytes: nothing is parsed, and where there is none it costs a search. What
 * is taken for one and is none does no harm: nobody made it.
 */

/** `signature`, `thoughtSignature`, `thought_signature`. */
export const SIGNATURE = Buffer.from('ignature"');
export const ENCRYPTED = Buffer.from('encrypted_content"');
/** A thought of Anthropic's that has no text. */
export const REDACTED = Buffer.from('redacted_thinking"');
const WORDS = [SIGNATURE, ENCRYPTED, REDACTED] as const;

const VALUE = /^\s*:\s*"([^"]+)"$/;
const REDACTED_DATA = /^\s*,\s*"data"\s*:\s*"([^"]+)"$/;

/** The signatures in an answer, or in whole events of one. @param words what to look for. */
export function signaturesIn(bytes: Buffer, words: readonly Buffer[] = WORDS): string[] {
  const found: string[] = [];
  for (const word of words) {
    for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at)) {
      at += word.length;
      const redacted = word === REDACTED;
      const end = quoteAfter(bytes, at, redacted ? 4 : 2);
      const value = (redacted ? REDACTED_DATA : VALUE).exec(bytes.toString('latin1', at, end))?.[1];
      if (value !== undefined) found.push(unescaped(value));
    }
  }
  return found;
}

/** The signatures that a request carries, as their makers wrote them. */
export function signaturesOf({ bytes, seen, signatures }: Scan): string[] {
  const found: string[] = [];
  for (let i = 0; i < signatures.length; i += 2)
    found.push(unescaped(bytes.toString('latin1', signatures[i], signatures[i + 1])));
  if (seen & SEEN.redactedThought) found.push(...signaturesIn(bytes, [REDACTED]));
  return found.flatMap((value) => readSignature(unpackSignature(value, 'google').value)?.value ?? []);
}

/** The offset after so many quotes; the end, where there are fewer. */
function quoteAfter(bytes: Buffer, from: number, count: number): number {
  let at = from;
  for (let i = 0; i < count; i++) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0) return bytes.length;
    at = quote + 1;
  }
  return at;
}

/** Some write the `=` of base64 as `\u003d`. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
