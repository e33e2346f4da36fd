import type { Signature } from '../neutral/answer.ts';
import { packSignature, unpackSignature } from '../neutral/signatures.ts';

const NATIVE = 'google';
/** What every packed signature of another family begins with, and how that looks in base64. */
const PACKED = 'gw1.';
const PACKED_IN_BASE64 = 'Z3cx';

/**
 * What Gemini's clients may send where they have no signature: Google documents both values as passing its check.
 * Source: the Gemini API's "Thought signatures", its questions and answers.
 */
const DUMMIES = new Set(['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']);

/** The value that Google documents for a function call that another model made. */
export const DUMMY_SIGNATURE = 'skip_thought_signature_validator';

/** A signature for `thoughtSignature`: bytes in base64, which some clients decode and encode again. */
export function writeSignature(signature: Signature): string {
  const text = packSignature(signature, NATIVE);
  return text.startsWith(PACKED) ? Buffer.from(text).toString('base64') : text;
}

/** The signature in a `thoughtSignature`; undefined when there is none. */
export function readSignature(value: unknown): Signature | undefined {
  if (typeof value !== 'string' || value === '' || DUMMIES.has(value)) return undefined;
  if (!value.startsWith(PACKED_IN_BASE64)) return { family: NATIVE, value };
  const text = Buffer.from(value, 'base64').toString('utf8');
  return text.startsWith(PACKED) ? unpackSignature(text, NATIVE) : { family: NATIVE, value };
}
