import { isObject, type JsonObject } from '../lossless.ts';
import type { Citation } from '../neutral/answer.ts';

/** One of Anthropic's citations, of whatever kind; `start` and `end` of the text that it backs are the caller's to add. */
export function readCitation(value: JsonObject): Citation {
  const title = value.title ?? value.document_title;
  const source = value.url ?? (value.type === 'search_result_location' ? value.source : undefined);
  return {
    ...(typeof source === 'string' && { url: source }),
    ...(typeof title === 'string' && { title }),
    ...(typeof value.cited_text === 'string' && { citedText: value.cited_text }),
    native: { family: 'anthropic', value },
  };
}

/** A citation as Anthropic words it: its own as it came, a web page as the result of a search; undefined for others. */
export function writeCitation(citation: Citation): JsonObject | undefined {
  const { native, url, title, citedText } = citation;
  if (native?.family === 'anthropic' && isObject(native.value)) return native.value;
  if (url === undefined) return undefined;
  return {
    type: 'web_search_result_location',
    cited_text: citedText ?? '',
    encrypted_index: '',
    title: title ?? null,
    url,
  };
}
