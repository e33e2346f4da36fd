import { invalid } from '../body-checks.ts';
import type { JsonObject } from '../lossless.ts';
import type { Citation } from '../neutral/answer.ts';
import type { DocumentPart, ImagePart, Source, UserPart } from '../neutral/request.ts';

/** A part of a user's message or of a tool's output. Undefined for one that only another family understands. */
export function writeInputPart(part: UserPart): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      return part.text === '' ? undefined : { type: 'input_text', text: part.text };
    case 'image':
      return writeImage(part);
    case 'document':
      return writeDocument(part);
    case 'audio':
    case 'video':
      throw invalid('input', `This model takes no ${part.type} here.`);
    case 'native':
      return undefined;
  }
}

function writeImage({ source, detail = 'auto' }: ImagePart): JsonObject {
  return source.kind === 'file'
    ? { type: 'input_image', file_id: source.id, detail }
    : { type: 'input_image', image_url: urlOf(source), detail };
}

function writeDocument({ source, filename }: DocumentPart): JsonObject {
  const name = filename === undefined ? {} : { filename };
  switch (source.kind) {
    case 'text':
      return { type: 'input_text', text: filename === undefined ? source.text : `${filename}:\n${source.text}` };
    case 'file':
      return { type: 'input_file', file_id: source.id };
    case 'url':
      return { type: 'input_file', file_url: source.url, ...name };
    case 'base64':
      // A file without a name is refused.
      return {
        type: 'input_file',
        filename: filename ?? `file.${extensionOf(source.mediaType)}`,
        file_data: urlOf(source),
      };
  }
}

function urlOf(source: Exclude<Source, { kind: 'file' }>): string {
  return source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
}

function extensionOf(mediaType: string): string {
  const subtype = /\/([a-z0-9]+)$/.exec(mediaType)?.[1] ?? 'bin';
  return subtype === 'plain' ? 'txt' : subtype;
}

/** A citation as an annotation of text: OpenAI's own as it came. */
export function writeAnnotation(citation: Citation): JsonObject {
  if (citation.native?.family === 'openai') return citation.native.value;
  const { url, title = '', start = 0, end = 0 } = citation;
  if (url === undefined) return { type: 'file_citation', file_id: '', filename: title, index: start };
  return { type: 'url_citation', url, title, start_index: start, end_index: end };
}
