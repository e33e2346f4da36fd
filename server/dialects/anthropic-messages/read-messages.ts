import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject, toJson } from '../lossless.ts';
import type {
  AssistantPart,
  Message,
  NativePart,
  ReasoningPart,
  TextPart,
  ToolResult,
  UserPart,
} from '../neutral/request.ts';
import { unpackSignature } from '../neutral/signatures.ts';
import { readDocument, readImage, readMark, readSearchResult, readText, readTextBlocks } from './read-blocks.ts';

/** `messages` in neutral form: tool results become messages of their own, each where it stood. */
export function readMessages(messages: unknown): Message[] {
  if (!Array.isArray(messages)) throw invalid('messages', 'messages must be an array.');
  const names = new Map<string, string>();
  return messages.flatMap((message: unknown, at) => {
    const where = `messages.${at}`;
    if (!isObject(message)) throw invalid(where, 'A message must be an object.');
    switch (message.role) {
      case 'user':
        return readUser(blocksOf(message, where), names, where);
      case 'assistant':
        return [{ role: 'assistant' as const, content: readAssistant(blocksOf(message, where), names, where) }];
      case 'system':
      case 'developer': {
        const content = readTextBlocks(message.content, `${where}.content`);
        return content.length > 0 ? [{ role: 'system' as const, content }] : [];
      }
      default:
        throw invalid(`${where}.role`, `${where}.role must be user, assistant or system.`);
    }
  });
}

function blocksOf({ content }: JsonObject, where: string): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw invalid(`${where}.content`, `${where}.content must be a string or an array.`);
  return content.map((block: unknown, at) => {
    if (!isObject(block)) throw invalid(`${where}.content.${at}`, 'A content block must be an object.');
    return block;
  });
}

function readUser(blocks: JsonObject[], names: ReadonlyMap<string, string>, where: string): Message[] {
  const messages: Message[] = [];
  let content: UserPart[] = [];
  blocks.forEach((block, at) => {
    if (block.type !== 'tool_result') {
      content.push(...readUserBlock(block, `${where}.content.${at}`));
      return;
    }
    if (content.length > 0) messages.push({ role: 'user', content });
    content = [];
    messages.push(readResult(block, names, `${where}.content.${at}`));
  });
  if (content.length > 0) messages.push({ role: 'user', content });
  return messages;
}

function readUserBlock(block: JsonObject, where: string): UserPart[] {
  switch (block.type) {
    case 'text':
      return [readText(block, where)];
    case 'image':
      return [readImage(block, where)];
    case 'document':
      return readDocument(block, where);
    case 'search_result':
      return [readSearchResult(block)];
    default:
      return [native(block, where)];
  }
}

/** Blocks that Anthropic's models alone understand, and that others may miss. Source: the SDK's `BetaContentBlockParam`. */
const NATIVE = /_tool_\w+$|^tool_(?:addition|removal)$|^(?:container_upload|compaction|fallback)$/;

function native(block: JsonObject, where: string): NativePart {
  const known = typeof block.type === 'string' && NATIVE.test(block.type);
  return { type: 'native', family: 'anthropic', value: block, ...(!known && { unknownAt: `${where}.type` }) };
}

function readResult(block: JsonObject, names: ReadonlyMap<string, string>, where: string): ToolResult {
  const callId = block.tool_use_id;
  if (typeof callId !== 'string') throw invalid(`${where}.tool_use_id`, 'A tool_result must name its tool_use_id.');
  const name = names.get(callId);
  if (name === undefined)
    throw invalid(
      `${where}.tool_use_id`,
      `${where}.tool_use_id: no tool_use before this tool_result has the id ${callId.slice(0, 100)}.`,
    );
  const cache = readMark(block.cache_control);
  return {
    role: 'tool',
    callId,
    name,
    content: readResultContent(block.content, where),
    ...(block.is_error === true && { isError: true }),
    ...(cache && { cache }),
  };
}

function readResultContent(content: unknown, where: string): ToolResult['content'] {
  if (content === undefined || content === null) return [];
  return blocksOf({ content }, where).flatMap((block, at): ToolResult['content'] => {
    const place = `${where}.content.${at}`;
    switch (block.type) {
      case 'text':
        return [readText(block, place)];
      case 'image':
        return [readImage(block, place)];
      case 'document':
        return readDocument(block, place) as ToolResult['content'];
      case 'search_result':
        return [readSearchResult(block)];
      default:
        // A reference to a tool, the state of a browser: told in its own words.
        return [{ type: 'text', text: toJson(block) }];
    }
  });
}

function readAssistant(blocks: JsonObject[], names: Map<string, string>, where: string): AssistantPart[] {
  const parts = blocks.map((block, at): AssistantPart => {
    switch (block.type) {
      case 'text':
        return readText(block, `${where}.content.${at}`) satisfies TextPart;
      case 'thinking':
        return readThinking(block);
      case 'redacted_thinking':
        return readRedacted(block);
      case 'tool_use': {
        const { id, name, input } = block;
        if (typeof id !== 'string' || id === '')
          throw invalid(`${where}.content.${at}.id`, 'A tool_use must have an id.');
        if (typeof name !== 'string') throw invalid(`${where}.content.${at}.name`, 'A tool_use must have a name.');
        names.set(id, name);
        const cache = readMark(block.cache_control);
        return { type: 'tool-call', id, name, arguments: toJson(input ?? {}), ...(cache && { cache }) };
      }
      default:
        return native(block, `${where}.content.${at}`);
    }
  });
  return withCallSignatures(parts);
}

/** Google signs calls: here such a signature stands as a thought without text before its call, and goes back to it. */
function withCallSignatures(parts: AssistantPart[]): AssistantPart[] {
  return parts.flatMap((part, at) => {
    const next = parts[at + 1];
    if (signsCall(part) && next?.type === 'tool-call') return [];
    const before = parts[at - 1];
    return part.type === 'tool-call' && before && signsCall(before)
      ? [{ ...part, signature: before.signature! }]
      : [part];
  });
}

function signsCall(part: AssistantPart): part is ReasoningPart {
  return part.type === 'reasoning' && part.text === '' && part.signature?.family === 'google';
}

function readThinking({ thinking, signature }: JsonObject): AssistantPart {
  const text = typeof thinking === 'string' ? thinking : '';
  if (typeof signature !== 'string' || signature === '') return { type: 'reasoning', text };
  return { type: 'reasoning', text, signature: unpackSignature(signature, 'anthropic') };
}

function readRedacted({ data }: JsonObject): AssistantPart {
  const signature = unpackSignature(typeof data === 'string' ? data : '', 'anthropic');
  return { type: 'reasoning', text: '', signature: { ...signature, redacted: true } };
}
