import { invalid } from '../body-checks.ts';
import type { JsonObject } from '../lossless.ts';
import { argumentsObject } from '../neutral/arguments-object.ts';
import { plainId } from '../neutral/call-id.ts';
import { flatName } from '../neutral/foreign-tools.ts';
import type {
  AssistantPart,
  CacheMark,
  DocumentPart,
  ImagePart,
  Source,
  TextPart,
  ToolCallPart,
  ToolResult,
  UserPart,
} from '../neutral/request.ts';
import { writeCitation } from './citations.ts';

/** A mark as `cache_control`; five minutes is what Anthropic takes for granted. */
export function markOf(cache: CacheMark | undefined): JsonObject {
  if (!cache) return {};
  return { cache_control: cache.ttl === '1h' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' } };
}

/** Text as a block; none for text that is empty, as Anthropic refuses it. */
export function textBlock({ text, cache }: Pick<TextPart, 'text' | 'cache'>): JsonObject[] {
  return text.trim() === '' ? [] : [{ type: 'text', text, ...markOf(cache) }];
}

/** What a user, or a tool, says as blocks. */
export function userBlocks(part: UserPart): JsonObject[] {
  switch (part.type) {
    case 'text':
      return textBlock(part);
    case 'image':
      return [imageBlock(part)];
    case 'document':
      return documentBlock(part);
    case 'native':
      return part.family === 'anthropic' ? [part.value] : [];
    case 'audio':
      throw invalid('messages', 'Anthropic models take no audio.');
    case 'video':
      throw invalid('messages', 'Anthropic models take no video.');
  }
}

/** Ids of other providers' making may have characters that Anthropic refuses; a call and its result change alike. */
export function callIdOf(id: string): string {
  return /^[a-zA-Z0-9_-]+$/.test(id) ? id : plainId(id);
}

export function resultBlock({ callId, content, isError, cache }: ToolResult): JsonObject {
  const blocks = content.flatMap((part) => userBlocks(part));
  const [only] = blocks;
  const plain = blocks.length === 1 && only!.type === 'text' && only!.cache_control === undefined;
  return {
    type: 'tool_result',
    tool_use_id: callIdOf(callId),
    ...(blocks.length > 0 && { content: plain ? only!.text : blocks }),
    ...(isError && { is_error: true }),
    ...markOf(cache),
  };
}

/** What the model said before as blocks. */
export function assistantBlocks(part: AssistantPart): JsonObject[] {
  switch (part.type) {
    case 'text':
      return citedText(part);
    case 'refusal':
      return textBlock(part);
    case 'reasoning': {
      // Nobody else's thoughts are taken: they would be refused as forged.
      const { text, signature } = part;
      if (signature?.family !== 'anthropic') return [];
      if (signature.redacted) return [{ type: 'redacted_thinking', data: signature.value }];
      return [{ type: 'thinking', thinking: text, signature: signature.value }];
    }
    case 'tool-call':
      return [callBlock(part)];
    case 'native':
      return part.family === 'anthropic' ? [part.value] : [];
    case 'audio':
      return textBlock({ text: part.transcript ?? '' });
    case 'image':
      // A picture that another model made cannot be shown in a turn of Claude's own.
      return [{ type: 'text', text: '[image]' }];
  }
}

function callBlock(call: ToolCallPart): JsonObject {
  const input = call.custom ? { input: call.arguments } : argumentsObject(call.arguments);
  return { type: 'tool_use', id: callIdOf(call.id), name: flatName(call), input, ...markOf(call.cache) };
}

/** Text with the citations that Anthropic gave it: each stands with the block of text that it backs. */
function citedText(part: TextPart): JsonObject[] {
  const { text, citations = [], cache } = part;
  const own = citations.filter(({ native }) => native?.family === 'anthropic');
  if (own.length === 0) return textBlock(part);
  const blocks: JsonObject[] = [];
  let from = 0;
  for (let at = 0; at < own.length; ) {
    const { start = from, end = text.length } = own[at]!;
    const same = own.slice(at).filter((other) => (other.start ?? start) === start);
    at += same.length;
    blocks.push(...textBlock({ text: text.slice(from, start) }));
    const cited = textBlock({ text: text.slice(Math.max(from, start), end) });
    blocks.push(...cited.map((block) => ({ ...block, citations: same.flatMap((item) => writeCitation(item) ?? []) })));
    from = Math.max(from, end);
  }
  blocks.push(...textBlock({ text: text.slice(from) }));
  const last = blocks.at(-1);
  if (last) Object.assign(last, markOf(cache));
  return blocks;
}

function imageBlock({ source, cache }: ImagePart): JsonObject {
  return { type: 'image', source: mediaSource(source), ...markOf(cache) };
}

function documentBlock(part: DocumentPart): JsonObject[] {
  const { source, filename, context, citations, cache } = part;
  const more = {
    ...(filename !== undefined && { title: filename }),
    ...(context !== undefined && { context }),
    ...(citations && { citations: { enabled: true } }),
    ...markOf(cache),
  };
  if (source.kind === 'text') {
    // The media type says how to read it; Anthropic knows plain text alone.
    const plain = { type: 'text', media_type: 'text/plain', data: source.text };
    return source.text.trim() === '' ? [] : [{ type: 'document', source: plain, ...more }];
  }
  if (source.kind === 'base64' && source.mediaType.startsWith('image/'))
    return [{ type: 'image', source: mediaSource(source), ...markOf(cache) }];
  if (source.kind === 'base64' && isText(source.mediaType)) {
    const text = Buffer.from(source.data, 'base64').toString('utf8');
    return documentBlock({ ...part, source: { kind: 'text', text, mediaType: 'text/plain' } });
  }
  if (source.kind === 'base64' && source.mediaType !== 'application/pdf')
    throw invalid('messages', `Anthropic models take documents as PDF or text, not as ${source.mediaType}.`);
  return [{ type: 'document', source: mediaSource(source), ...more }];
}

function isText(mediaType: string): boolean {
  return /^text\/|^application\/(?:json|xml|yaml|x-yaml|javascript)\b/.test(mediaType);
}

function mediaSource(source: Source): JsonObject {
  if (source.kind === 'base64') return { type: 'base64', media_type: source.mediaType, data: source.data };
  if (source.kind === 'url') return { type: 'url', url: source.url };
  return { type: 'file', file_id: source.id };
}
