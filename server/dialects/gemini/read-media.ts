import type { JsonObject } from '../lossless.ts';
import type { AudioPart, DocumentPart, ImagePart, Source, VideoPart } from '../neutral/request.ts';
import { textField } from './fields.ts';

type MediaPart = ImagePart | AudioPart | VideoPart | DocumentPart;

/** Google's own file store, its cloud storage: nobody else can read from there. */
const OWN_FILES = /^(?:gs:\/\/|files\/|https:\/\/generativelanguage\.googleapis\.com\/)/;
const VIDEO_SITES = /^https?:\/\/(?:www\.|m\.)?(?:youtube\.com|youtu\.be)\//;

/** An `inlineData` blob. */
export function readInlineData(blob: JsonObject): MediaPart {
  const mediaType = textField(blob, 'mimeType') ?? 'application/octet-stream';
  return partOf({ kind: 'base64', mediaType, data: textField(blob, 'data') ?? '' }, mediaType, blob);
}

/** A `fileData` reference. */
export function readFileData(file: JsonObject): MediaPart {
  const uri = textField(file, 'fileUri') ?? '';
  const mediaType = textField(file, 'mimeType') ?? (VIDEO_SITES.test(uri) ? 'video/mp4' : undefined);
  const typed = mediaType === undefined ? {} : { mediaType };
  const source: Source = OWN_FILES.test(uri)
    ? { kind: 'file', id: uri, ...typed }
    : { kind: 'url', url: uri, ...typed };
  return partOf(source, mediaType ?? '', file);
}

function partOf(source: Source, mediaType: string, named: JsonObject): MediaPart {
  const [kind, format = ''] = mediaType.toLowerCase().split(/[/;]/);
  if (kind === 'image') return { type: 'image', source };
  if (kind === 'audio') return { type: 'audio', source, format: AUDIO_FORMATS[format] ?? format };
  if (kind === 'video') return { type: 'video', source };
  const filename = textField(named, 'displayName');
  return { type: 'document', source, ...(filename !== undefined && { filename }) };
}

/** The names that OpenAI has for what media types call otherwise. */
const AUDIO_FORMATS: Readonly<Record<string, string>> = { mpeg: 'mp3', 'x-wav': 'wav', wave: 'wav', mpga: 'mp3' };
