/** What answers came to, added up. */
export interface Counts {
  answered: number;
  failed: number;
  /** The times to the first token added up, and how many they are. */
  firstTokenMs: number;
  firstTokens: number;
  /** Generated tokens, and the time that they took. */
  outputTokens: number;
  generationMs: number;
}

/** Nothing, to add to. */
export function noCounts(): Counts {
  return { answered: 0, failed: 0, firstTokenMs: 0, firstTokens: 0, outputTokens: 0, generationMs: 0 };
}

/** Adds so much of `more` to `counts`. */
export function addCounts(counts: Counts, more: Counts, weight = 1): void {
  counts.answered += more.answered * weight;
  counts.failed += more.failed * weight;
  counts.firstTokenMs += more.firstTokenMs * weight;
  counts.firstTokens += more.firstTokens * weight;
  counts.outputTokens += more.outputTokens * weight;
  counts.generationMs += more.generationMs * weight;
}
