import { isObject, type JsonObject } from '../lossless.ts';
import { tokenCount } from '../neutral.ts';
import { objectField } from './fields.ts';

/**
 * `:countTokens`, in front and behind. Source: the Gemini API reference, "Counting tokens".
 */

/** What is to be counted, as a `generateContent` body: the contents alone, or a whole request around them. */
export function readCountRequest(body: JsonObject): JsonObject {
  return objectField(body, 'generateContentRequest') ?? body;
}

/** The answer to a caller. */
export function writeCountAnswer(totalTokens: number): JsonObject {
  return { totalTokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: totalTokens }] };
}

/** Members of a `generateContent` body that count. */
const COUNTED = ['contents', 'systemInstruction', 'tools', 'toolConfig', 'cachedContent', 'generationConfig'] as const;

/** A `generateContent` body as the provider is asked to count it. */
export function writeCountRequest(body: JsonObject, model: string): JsonObject {
  const counted = COUNTED.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]] as const]));
  return { generateContentRequest: { model: `models/${model}`, ...Object.fromEntries(counted) } };
}

/** The provider's count; undefined when it is none. */
export function readCountAnswer(value: unknown): number | undefined {
  return isObject(value) && typeof value.totalTokens === 'number' ? tokenCount(value.totalTokens) : undefined;
}
