import { invalid } from '../body-checks.ts';
import type { JsonObject } from '../lossless.ts';
import type { AudioPart, DocumentPart, ImagePart, Source, VideoPart } from '../neutral/request.ts';

/** Media types by the end of an address, as Google wants one for every file. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  xml: 'text/xml',
  json: 'application/json',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  mp4: 'video/mp4',
  webm: 'video/webm',
  mov: 'video/quicktime',
};
const USUAL = { image: 'image/jpeg', document: 'application/pdf', audio: 'audio/wav', video: 'video/mp4' } as const;
/** Gemini reads files at any public address from 2.5 on; before, only those of its own store. */
const READS_NO_ADDRESSES = /gemini-(?:1|2\.0)|gemma/;
const GOOGLES_FILE = /^(?:gs:\/\/|files\/|https:\/\/)/;

/** An image, a document, a sound or a film as Google's part. */
export function writeMedia(part: ImagePart | DocumentPart | AudioPart | VideoPart, model: string): JsonObject {
  const { source } = part;
  if (source.kind === 'text') return { text: source.text };
  if (source.kind === 'base64') return { inlineData: { mimeType: mediaTypeOf(part, source), data: source.data } };
  const mimeType = mediaTypeOf(part, source);
  if (source.kind === 'file') {
    if (!GOOGLES_FILE.test(source.id)) {
      throw invalid('file_id', `${source.id} is no file of Google's: send the file's bytes in base64.`);
    }
    return { fileData: { mimeType, fileUri: source.id } };
  }
  if (READS_NO_ADDRESSES.test(model)) {
    throw invalid('messages', `This model reads no files from addresses: send the ${part.type} as a base64 data URL.`);
  }
  return { fileData: { mimeType, fileUri: source.url } };
}

function mediaTypeOf(part: ImagePart | DocumentPart | AudioPart | VideoPart, source: Source): string {
  if (source.mediaType) return source.mediaType;
  if (part.type === 'audio' && part.format) return `audio/${part.format}`;
  const address = source.kind === 'url' ? source.url : source.kind === 'file' ? source.id : '';
  const name = (part.type === 'document' && part.filename) || address.split(/[?#]/)[0]!;
  return BY_EXTENSION[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? USUAL[part.type];
}
