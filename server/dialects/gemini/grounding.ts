import { isObject, type JsonObject } from '../lossless.ts';
import type { Citation } from '../neutral/answer.ts';
import { field, numberField, objectField, objectsField, textField } from './fields.ts';

/**
 * `groundingMetadata` as citations. Google counts a segment in bytes of its text, we in UTF-16 units.
 * @param text the text that the metadata speaks of
 */
export function readGrounding(metadata: JsonObject, text: string): Citation[] {
  const sources = objectsField(metadata, 'groundingChunks').map((chunk) => {
    const source =
      objectField(chunk, 'web') ?? objectField(chunk, 'maps') ?? objectField(chunk, 'retrievedContext') ?? {};
    const url = textField(source, 'uri');
    const title = textField(source, 'title');
    return { ...(url !== undefined && { url }), ...(title !== undefined && { title }) };
  });
  const supports = objectsField(metadata, 'groundingSupports');
  if (supports.length === 0) return sources.filter(({ url }) => url !== undefined);
  const bytes = Buffer.from(text);
  return supports.flatMap((support) => {
    const segment = objectField(support, 'segment') ?? {};
    const indices = support.groundingChunkIndices;
    const place = {
      start: units(bytes, numberField(segment, 'startIndex') ?? 0),
      end: units(bytes, numberField(segment, 'endIndex') ?? bytes.length),
    };
    const citedText = textField(segment, 'text');
    return (Array.isArray(indices) ? indices : []).flatMap((index): Citation[] => {
      const source = sources[Number(index)];
      return source ? [{ ...source, ...place, ...(citedText !== undefined && { citedText }) }] : [];
    });
  });
}

/** Searches that were made. Whether each costs, or each answer that has some, is for its price to say. */
export function searchesOf(metadata: JsonObject): number {
  const queries = field(metadata, 'webSearchQueries');
  return Array.isArray(queries) ? queries.length : 0;
}

/** The same in a whole answer, or a chunk of one. */
export function searchesIn(chunk: JsonObject): number {
  let searches = 0;
  for (const candidate of objectsField(chunk, 'candidates'))
    searches += searchesOf(objectField(candidate, 'groundingMetadata') ?? {});
  return searches;
}

/** A text with what it cites. */
export interface CitedText {
  text: string;
  citations: readonly Citation[];
}

/** Citations as `groundingMetadata`; undefined when there is nothing that Google has a word for. */
export function writeGrounding(parts: readonly CitedText[]): JsonObject | undefined {
  const chunks: JsonObject[] = [];
  const supports: JsonObject[] = [];
  const indexOf = new Map<string, number>();
  for (const { text, citations } of parts) {
    for (const { url, title, start, end, citedText } of citations) {
      if (url === undefined) continue;
      let index = indexOf.get(url);
      if (index === undefined) {
        index = chunks.push({ web: { uri: url, ...(title !== undefined && { title }) } }) - 1;
        indexOf.set(url, index);
      }
      if (end === undefined) continue;
      const segment = {
        startIndex: Buffer.byteLength(text.slice(0, start ?? 0)),
        endIndex: Buffer.byteLength(text.slice(0, end)),
        text: citedText ?? text.slice(start ?? 0, end),
      };
      supports.push({ segment, groundingChunkIndices: [index] });
    }
  }
  if (chunks.length === 0) return undefined;
  return { groundingChunks: chunks, ...(supports.length > 0 && { groundingSupports: supports }) };
}

function units(bytes: Buffer, at: number): number {
  return bytes.toString('utf8', 0, at).length;
}

/** True for metadata that says anything. */
export function isGrounding(value: unknown): value is JsonObject {
  return isObject(value) && Object.keys(value).length > 0;
}
