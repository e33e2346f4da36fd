import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import { NO_TOKENS, type TokenUsage, tokenCount } from '../neutral.ts';
import {
  type EmbeddingAnswer,
  type EmbeddingInput,
  type EmbeddingPart,
  type EmbeddingRequest,
  isTokens,
} from './request.ts';

/** Gemini's two calls: one vector, or several. Source: the Gemini API reference, `models.embedContent`, `batchEmbedContents`. */
export type GeminiCall = 'embedContent' | 'batchEmbedContents';

/** A body of either call. */
export function readGemini(body: JsonObject, call: GeminiCall): EmbeddingRequest {
  const requests = call === 'embedContent' ? [body] : body.requests;
  if (!Array.isArray(requests) || requests.length === 0)
    throw invalid('requests', 'requests must be a non-empty array.');
  const first = requests[0] as JsonObject;
  const { outputDimensionality: dimensions, taskType, title } = settingsOf(first);
  return {
    inputs: requests.map((request, index) =>
      inputOf(request, call === 'embedContent' ? 'content' : `requests.${index}.content`),
    ),
    ...(typeof dimensions === 'number' && { dimensions }),
    ...(typeof taskType === 'string' && { taskType }),
    ...(typeof title === 'string' && { title }),
  };
}

/** They stand beside the content, or in `embedContentConfig` (newer models). */
function settingsOf(request: JsonObject): JsonObject {
  return isObject(request.embedContentConfig) ? { ...request, ...request.embedContentConfig } : request;
}

function inputOf(request: unknown, param: string): EmbeddingInput {
  const content = isObject(request) ? request.content : undefined;
  const parts = isObject(content) ? content.parts : undefined;
  const list = Array.isArray(parts) ? parts : isObject(parts) ? [parts] : [];
  if (list.length === 0) throw invalid(param, `${param} must have parts.`);
  const read = list.map((part) => partOf(part, param));
  return read.every((part) => part.type === 'text') ? read.map(({ text }) => text).join('') : read;
}

function partOf(part: unknown, param: string): EmbeddingPart {
  if (isObject(part)) {
    if (typeof part.text === 'string') return { type: 'text', text: part.text };
    const inline = part.inlineData ?? part.inline_data;
    if (isObject(inline) && typeof inline.data === 'string')
      return { type: 'data', mediaType: String(inline.mimeType ?? inline.mime_type), data: inline.data };
    const file = part.fileData ?? part.file_data;
    if (isObject(file)) {
      const type = file.mimeType ?? file.mime_type;
      return {
        type: 'url',
        mediaType: typeof type === 'string' ? type : undefined,
        url: String(file.fileUri ?? file.file_uri),
      };
    }
  }
  throw invalid(param, 'A part must have text, inlineData or fileData.');
}

/** The body for a provider that speaks Gemini, and the call that it is for. */
export function writeGemini(request: EmbeddingRequest, model: string): { call: GeminiCall; body: JsonObject } {
  const [one, ...others] = request.inputs.map((input, index) => ({
    model: `models/${model}`,
    content: { parts: partsOf(input, `input.${index}`) },
    ...(request.taskType !== undefined && { taskType: request.taskType }),
    ...(request.title !== undefined && { title: request.title }),
    ...(request.dimensions !== undefined && { outputDimensionality: request.dimensions }),
  }));
  return others.length === 0
    ? { call: 'embedContent', body: one! }
    : { call: 'batchEmbedContents', body: { requests: [one, ...others] } };
}

function partsOf(input: EmbeddingInput, param: string): JsonObject[] {
  if (typeof input === 'string') return [{ text: input }];
  if (isTokens(input)) throw invalid(param, "This model has other tokens than OpenAI's: send text.");
  return input.map((part) => {
    if (part.type === 'text') return { text: part.text };
    if (part.type === 'data') return { inlineData: { mimeType: part.mediaType, data: part.data } };
    return { fileData: { ...(part.mediaType && { mimeType: part.mediaType }), fileUri: part.url } };
  });
}

/** A provider's answer to either call; undefined when it is none. */
export function readGeminiAnswer(body: JsonObject): EmbeddingAnswer | undefined {
  const rows = Array.isArray(body.embeddings) ? body.embeddings : [body.embedding];
  if (!rows.every((row) => isObject(row) && Array.isArray(row.values))) return undefined;
  return {
    vectors: (rows as JsonObject[]).map(({ values }) => values as number[]),
    usage: geminiTokens(body.usageMetadata),
  };
}

/** Google's usage, where a model tells it: input tokens, those of sound and pictures told apart. */
export function geminiTokens(usage: unknown): TokenUsage | undefined {
  if (!isObject(usage) || typeof usage.promptTokenCount !== 'number') return undefined;
  const details = Array.isArray(usage.promptTokensDetails) ? (usage.promptTokensDetails as JsonObject[]) : [];
  const of = (modality: string) => tokenCount(details.find((detail) => detail.modality === modality)?.tokenCount);
  return {
    ...NO_TOKENS,
    input: tokenCount(usage.promptTokenCount),
    ...(of('AUDIO') > 0 && { audioInput: of('AUDIO') }),
    ...(of('IMAGE') > 0 && { imageInput: of('IMAGE') }),
  };
}

/** An answer in Gemini's shape, as JSON text. */
export function writeGeminiAnswer(
  { vectors }: EmbeddingAnswer,
  told: { call: GeminiCall; tokens: number; cost: string },
): string {
  const rows = vectors.map((values) => ({ values }));
  const body =
    told.call === 'embedContent' ? `"embedding":${JSON.stringify(rows[0])}` : `"embeddings":${JSON.stringify(rows)}`;
  return `{${body},"usageMetadata":{"promptTokenCount":${told.tokens},"totalTokenCount":${told.tokens},${told.cost}}}`;
}
