import { isObject, type JsonObject } from '../lossless.ts';
import { objectsField } from './fields.ts';

/** `logprobsResult` in OpenAI's shape. */
export function readLogprobs(value: unknown): JsonObject[] {
  if (!isObject(value)) return [];
  const tops = objectsField(value, 'topCandidates');
  return objectsField(value, 'chosenCandidates').map((chosen, at) => ({
    ...tokenOf(chosen),
    top_logprobs: objectsField(tops[at] ?? {}, 'candidates').map(tokenOf),
  }));
}

function tokenOf({ token, logProbability }: JsonObject): JsonObject {
  const text = typeof token === 'string' ? token : '';
  return {
    token: text,
    logprob: typeof logProbability === 'number' ? logProbability : 0,
    bytes: [...Buffer.from(text)],
  };
}

/** Tokens in OpenAI's shape as `avgLogprobs` and `logprobsResult`. */
export function writeLogprobs(tokens: readonly JsonObject[]): JsonObject {
  if (tokens.length === 0) return {};
  const sum = tokens.reduce((total, { logprob }) => total + (typeof logprob === 'number' ? logprob : 0), 0);
  const topCandidates = tokens.map(({ top_logprobs }) => ({
    candidates: (Array.isArray(top_logprobs) ? top_logprobs : []).filter(isObject).map(candidateOf),
  }));
  return {
    avgLogprobs: sum / tokens.length,
    logprobsResult: { topCandidates, chosenCandidates: tokens.map(candidateOf) },
  };
}

function candidateOf({ token, logprob }: JsonObject): JsonObject {
  return { token, logProbability: logprob };
}
