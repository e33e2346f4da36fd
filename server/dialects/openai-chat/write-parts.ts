import { invalid } from '../body-checks.ts';
import type { JsonObject } from '../lossless.ts';
import type { CacheMark, DocumentPart, ImagePart, Source, TextPart, UserPart } from '../neutral/request.ts';
import type { ChatTarget } from './chat-target.ts';

/** Anthropic's mark, for the providers that take it. */
export function writeCache(cache: CacheMark | undefined, target: ChatTarget): JsonObject {
  if (!cache || !target.cacheMarks || !target.quirks.cacheControl) return {};
  return { cache_control: { type: 'ephemeral', ...(cache.ttl === '1h' && { ttl: '1h' }) } };
}

/**
 * Texts as content: one string where nothing else needs saying, as every provider takes that. Several texts stay apart by
 * an empty line; with a cache mark they must be parts.
 */
export function writeTexts(texts: readonly TextPart[], target: ChatTarget): string | JsonObject[] {
  const marked = texts.map((part) => ({ type: 'text', text: part.text, ...writeCache(part.cache, target) }));
  if (marked.some((part) => 'cache_control' in part)) return marked;
  return texts.map(({ text }) => text).join('\n\n');
}

/** The content of a user's message. */
export function writeUserContent(parts: readonly UserPart[], target: ChatTarget): string | JsonObject[] {
  const texts = parts.filter((part): part is TextPart => part.type === 'text');
  const flat = texts.length === parts.length && (texts.length < 2 || target.quirks.contentParts === false);
  return flat ? writeTexts(texts, target) : parts.flatMap((part) => writeUserPart(part, target));
}

function writeUserPart(part: UserPart, target: ChatTarget): JsonObject[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text, ...writeCache(part.cache, target) }];
    case 'image':
      return [writeImage(part, target)];
    case 'document':
      return [writeDocument(part, target)];
    case 'audio': {
      const { source, format } = part;
      if (source.kind !== 'base64') throw notHere('audio by address or id');
      return [
        { type: 'input_audio', input_audio: { data: source.data, format: format ?? formatOf(source.mediaType) } },
      ];
    }
    case 'video':
      if (part.source.kind === 'file' || target.quirks.strict) throw notHere('video');
      return [{ type: 'video_url', video_url: { url: addressOf(part.source) } }];
    case 'native':
      return part.family === 'openai' ? [part.value] : [];
  }
}

export function writeImage({ source, detail, cache }: ImagePart, target: ChatTarget): JsonObject {
  if (source.kind === 'file') throw notHere('images by file id');
  const image = { url: addressOf(source), ...(detail !== undefined && { detail }) };
  return { type: 'image_url', image_url: image, ...writeCache(cache, target) };
}

export function writeDocument({ source, filename, cache }: DocumentPart, target: ChatTarget): JsonObject {
  const mark = writeCache(cache, target);
  switch (source.kind) {
    case 'text':
      return { type: 'text', text: filename === undefined ? source.text : `${filename}:\n${source.text}`, ...mark };
    case 'file':
      return { type: 'file', file: { file_id: source.id }, ...mark };
    case 'base64':
      return {
        type: 'file',
        file: { filename: filename ?? nameOf(source.mediaType), file_data: addressOf(source) },
        ...mark,
      };
    case 'url':
      throw notHere('documents by address');
  }
}

/** A data URL of bytes, any other address as it is. */
function addressOf(source: Exclude<Source, { kind: 'file' }>): string {
  return source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
}

function nameOf(mediaType: string): string {
  return `document.${mediaType === 'text/plain' ? 'txt' : (mediaType.split('/')[1] ?? 'pdf')}`;
}

function formatOf(mediaType: string): string {
  return mediaType === 'audio/mpeg' ? 'mp3' : (mediaType.split('/')[1]?.replace(/^x-/, '') ?? 'wav');
}

function notHere(what: string) {
  return invalid(
    'messages',
    `This model's provider does not take ${what}. Send the data in base64, or use another model.`,
  );
}
