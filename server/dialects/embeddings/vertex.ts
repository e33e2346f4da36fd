import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import { NO_TOKENS, tokenCount } from '../neutral.ts';
import { type EmbeddingAnswer, type EmbeddingInput, type EmbeddingRequest, isTokens } from './request.ts';

/** A body of `:predict`. Source: the Vertex AI documentation, "Text embeddings API". */
export function writePredict({ inputs, dimensions, taskType, title }: EmbeddingRequest): JsonObject {
  return {
    instances: inputs.map((input, index) => ({
      content: textOf(input, `input.${index}`),
      ...(taskType !== undefined && { task_type: taskType }),
      ...(title !== undefined && { title }),
    })),
    ...(dimensions !== undefined && { parameters: { outputDimensionality: dimensions } }),
  };
}

function textOf(input: EmbeddingInput, param: string): string {
  if (typeof input === 'string') return input;
  if (isTokens(input)) throw invalid(param, "This model has other tokens than OpenAI's: send text.");
  return input
    .map((part) => {
      if (part.type !== 'text') throw invalid(param, 'This model makes vectors of text alone.');
      return part.text;
    })
    .join('\n');
}

/** The answer to `:predict`, which counts the tokens of each instance; undefined when it is none. */
export function readPrediction(body: JsonObject): EmbeddingAnswer | undefined {
  if (!Array.isArray(body.predictions)) return undefined;
  const rows = (body.predictions as JsonObject[]).map(({ embeddings }) => embeddings);
  if (!rows.every((row) => isObject(row) && Array.isArray(row.values))) return undefined;
  const counts = rows.map((row) =>
    isObject(row) && isObject(row.statistics) ? row.statistics.token_count : undefined,
  );
  const told = counts.every((count) => typeof count === 'number');
  return {
    vectors: rows.map((row) => (row as JsonObject).values as number[]),
    usage: told
      ? { ...NO_TOKENS, input: tokenCount(counts.reduce((sum: number, count) => sum + count, 0)) }
      : undefined,
  };
}
