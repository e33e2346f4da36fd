import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import type { Citation } from '../neutral/answer.ts';
import type { AudioPart, DocumentPart, ImagePart, RefusalPart, Source, TextPart } from '../neutral/request.ts';

export type ContentPart = TextPart | RefusalPart | ImagePart | DocumentPart | AudioPart;

const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*),/;

/** The content of a message or of a tool's output: a string, or parts of any kind. */
export function readContent(content: unknown, param: string): ContentPart[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw invalid(param, `${param} must be a string or an array of parts.`);
  return content.map((part, index) => readPart(part, `${param}[${index}]`));
}

function readPart(part: unknown, param: string): ContentPart {
  if (typeof part === 'string') return { type: 'text', text: part };
  if (!isObject(part)) throw invalid(param, `${param} must be an object.`);
  const cache = isObject(part.prompt_cache_breakpoint) ? { cache: { ttl: '5m' as const } } : {};
  switch (part.type) {
    case 'input_text':
    case 'text':
    case 'summary_text':
    case 'reasoning_text':
      return { type: 'text', text: textOf(part, 'text', param), ...cache };
    case 'output_text':
      return { type: 'text', text: textOf(part, 'text', param), ...citationsOf(part.annotations) };
    case 'refusal':
      return { type: 'refusal', text: textOf(part, 'refusal', param) };
    case 'input_image':
    case 'image_url':
    case 'computer_screenshot':
      return { ...readImage(part, param), ...cache };
    case 'input_file':
      return { ...readFile(part, param), ...cache };
    case 'input_audio':
      return readAudio(part, param);
    default:
      throw invalid(`${param}.type`, `${param}.type "${String(part.type)}" is not known here.`);
  }
}

function textOf(part: JsonObject, key: string, param: string): string {
  const text = part[key];
  if (typeof text !== 'string') throw invalid(`${param}.${key}`, `${param}.${key} must be a string.`);
  return text;
}

function citationsOf(annotations: unknown): { citations?: Citation[] } {
  if (!Array.isArray(annotations) || annotations.length === 0) return {};
  return { citations: annotations.filter(isObject).map(readAnnotation) };
}

/** An annotation of OpenAI's, with its own words kept for going back. */
export function readAnnotation(annotation: JsonObject): Citation {
  const { url, title, filename, start_index: start, end_index: end } = annotation;
  const name = title ?? filename;
  return {
    ...(typeof url === 'string' && { url }),
    ...(typeof name === 'string' && { title: name }),
    ...(typeof start === 'number' && { start }),
    ...(typeof end === 'number' && { end }),
    native: { family: 'openai', value: annotation },
  };
}

function readImage(part: JsonObject, param: string): ImagePart {
  const detail = typeof part.detail === 'string' ? { detail: part.detail } : {};
  const url = isObject(part.image_url) ? part.image_url.url : part.image_url;
  if (typeof url === 'string') return { type: 'image', source: sourceOf(url), ...detail };
  if (typeof part.file_id === 'string') return { type: 'image', source: { kind: 'file', id: part.file_id }, ...detail };
  throw invalid(`${param}.image_url`, `${param} needs image_url or file_id.`);
}

function readFile(part: JsonObject, param: string): DocumentPart {
  const name = typeof part.filename === 'string' ? { filename: part.filename } : {};
  if (typeof part.file_data === 'string') return { type: 'document', source: fileSource(part.file_data), ...name };
  if (typeof part.file_url === 'string')
    return { type: 'document', source: { kind: 'url', url: part.file_url }, ...name };
  if (typeof part.file_id === 'string')
    return { type: 'document', source: { kind: 'file', id: part.file_id }, ...name };
  throw invalid(param, `${param} needs file_data, file_url or file_id.`);
}

/** OpenAI takes a data URL, and bare base64 as PDF. */
function fileSource(data: string): Source {
  return data.startsWith('data:') ? sourceOf(data) : { kind: 'base64', mediaType: 'application/pdf', data };
}

function readAudio(part: JsonObject, param: string): AudioPart {
  const audio = isObject(part.input_audio) ? part.input_audio : part;
  if (typeof audio.data !== 'string') throw invalid(`${param}.input_audio.data`, `${param} needs input_audio.data.`);
  const format = typeof audio.format === 'string' ? audio.format : 'wav';
  const mediaType = format === 'mp3' ? 'audio/mpeg' : `audio/${format}`;
  return { type: 'audio', source: { kind: 'base64', mediaType, data: audio.data }, format };
}

/** An address, or the bytes that a data URL holds. */
export function sourceOf(url: string): Source {
  const head = DATA_URL.exec(url);
  if (!head) return { kind: 'url', url };
  const mediaType = head[1] || 'text/plain';
  const rest = url.slice(head[0].length);
  if (head[2]!.includes(';base64')) return { kind: 'base64', mediaType, data: rest };
  return { kind: 'base64', mediaType, data: Buffer.from(decodeURIComponent(rest)).toString('base64') };
}
