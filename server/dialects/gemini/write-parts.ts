import { type JsonObject, parseObject } from '../lossless.ts';
import type { Signature } from '../neutral/answer.ts';
import { argumentsOf } from '../neutral/foreign-tools.ts';
import type { AssistantPart, ToolCallPart } from '../neutral/request.ts';
import { writeSignature } from './signatures.ts';

/** Parts of an answer as Google has them, for a stream and a whole answer alike. */

export function thoughtPart(text: string): JsonObject {
  return { text, thought: true };
}

/** Google's own signatures come on text; those of others are of a thought. */
export function signaturePart(signature: Signature): JsonObject {
  const thoughtSignature = writeSignature(signature);
  return signature.family === 'google' ? { text: '', thoughtSignature } : { text: '', thought: true, thoughtSignature };
}

export function callPart(call: Pick<ToolCallPart, 'id' | 'name' | 'arguments' | 'custom' | 'signature'>): JsonObject {
  const text = argumentsOf(call);
  const args = text.trim() === '' ? {} : (parseObject(text) ?? { arguments: text });
  return {
    functionCall: { id: call.id, name: call.name, args },
    ...(call.signature && { thoughtSignature: writeSignature(call.signature) }),
  };
}

export function blobPart(mimeType: string, data: string): JsonObject {
  return { inlineData: { mimeType, data } };
}

/** @param thoughts the caller wants to see them */
export function writeParts(content: readonly AssistantPart[], thoughts: boolean): JsonObject[] {
  return content.flatMap((part): JsonObject[] => {
    switch (part.type) {
      case 'text':
      case 'refusal':
        return part.text === '' ? [] : [{ text: part.text }];
      case 'reasoning': {
        const shown = thoughts && part.text !== '' ? [thoughtPart(part.text)] : [];
        return part.signature ? [...shown, signaturePart(part.signature)] : shown;
      }
      case 'tool-call':
        return [callPart(part)];
      case 'image':
        return part.source.kind === 'base64' ? [blobPart(part.source.mediaType, part.source.data)] : [];
      case 'audio':
        return part.source.kind === 'base64' && part.source.data !== ''
          ? [blobPart(part.source.mediaType, part.source.data)]
          : part.transcript
            ? [{ text: part.transcript }]
            : [];
      default:
        return part.family === 'google' ? [part.value] : [];
    }
  });
}
