import { isObject, type JsonObject } from '../lossless.ts';
import type { Signature } from '../neutral/answer.ts';
import type { Family, ReasoningPart } from '../neutral/request.ts';

/**
 * Signatures in chat completions, which have no place of their own for them. Google documents
 * `extra_content.google.thought_signature`, on a tool call or on the message; the same place under another family's name
 * holds that family's. Signed thoughts stand whole in `extra_content.<family>.reasoning`, a list, text included: so
 * they come back unharmed from a client that sends the message back as it got it, whatever it does with `reasoning`.
 */
const FAMILIES: readonly Family[] = ['google', 'anthropic', 'openai', 'bedrock'];

/** The signature of a tool call or of a text, as `extra_content`. */
export function writeSignature({ family, value }: Signature): JsonObject {
  return { [family]: { thought_signature: value } };
}

/** The signature in an `extra_content`. */
export function readSignature(extra: unknown): Signature | undefined {
  if (!isObject(extra)) return undefined;
  for (const family of FAMILIES) {
    const value = (extra[family] as JsonObject | undefined)?.thought_signature;
    if (typeof value === 'string' && value !== '') return { family, value };
  }
  return undefined;
}

/** The `extra_content` of a message: its signed thoughts, and the signature that its text carries (or none). */
export function writeReasoning(parts: readonly ReasoningPart[], text?: Signature): JsonObject | undefined {
  const extra: Record<string, JsonObject> = {};
  for (const { text: thought, summary, signature } of parts) {
    if (!signature) continue;
    const { family, value, id, redacted } = signature;
    const entry = {
      ...(thought !== '' && { text: thought }),
      ...(summary && { summary }),
      signature: value,
      ...(id !== undefined && { id }),
      ...(redacted && { redacted }),
    };
    extra[family] ??= {};
    extra[family].reasoning = [...((extra[family].reasoning as JsonObject[] | undefined) ?? []), entry];
  }
  if (text) extra[text.family] = { ...extra[text.family], ...(writeSignature(text)[text.family] as JsonObject) };
  return Object.keys(extra).length > 0 ? extra : undefined;
}

/** The signed thoughts in the `extra_content` of a message. */
export function readReasoning(extra: unknown): ReasoningPart[] {
  if (!isObject(extra)) return [];
  return FAMILIES.flatMap((family) => {
    const list = (extra[family] as JsonObject | undefined)?.reasoning;
    return Array.isArray(list) ? list.filter(isObject).flatMap((entry) => readEntry(family, entry)) : [];
  });
}

function readEntry(family: Family, { text, summary, signature, id, redacted }: JsonObject): ReasoningPart[] {
  if (typeof signature !== 'string') return [];
  return [
    {
      type: 'reasoning',
      text: typeof text === 'string' ? text : '',
      ...(summary === true && { summary }),
      signature: {
        family,
        value: signature,
        ...(typeof id === 'string' && { id }),
        ...(redacted === true && { redacted }),
      },
    },
  ];
}
