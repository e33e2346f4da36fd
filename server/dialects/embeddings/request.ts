import type { TokenUsage } from '../neutral.ts';

/** What is to be turned into vectors, in no format's terms. */
export interface EmbeddingRequest {
  inputs: EmbeddingInput[];
  /** How long each vector is to be. */
  dimensions?: number;
  /** The caller's own user, for abuse detection. */
  user?: string;
  /** Google's: what the vectors are for, and the title of a document. */
  taskType?: string;
  title?: string;
}

/** One vector's worth: text, tokens of the model's own vocabulary, or parts of several kinds. */
export type EmbeddingInput = string | number[] | EmbeddingPart[];

export type EmbeddingPart =
  | { type: 'text'; text: string }
  | { type: 'data'; mediaType: string; data: string }
  | { type: 'url'; mediaType: string | undefined; url: string };

/** Vectors as numbers, in the order of the inputs. */
export interface EmbeddingAnswer {
  vectors: (readonly number[])[];
  usage: TokenUsage | undefined;
}

export function isTokens(input: EmbeddingInput): input is number[] {
  return typeof input !== 'string' && typeof input[0] === 'number';
}
