import type { JsonObject } from '../lossless.ts';
import type { Signature } from './answer.ts';
import type { AssistantPart, NeutralRequest } from './request.ts';

/** Names of a signature in a part of Google's own. */
const GOOGLE = ['thoughtSignature', 'thought_signature'] as const;

/** The request without the signatures that are foreign where it goes; a thought that has nothing else is left out. */
export function withoutThoughts(request: NeutralRequest, isForeign: (signature: string) => boolean): NeutralRequest {
  const foreign = (signature: Signature | undefined) => signature !== undefined && isForeign(signature.value);
  const messages = request.messages.map((message) => {
    if (message.role !== 'assistant') return message;
    return { ...message, content: message.content.flatMap((part) => without(part, foreign, isForeign)) };
  });
  return { ...request, messages };
}

function without(
  part: AssistantPart,
  foreign: (signature: Signature | undefined) => boolean,
  isForeign: (signature: string) => boolean,
): AssistantPart[] {
  if (part.type === 'native') return [{ ...part, value: unsigned(part.value, isForeign) }];
  if (!('signature' in part) || !foreign(part.signature)) return [part];
  const { signature: _, ...bare } = part;
  return bare.type === 'reasoning' && bare.text === '' ? [] : [bare];
}

function unsigned(value: JsonObject, isForeign: (signature: string) => boolean): JsonObject {
  let bare = value;
  for (const name of GOOGLE) {
    const signature = bare[name];
    if (typeof signature !== 'string' || !isForeign(signature)) continue;
    const { [name]: _, ...rest } = bare;
    bare = rest;
  }
  return bare;
}
