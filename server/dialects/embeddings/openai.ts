import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import { NO_TOKENS, tokenCount } from '../neutral.ts';
import type { EmbeddingAnswer, EmbeddingInput, EmbeddingPart, EmbeddingRequest } from './request.ts';
import { packVector, unpackVector } from './vector.ts';

const MOST_INPUTS = 2048;
const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+);base64,(.+)$/s;

/** OpenAI's body. Source: the OpenAI API reference, "Create embeddings"; parts in the shape of its chat completions. */
export function readOpenAi(body: JsonObject): EmbeddingRequest {
  const { dimensions, user } = body;
  if (dimensions !== undefined && dimensions !== null && !(Number.isInteger(dimensions) && (dimensions as number) > 0))
    throw invalid('dimensions', 'dimensions must be a whole number of at least 1.');
  const inputs = inputsOf(body.input);
  if (inputs.length === 0) throw invalid('input', 'input must not be empty.');
  if (inputs.length > MOST_INPUTS) throw invalid('input', `input must have at most ${MOST_INPUTS} entries.`);
  return {
    inputs,
    ...(typeof dimensions === 'number' && { dimensions }),
    ...(typeof user === 'string' && { user }),
  };
}

/** How the caller wants vectors: as numbers, or packed. Throws for anything else. */
export function wantsPacked({ encoding_format }: JsonObject): boolean {
  if (encoding_format === undefined || encoding_format === null || encoding_format === 'float') return false;
  if (encoding_format === 'base64') return true;
  throw invalid('encoding_format', 'encoding_format must be float or base64.');
}

function inputsOf(input: unknown): EmbeddingInput[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input)) throw invalid('input', 'input must be a string or an array.');
  if (input.length > 0 && input.every((token) => typeof token === 'number')) return [input];
  return input.map((entry, index) => inputOf(entry, `input.${index}`));
}

function inputOf(entry: unknown, param: string): EmbeddingInput {
  if (typeof entry === 'string') return entry;
  if (Array.isArray(entry) && entry.length > 0 && entry.every((token) => typeof token === 'number')) return entry;
  if (isObject(entry)) {
    const parts = Array.isArray(entry.content) ? entry.content : [entry];
    if (parts.length > 0) return parts.map((part) => partOf(part, param));
  }
  throw invalid(param, 'An input must be a string, an array of tokens, or parts of text and images.');
}

function partOf(part: unknown, param: string): EmbeddingPart {
  if (isObject(part)) {
    if (part.type === 'text' && typeof part.text === 'string') return { type: 'text', text: part.text };
    const { image_url: image, input_audio: audio } = part;
    const url = isObject(image) ? image.url : image;
    if (part.type === 'image_url' && typeof url === 'string') return imagePart(url);
    if (part.type === 'input_audio' && isObject(audio) && typeof audio.data === 'string')
      return {
        type: 'data',
        mediaType: `audio/${typeof audio.format === 'string' ? audio.format : 'wav'}`,
        data: audio.data,
      };
  }
  throw invalid(param, 'A part must be of type text, image_url or input_audio.');
}

function imagePart(url: string): EmbeddingPart {
  const data = DATA_URL.exec(url);
  return data ? { type: 'data', mediaType: data[1]!, data: data[2]! } : { type: 'url', mediaType: undefined, url };
}

/** A body for an OpenAI-compatible provider. Throws for what only text models of Google understand. */
export function writeOpenAi({ inputs, dimensions, user }: EmbeddingRequest, model: string): JsonObject {
  return {
    model,
    input: inputs.map((input, index) => plainInput(input, `input.${index}`)),
    encoding_format: 'float',
    ...(dimensions !== undefined && { dimensions }),
    ...(user !== undefined && { user }),
  };
}

function plainInput(input: EmbeddingInput, param: string): unknown {
  if (typeof input === 'string') return input;
  const [first] = input;
  if (typeof first === 'number') return input;
  const parts = input as EmbeddingPart[];
  if (parts.some(({ type }) => type !== 'text')) throw invalid(param, 'This model makes vectors of text alone.');
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
}

/** An OpenAI-compatible provider's answer; undefined when it is none. */
export function readOpenAiAnswer(body: JsonObject): EmbeddingAnswer | undefined {
  if (!Array.isArray(body.data)) return undefined;
  const rows = (body.data as JsonObject[]).toSorted((a, b) => Number(a.index ?? 0) - Number(b.index ?? 0));
  return {
    vectors: rows.map(({ embedding }) =>
      typeof embedding === 'string' ? unpackVector(embedding) : (embedding as number[]),
    ),
    usage: openAiTokens(body.usage),
  };
}

/** OpenAI's usage of an embedding: input tokens alone. */
export function openAiTokens(usage: unknown) {
  if (!isObject(usage)) return undefined;
  const { prompt_tokens, total_tokens } = usage;
  const told = prompt_tokens ?? total_tokens;
  return typeof told === 'number' ? { ...NO_TOKENS, input: tokenCount(told) } : undefined;
}

/** An answer in OpenAI's shape, as JSON text. `cost` are members of the usage object. */
export function writeOpenAiAnswer(
  { vectors }: EmbeddingAnswer,
  told: { model: string; packed: boolean; tokens: number; cost: string },
): string {
  const data = vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: told.packed ? packVector(vector) : vector,
  }));
  return (
    `{"object":"list","data":${JSON.stringify(data)},"model":${JSON.stringify(told.model)},` +
    `"usage":{"prompt_tokens":${told.tokens},"total_tokens":${told.tokens},${told.cost}}}`
  );
}
