import type { NeutralRequest } from './request.ts';

const HINTS = [
  ['seed', 'seed'],
  ['frequency_penalty', 'frequencyPenalty'],
  ['presence_penalty', 'presencePenalty'],
  ['prompt_cache_key', 'promptCacheKey'],
  ['verbosity', 'verbosity'],
  ['metadata', 'metadata'],
  ['user', 'user'],
] as const;

/** The names of what a request asks for as a hint only: for a format that has no place for any of them. */
export function hintsIn(request: NeutralRequest): string[] {
  // A penalty of 0 is none.
  return HINTS.filter(([name, key]) => request[key] !== undefined && !(name.endsWith('penalty') && !request[key])).map(
    ([name]) => name,
  );
}
