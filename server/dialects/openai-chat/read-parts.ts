import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import type { CacheMark, DocumentPart, ImagePart, NativePart, Source, TextPart, UserPart } from '../neutral/request.ts';

/** `cache_control`, as Anthropic means it, on any part, message or tool. */
export function readCache({ cache_control: mark }: JsonObject): { cache?: CacheMark } {
  return isObject(mark) ? { cache: { ttl: mark.ttl === '1h' ? '1h' : '5m' } } : {};
}

/** Content that may be text alone: a string, a list of text parts, or null. Empty texts are left out. */
export function readTexts(content: unknown, param: string): TextPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return partsOf(content, param).flatMap((part, index) => {
    const text = part.type === 'text' || part.type === undefined ? part.text : part.refusal;
    if (typeof text !== 'string') throw invalid(`${param}[${index}].text`, 'text must be a string.');
    return text === '' ? [] : [{ type: 'text', text, ...readCache(part) }];
  });
}

/** The content of a user's message. */
export function readUserParts(content: unknown, param: string): UserPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return partsOf(content, param).flatMap((part, index) => readUserPart(part, `${param}[${index}]`));
}

/** The parts of a content list; anything but objects is refused. */
export function partsOf(content: unknown, param: string): JsonObject[] {
  if (content === undefined || content === null) return [];
  if (!Array.isArray(content)) throw invalid(param, `${param} must be a string or an array of parts.`);
  const wrong = content.findIndex((part) => !isObject(part));
  if (wrong >= 0) throw invalid(`${param}[${wrong}]`, 'Each part of the content must be an object.');
  return content;
}

function readUserPart(part: JsonObject, param: string): UserPart[] {
  switch (part.type) {
    case undefined:
    case 'text':
    case 'input_text':
      if (typeof part.text !== 'string') throw invalid(`${param}.text`, 'text must be a string.');
      return part.text === '' ? [] : [{ type: 'text', text: part.text, ...readCache(part) }];
    case 'image_url':
    case 'input_image':
      return [readImage(part, param)];
    case 'input_audio':
      return [readAudio(part, param)];
    case 'file':
    case 'input_file':
      return [readFile(part, param)];
    case 'video_url':
      return [{ type: 'video', source: urlSource(addressOf(part.video_url, `${param}.video_url`), 'video/mp4') }];
    default:
      return [nativePart(part, param)];
  }
}

/** A part that is unknown here: OpenAI's newest, for OpenAI alone. */
export function nativePart(value: JsonObject, param: string): NativePart {
  return { type: 'native', family: 'openai', value, unknownAt: `${param}.type` };
}

/** An image, by its address or as a data URL. */
export function readImage(part: JsonObject, param: string): ImagePart {
  const image = part.image_url;
  const detail = isObject(image) ? image.detail : part.detail;
  const url = addressOf(image, `${param}.image_url`);
  return {
    type: 'image',
    source: urlSource(url, 'image/jpeg'),
    ...(typeof detail === 'string' && { detail }),
    ...readCache(part),
  };
}

/** An address: a string, or `{url}`. */
function addressOf(value: unknown, param: string): string {
  const url = isObject(value) ? value.url : value;
  if (typeof url !== 'string' || url === '') throw invalid(`${param}.url`, 'url must be a non-empty string.');
  return url;
}

/** A data URL as its bytes, any other as it is. */
export function urlSource(url: string, fallback: string): Source {
  if (!url.startsWith('data:')) return { kind: 'url', url };
  const comma = url.indexOf(',');
  const head = url.slice('data:'.length, comma < 0 ? 0 : comma);
  const data = comma < 0 ? '' : url.slice(comma + 1);
  const mediaType = head.split(';')[0] || fallback;
  return head.includes('base64')
    ? { kind: 'base64', mediaType, data }
    : { kind: 'base64', mediaType, data: Buffer.from(decodeURIComponent(data)).toString('base64') };
}

function readAudio({ input_audio: audio }: JsonObject, param: string): UserPart {
  if (!isObject(audio) || typeof audio.data !== 'string')
    throw invalid(`${param}.input_audio.data`, 'input_audio.data must be audio in base64.');
  const format = typeof audio.format === 'string' ? audio.format : 'wav';
  const mediaType = format === 'mp3' ? 'audio/mpeg' : `audio/${format}`;
  return { type: 'audio', source: { kind: 'base64', mediaType, data: audio.data }, format };
}

function readFile(part: JsonObject, param: string): DocumentPart {
  const file = isObject(part.file) ? part.file : part;
  const { file_data: data, file_id: id, filename, file_url: url } = file;
  const common = { ...(typeof filename === 'string' && { filename }), ...readCache(part) };
  if (typeof id === 'string') return { type: 'document', source: { kind: 'file', id }, ...common };
  if (typeof url === 'string') return { type: 'document', source: { kind: 'url', url }, ...common };
  if (typeof data !== 'string') throw invalid(`${param}.file`, 'file must have file_data or file_id.');
  // OpenAI takes bare base64 as well as a data URL.
  const source: Source = data.startsWith('data:')
    ? urlSource(data, 'application/pdf')
    : /^https?:/.test(data)
      ? { kind: 'url', url: data }
      : { kind: 'base64', mediaType: 'application/pdf', data };
  return { type: 'document', source, ...common };
}
