import { invalid } from '../body-checks.ts';
import type { JsonObject } from '../lossless.ts';
import { plainId } from '../neutral/call-id.ts';
import type { AudioPart, DocumentPart, ImagePart, Source, VideoPart } from '../neutral/request.ts';

/** Files as Converse takes them: a format by name, and bytes or an object in S3. Source: its `ImageBlock`, `DocumentBlock`, `VideoBlock`, `AudioBlock`. */

const IMAGES: Formats = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/jpg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};
const DOCUMENTS: Formats = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
};
const VIDEOS: Formats = {
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/x-matroska': 'mkv',
  'video/webm': 'webm',
  'video/x-flv': 'flv',
  'video/mpeg': 'mpeg',
  'video/x-ms-wmv': 'wmv',
  'video/3gpp': 'three_gp',
};
const AUDIOS: Formats = {
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/opus': 'opus',
  'audio/webm': 'webm',
};

type Formats = Readonly<Record<string, string>>;

export function imageBlock({ source }: ImagePart): JsonObject {
  return { image: { format: formatOf(IMAGES, source, 'image'), source: sourceOf(source, 'image') } };
}

export function videoBlock({ source }: VideoPart): JsonObject {
  return { video: { format: formatOf(VIDEOS, source, 'video'), source: sourceOf(source, 'video') } };
}

export function audioBlock({ source, format }: AudioPart): JsonObject {
  return { audio: { format: format ?? formatOf(AUDIOS, source, 'audio'), source: sourceOf(source, 'audio') } };
}

/** @param names those that the request has already: each document needs its own. */
export function documentBlock(part: DocumentPart, names: Set<string>): JsonObject {
  const { source, filename, context, citations } = part;
  const isText = source.kind === 'text';
  return {
    document: {
      format: isText ? (DOCUMENTS[source.mediaType] ?? 'txt') : formatOf(DOCUMENTS, source, 'document'),
      name: nameOf(filename, names),
      source: isText ? { bytes: Buffer.from(source.text).toString('base64') } : sourceOf(source, 'document'),
      ...(context !== undefined && { context }),
      ...(citations && { citations: { enabled: true } }),
    },
  };
}

/** Letters, digits, single spaces, hyphens, brackets: nothing else may stand in a document's name. */
function nameOf(filename: string | undefined, names: Set<string>): string {
  const bare = (filename ?? '')
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/[^A-Za-z0-9\s\-()[\]]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 180);
  const base = bare === '' ? 'document' : bare;
  let name = base;
  for (let count = 2; names.has(name); count++) name = `${base} ${count}`;
  names.add(name);
  return name;
}

function formatOf(formats: Formats, source: Source, what: string): string {
  const type = mediaTypeOf(source);
  const format = type === undefined ? undefined : formats[type];
  if (format !== undefined) return format;
  throw invalid(
    'messages',
    type === undefined
      ? `Amazon Bedrock needs the media type of each ${what}.`
      : `Amazon Bedrock takes no ${what} of type ${type}; it takes ${Object.keys(formats).join(', ')}.`,
  );
}

function mediaTypeOf(source: Source): string | undefined {
  if (source.mediaType !== undefined) return source.mediaType.split(';')[0]!.trim().toLowerCase();
  if (source.kind !== 'url') return undefined;
  const extension = /\.([A-Za-z0-9]+)$/.exec(source.url.split(/[?#]/)[0]!)?.[1]?.toLowerCase();
  return extension && BY_EXTENSION[extension];
}

const BY_EXTENSION: Formats = {
  ...Object.fromEntries(
    [IMAGES, DOCUMENTS, VIDEOS, AUDIOS].flatMap((formats) =>
      Object.entries(formats).map(([type, format]) => [format, type] as const),
    ),
  ),
  jpg: 'image/jpeg',
};

function sourceOf(source: Source, what: string): JsonObject {
  if (source.kind === 'base64') return { bytes: source.data };
  if (source.kind === 'url' && source.url.startsWith('s3://')) return { s3Location: { uri: source.url } };
  throw invalid(
    'messages',
    source.kind === 'url'
      ? `Amazon Bedrock fetches no addresses: send the ${what} as base64 data (a data: URL), or as an s3:// address.`
      : `Amazon Bedrock does not know a ${what} uploaded elsewhere: send it as base64 data.`,
  );
}

const LEGAL_ID = /^[a-zA-Z0-9_-]{1,64}$/;

/** The id of a tool call as Converse takes it: the same for the same id, and another for another. */
export function toolUseId(id: string): string {
  return LEGAL_ID.test(id) ? id : plainId(id);
}
