import type { NeutralEvent, Signature } from './answer.ts';
import type { Family } from './request.ts';

/** What a packed signature of another family starts with. */
export const FOREIGN = 'gw1.';

/**
 * A signature as one string for a format whose own place for it holds any string: its own family's as it is, any other
 * marked with where it belongs, so that it comes back whole however often the caller's format changes.
 */
export function packSignature(signature: Signature, native: Family): string {
  if (signature.family === native && !signature.redacted && signature.id === undefined) return signature.value;
  return FOREIGN + Buffer.from(JSON.stringify(signature)).toString('base64url');
}

/** The signature in such a string; one without our mark is the format's own. */
export function unpackSignature(text: string, native: Family): Signature {
  if (text.startsWith(FOREIGN)) {
    try {
      const found = JSON.parse(Buffer.from(text.slice(FOREIGN.length), 'base64url').toString('utf8')) as Signature;
      if (typeof found.family === 'string' && typeof found.value === 'string') return found;
    } catch {
      // not ours after all
    }
  }
  return { family: native, value: text };
}

/** The signature that an event of an answer brings. */
export function signatureIn(event: NeutralEvent): string | undefined {
  if (event.type === 'signature' || event.type === 'tool-call') return event.signature?.value;
  if (event.type !== 'native') return undefined;
  const signature = event.value.thoughtSignature;
  return typeof signature === 'string' ? signature : undefined;
}
