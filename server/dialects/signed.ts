import { readSignature } from './gemini/signatures.ts';
import type { Scan } from './json-scan.ts';
import { unpackSignature } from './neutral/signatures.ts';
import { SEEN } from './seen.ts';

/**
 * What proves thoughts to their maker, found in bytes: nothing is parsed, and where there is none it costs a search. What
 * is taken for one and is none does no harm: nobody made it.
 */

/** `signature`, `thoughtSignature`, `thought_signature`. */
export const SIGNATURE = 'ignature"';
export const ENCRYPTED = 'encrypted_content"';
/** A thought of Anthropic's that has no text. */
export const REDACTED = 'redacted_thinking"';
const WORDS = [SIGNATURE, ENCRYPTED, REDACTED] as const;

const VALUE = /\s*:\s*"([^"]+)"/y;
const REDACTED_DATA = /\s*,\s*"data"\s*:\s*"([^"]+)"/y;

/** The signatures in an answer, or in whole events of one, given in latin1. @param words what to look for. */
export function signaturesIn(text: string, words: readonly string[] = WORDS): string[] {
  const found: string[] = [];
  for (const word of words) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at)) {
      at += word.length;
      const pattern = word === REDACTED ? REDACTED_DATA : VALUE;
      pattern.lastIndex = at;
      const value = pattern.exec(text)?.[1];
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
  if (seen & SEEN.redactedThought) found.push(...signaturesIn(bytes.toString('latin1'), [REDACTED]));
  return found.flatMap((value) => readSignature(unpackSignature(value, 'google').value)?.value ?? []);
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
