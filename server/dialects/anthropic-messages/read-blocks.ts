import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import type { CacheMark, DocumentPart, ImagePart, Source, TextPart } from '../neutral/request.ts';
import { readCitation } from './citations.ts';

/** `cache_control` as a mark. */
export function readMark(value: unknown): CacheMark | undefined {
  if (!isObject(value)) return undefined;
  return { ttl: value.ttl === '1h' ? '1h' : '5m' };
}

function marked(block: JsonObject): { cache?: CacheMark } {
  const cache = readMark(block.cache_control);
  return cache ? { cache } : {};
}

/** A text block, its citations in the order they came. */
export function readText(block: JsonObject, where: string): TextPart {
  if (typeof block.text !== 'string') throw invalid(`${where}.text`, 'The text of a block must be a string.');
  const citations = Array.isArray(block.citations) ? block.citations.filter(isObject) : [];
  const { text } = block;
  return {
    type: 'text',
    text,
    ...(citations.length > 0 && {
      citations: citations.map((citation) => ({ ...readCitation(citation), start: 0, end: text.length })),
    }),
    ...marked(block),
  };
}

/** A string, or an array of text blocks; nothing for none. */
export function readTextBlocks(value: unknown, where: string): TextPart[] {
  if (value === undefined || value === null || value === '') return [];
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  if (!Array.isArray(value)) throw invalid(where, `${where} must be a string or an array of text blocks.`);
  return value
    .filter((block): block is JsonObject => isObject(block) && block.type === 'text')
    .map((block, at) => readText(block, `${where}.${at}`));
}

/** An image of any source. */
export function readImage(block: JsonObject, where: string): ImagePart {
  return { type: 'image', source: readSource(block.source, where), ...marked(block) };
}

/** A document; pictures among the content of one stand behind it. */
export function readDocument(block: JsonObject, where: string): (DocumentPart | ImagePart)[] {
  const { source, title, context, citations } = block;
  const more = {
    ...(typeof title === 'string' && { filename: title }),
    ...(typeof context === 'string' && { context }),
    ...(isObject(citations) && citations.enabled === true && { citations: true }),
    ...marked(block),
  };
  if (!isObject(source)) throw invalid(`${where}.source`, 'A document must have a source.');
  if (source.type === 'text') {
    const mediaType = typeof source.media_type === 'string' ? source.media_type : 'text/plain';
    return [{ type: 'document', source: { kind: 'text', text: stringOf(source.data), mediaType }, ...more }];
  }
  if (source.type !== 'content') return [{ type: 'document', source: readSource(source, where), ...more }];
  const parts: JsonObject[] = Array.isArray(source.content)
    ? source.content.filter(isObject)
    : [{ type: 'text', text: stringOf(source.content) }];
  const text = parts.flatMap((part) => (part.type === 'text' && typeof part.text === 'string' ? [part.text] : []));
  return [
    { type: 'document', source: { kind: 'text', text: text.join('\n\n'), mediaType: 'text/plain' }, ...more },
    ...parts.filter(({ type }) => type === 'image').map((part) => readImage(part, where)),
  ];
}

/** A result of the caller's own search: a document that says where it is from. */
export function readSearchResult(block: JsonObject): DocumentPart {
  const { content, source, title, citations } = block;
  const texts = readTextBlocks(content, 'content').map(({ text }) => text);
  return {
    type: 'document',
    source: { kind: 'text', text: texts.join('\n\n'), mediaType: 'text/plain' },
    ...(typeof title === 'string' && { filename: title }),
    ...(typeof source === 'string' && { context: `Source: ${source}` }),
    ...(isObject(citations) && citations.enabled === true && { citations: true }),
    ...marked(block),
  };
}

function readSource(source: unknown, where: string): Source {
  if (!isObject(source)) throw invalid(`${where}.source`, 'An image must have a source.');
  const { type, media_type, data, url, file_id } = source;
  if (type === 'base64' && typeof data === 'string' && typeof media_type === 'string')
    return { kind: 'base64', mediaType: media_type, data };
  if (type === 'url' && typeof url === 'string') return { kind: 'url', url };
  if (type === 'file' && typeof file_id === 'string') return { kind: 'file', id: file_id };
  throw invalid(
    `${where}.source`,
    'A source must be base64 with data and media_type, a url, or a file with its file_id.',
  );
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
