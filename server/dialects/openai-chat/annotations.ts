import { isObject, type JsonObject } from '../lossless.ts';
import type { Citation } from '../neutral/answer.ts';

/**
 * A source as chat completions show it. OpenAI nests it in `url_citation`, where every member must be there; readers of
 * other gateways look for it flat: both find it. A passage of the caller's own document has no place here.
 */
export function writeAnnotation({ url, title, start, end }: Citation, offset: number): JsonObject | undefined {
  if (url === undefined) return undefined;
  const from = offset + (start ?? 0);
  const to = offset + (end ?? start ?? 0);
  return {
    type: 'url_citation',
    url_citation: { url, title: title ?? url, start_index: from, end_index: to },
    url,
    ...(title !== undefined && { title }),
    ...(end !== undefined && { start_index: from, end_index: to }),
  };
}

/** An annotation in either shape. `offset`: where the text part begins that is cited in. */
export function readAnnotation(value: unknown, offset: number): Citation | undefined {
  if (!isObject(value)) return undefined;
  const flat = isObject(value.url_citation) ? value.url_citation : value;
  const { url, title, start_index: start, end_index: end, content } = flat;
  if (typeof url !== 'string') return undefined;
  return {
    url,
    ...(typeof title === 'string' && { title }),
    ...(typeof start === 'number' && typeof end === 'number' && end > 0 && place(start - offset, end - offset)),
    ...(typeof content === 'string' && { citedText: content }),
  };
}

function place(start: number, end: number): Pick<Citation, 'start' | 'end'> {
  return { start: Math.max(0, start), end: Math.max(0, end) };
}

/** The sources that Perplexity and xAI put beside the choices: `search_results`, else the bare addresses in `citations`. */
export function readSources(body: JsonObject): Citation[] {
  const results = Array.isArray(body.search_results) ? body.search_results : [];
  const found = results.flatMap((result) => readAnnotation(result, 0) ?? []);
  if (found.length > 0 || !Array.isArray(body.citations)) return found;
  return body.citations.flatMap((url) => (typeof url === 'string' ? [{ url }] : []));
}
