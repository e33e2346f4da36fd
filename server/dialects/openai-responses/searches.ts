import { isObject, type JsonObject } from '../lossless.ts';

/** An output item that is a web search. Its own looks into pages that it found are not counted as searches. */
export function isSearch({ type, action }: JsonObject): boolean {
  if (type !== 'web_search_call') return false;
  return !isObject(action) || (action.type !== 'open_page' && action.type !== 'find_in_page');
}

/** The numbers of those output items of a response that are searches. */
export function searchesIn({ output }: JsonObject): number[] {
  if (!Array.isArray(output)) return [];
  return output.flatMap((item, index) => (isObject(item) && isSearch(item) ? [index] : []));
}
