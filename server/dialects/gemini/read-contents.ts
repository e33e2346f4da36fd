import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject, toJson } from '../lossless.ts';
import type { AssistantPart, Message, NativePart, TextPart, ToolResult, UserPart } from '../neutral/request.ts';
import { CallIds } from './call-ids.ts';
import { field, objectField, objectsField, textField } from './fields.ts';
import { readFileData, readInlineData } from './read-media.ts';
import { readSignature } from './signatures.ts';

/** `contents` as messages. Results of functions come first in a turn, as other formats want them right after the calls. */
export function readContents(contents: readonly JsonObject[]): Message[] {
  const ids = new CallIds();
  const messages: Message[] = [];
  for (const [at, content] of contents.entries()) {
    const where = `contents[${at}].parts`;
    const parts = objectsField(content, 'parts');
    if (content.role === 'model') {
      const read = readModelParts(parts, ids, where);
      if (read.length > 0) messages.push({ role: 'assistant', content: read });
      continue;
    }
    if (content.role === 'system') {
      messages.push({ role: 'system', content: readTexts(parts) });
      continue;
    }
    const results = parts.filter((part) => objectField(part, 'functionResponse'));
    for (const part of results) {
      const place = `${where}[${parts.indexOf(part)}].functionResponse`;
      messages.push(readResult(objectField(part, 'functionResponse')!, ids, place));
    }
    const read = parts.flatMap((part, index) =>
      results.includes(part) ? [] : readUserPart(part, `${where}[${index}]`),
    );
    if (read.length > 0) messages.push({ role: 'user', content: read });
  }
  return messages;
}

/** `systemInstruction`: a content, its parts, or the text alone. */
export function readSystem(value: unknown): Message[] {
  if (typeof value === 'string') return [{ role: 'system', content: [{ type: 'text', text: value }] }];
  if (!isObject(value)) return [];
  const parts = objectsField(value, 'parts');
  const content = readTexts(parts.length > 0 ? parts : [value]);
  return content.length > 0 ? [{ role: 'system', content }] : [];
}

function readTexts(parts: readonly JsonObject[]): TextPart[] {
  return parts.flatMap((part) => (typeof part.text === 'string' ? [{ type: 'text', text: part.text }] : []));
}

function readUserPart(part: JsonObject, where: string): UserPart[] {
  if (typeof part.text === 'string') return [{ type: 'text', text: part.text }];
  const inline = objectField(part, 'inlineData');
  if (inline) return [readInlineData(inline)];
  const file = objectField(part, 'fileData');
  if (file) return [readFileData(file)];
  return [native(part, where)];
}

/** What makes a part that Google's models alone understand, and that others may miss. Source: the SDK's `Part`. */
const NATIVE = [
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
  'audioTranscription',
  'inlineData',
  'fileData',
  'thoughtSignature',
];

function native(part: JsonObject, where: string): NativePart {
  const known = NATIVE.some((name) => field(part, name) !== undefined);
  return { type: 'native', family: 'google', value: part, ...(!known && { unknownAt: where }) };
}

function readModelParts(parts: readonly JsonObject[], ids: CallIds, where: string): AssistantPart[] {
  const read: AssistantPart[] = [];
  for (const [at, part] of parts.entries()) {
    const signature = readSignature(field(part, 'thoughtSignature'));
    const call = objectField(part, 'functionCall');
    if (call) {
      const name = textField(call, 'name') ?? '';
      const args = field(call, 'args');
      read.push({
        type: 'tool-call',
        id: ids.call(name, textField(call, 'id')),
        name,
        arguments: args === undefined ? '' : toJson(args),
        ...(signature && { signature }),
      });
    } else if (typeof part.text === 'string') {
      addText(read, part.text, part.thought === true, signature);
    } else read.push(readMedia(part, `${where}[${at}]`));
  }
  return read;
}

/** Thoughts come in pieces, and the last one may hold nothing but the signature. */
function addText(
  read: AssistantPart[],
  text: string,
  thought: boolean,
  signature: ReturnType<typeof readSignature>,
): void {
  const last = read.at(-1);
  if (thought) {
    const open = last?.type === 'reasoning' && !last.signature ? last : undefined;
    if (open) {
      open.text += text;
      if (signature) open.signature = signature;
    } else if (text !== '' || signature) read.push({ type: 'reasoning', text, ...(signature && { signature }) });
    return;
  }
  if (text === '' && signature) read.push({ type: 'reasoning', text: '', signature });
  else if (last?.type === 'text' && !last.signature && !signature) last.text += text;
  else if (text !== '') read.push({ type: 'text', text, ...(signature && { signature }) });
}

function readMedia(part: JsonObject, where: string): AssistantPart {
  const inline = objectField(part, 'inlineData');
  const media = inline && part.thought !== true ? readInlineData(inline) : undefined;
  if (media?.type === 'image' || media?.type === 'audio') return media;
  return native(part, where);
}

function readResult(response: JsonObject, ids: CallIds, where: string): ToolResult {
  const asked = textField(response, 'name');
  const given = textField(response, 'id');
  if (!ids.knows(asked, given)) throw invalid(where, `No functionCall before this result is of ${asked ?? given}.`);
  const { id, name } = ids.result(asked, given);
  const value = field(response, 'response');
  const isError = isObject(value) && Object.keys(value).join() === 'error';
  const media = objectsField(response, 'parts').flatMap((part, at) => {
    const read = readUserPart(part, `${where}.parts[${at}]`)[0]!;
    return read.type === 'image' || read.type === 'document' ? [read] : [];
  });
  return {
    role: 'tool',
    callId: id,
    ...(name !== undefined && { name }),
    content: [{ type: 'text', text: resultText(value) }, ...media],
    ...(isError && { isError }),
  };
}

/** Google has results in an object, by convention under `output` or `error`; others have them as text. */
function resultText(value: unknown): string {
  if (!isObject(value)) return value === undefined ? '' : toJson(value);
  const keys = Object.keys(value);
  const only = keys.length === 1 && WRAPPERS.has(keys[0]!) ? value[keys[0]!] : value;
  return typeof only === 'string' ? only : toJson(only);
}

const WRAPPERS = new Set(['output', 'result', 'error']);
