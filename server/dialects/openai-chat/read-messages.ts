import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject, toJson } from '../lossless.ts';
import type {
  AssistantPart,
  Message,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResult,
  UserPart,
} from '../neutral/request.ts';
import { readReasoning, readSignature } from './extra-content.ts';
import { nativePart, partsOf, readCache, readImage, readTexts, readUserParts, urlSource } from './read-parts.ts';
import { readDetail } from './reasoning-details.ts';

/** The messages of a body, each where it stood. Tool results learn the name of their call's tool. */
export function readMessages(value: unknown): Message[] {
  if (!Array.isArray(value)) throw invalid('messages', 'messages must be an array.');
  const calls = new Map<string, ToolCallPart>();
  return value.flatMap((message, index): Message[] => {
    const param = `messages[${index}]`;
    if (!isObject(message)) throw invalid(param, 'Each message must be an object.');
    const read = readMessage(message, param, calls);
    if (read.role === 'assistant') {
      for (const part of read.content) if (part.type === 'tool-call') calls.set(part.id, part);
    }
    return 'content' in read && read.content.length === 0 && read.role !== 'tool' ? [] : [read];
  });
}

function readMessage(message: JsonObject, param: string, calls: ReadonlyMap<string, ToolCallPart>): Message {
  const { role, content } = message;
  const name = typeof message.name === 'string' ? { name: message.name } : {};
  switch (role) {
    case 'system':
    case 'developer':
      return { role, content: marked(readTexts(content, `${param}.content`), message) };
    case 'user':
      return { role, content: marked(readUserParts(content, `${param}.content`), message), ...name };
    case 'assistant':
      return { role, content: readAssistant(message, param), ...name };
    case 'tool':
      return readResult(message, param, calls);
    case 'function':
      return readLegacyResult(message, param, calls);
    default:
      throw invalid(`${param}.role`, 'role must be one of system, developer, user, assistant, tool, function.');
  }
}

/** A mark on the message itself stands for one on its last part. */
function marked<T extends { type: string }>(parts: T[], message: JsonObject): T[] {
  const last = parts.at(-1);
  return last && last.type !== 'native' ? [...parts.slice(0, -1), { ...last, ...readCache(message) }] : parts;
}

function readAssistant(message: JsonObject, param: string): AssistantPart[] {
  const content = readSpoken(message.content, `${param}.content`);
  const signature = readSignature(message.extra_content);
  const text = content.findLast((part): part is TextPart => part.type === 'text');
  if (signature && text) text.signature = signature;
  const { refusal } = message;
  return [
    ...readThoughts(message),
    ...(signature && !text ? [{ type: 'reasoning' as const, text: '', signature }] : []),
    ...marked(content, message),
    ...(typeof refusal === 'string' && refusal !== '' ? [{ type: 'refusal' as const, text: refusal }] : []),
    ...readImages(message.images),
    ...readCalls(message, param),
  ];
}

function readSpoken(content: unknown, param: string): AssistantPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return partsOf(content, param).flatMap((part, index): AssistantPart[] => {
    if (part.type === 'refusal' && typeof part.refusal === 'string') return [{ type: 'refusal', text: part.refusal }];
    if (part.type === 'thinking' || part.type === 'reasoning') return [];
    if (part.type === 'image_url') return [readImage(part, `${param}[${index}]`)];
    if (typeof part.text !== 'string') return [nativePart(part, `${param}[${index}]`)];
    return part.text === '' ? [] : [{ type: 'text', text: part.text, ...readCache(part) }];
  });
}

/** Earlier thoughts: signed ones from where they stand whole, else OpenRouter's, else the bare text. */
function readThoughts(message: JsonObject): ReasoningPart[] {
  const signed = readReasoning(message.extra_content);
  if (signed.length > 0) return signed;
  const { reasoning_details: details } = message;
  const detailed = Array.isArray(details) ? details.flatMap((detail) => readDetail(detail) ?? []) : [];
  if (detailed.length > 0) return detailed;
  const text = message.reasoning_content ?? message.reasoning;
  return typeof text === 'string' && text !== '' ? [{ type: 'reasoning', text }] : [];
}

function readImages(images: unknown): AssistantPart[] {
  return partsOf(Array.isArray(images) ? images : [], 'images').flatMap((image): AssistantPart[] => {
    const url = isObject(image.image_url) ? image.image_url.url : undefined;
    return typeof url === 'string' ? [{ type: 'image', source: urlSource(url, 'image/png') }] : [];
  });
}

function readCalls(message: JsonObject, param: string): ToolCallPart[] {
  const { tool_calls: calls, function_call: legacy } = message;
  if (isObject(legacy) && typeof legacy.name === 'string') {
    return [{ type: 'tool-call', id: legacyId(legacy.name), name: legacy.name, arguments: argumentsText(legacy) }];
  }
  if (calls !== undefined && calls !== null && !Array.isArray(calls))
    throw invalid(`${param}.tool_calls`, 'tool_calls must be an array.');
  return (calls ?? []).map((call, index) => readCall(call, `${param}.tool_calls[${index}]`));
}

function readCall(call: unknown, param: string): ToolCallPart {
  const custom = isObject(call) && isObject(call.custom);
  const body = isObject(call) ? (call.function ?? call.custom) : undefined;
  if (!isObject(call) || !isObject(body) || typeof body.name !== 'string' || body.name === '')
    throw invalid(`${param}.function.name`, 'Each tool call must have a function with a name.');
  if (typeof call.id !== 'string' || call.id === '')
    throw invalid(`${param}.id`, 'id of a tool call must be a non-empty string.');
  const signature = readSignature(call.extra_content);
  return {
    type: 'tool-call',
    id: call.id,
    name: body.name,
    arguments: custom ? textOf(body.input) : argumentsText(body),
    ...(custom && { custom }),
    ...(signature && { signature }),
    ...readCache(call),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Arguments are JSON text; some clients send the object. */
function argumentsText({ arguments: value }: JsonObject): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : toJson(value);
}

function readResult(message: JsonObject, param: string, calls: ReadonlyMap<string, ToolCallPart>): ToolResult {
  const { tool_call_id: callId, content } = message;
  if (typeof callId !== 'string' || callId === '')
    throw invalid(`${param}.tool_call_id`, 'tool_call_id must be a non-empty string.');
  const call = calls.get(callId);
  if (!call)
    throw invalid(`${param}.tool_call_id`, `No tool call before this result has the id ${callId.slice(0, 100)}.`);
  return {
    role: 'tool',
    callId,
    content: readUserParts(content, `${param}.content`).map(asResultPart),
    name: call.name,
    ...(call.custom && { custom: true }),
    ...readCache(message),
  };
}

/** What no result of a tool has elsewhere is told in its own words. */
function asResultPart(part: UserPart): ToolResult['content'][number] {
  if (part.type === 'text' || part.type === 'image' || part.type === 'document') return part;
  return { type: 'text', text: part.type === 'native' ? toJson(part.value) : `[${part.type}]` };
}

/** The result of a call from before calls had ids: that of the last one of this name. */
function readLegacyResult(message: JsonObject, param: string, calls: ReadonlyMap<string, ToolCallPart>): ToolResult {
  const { name, content } = message;
  if (typeof name !== 'string' || name === '') throw invalid(`${param}.name`, 'name must be a non-empty string.');
  const call = [...calls.values()].findLast((known) => known.name === name);
  return {
    role: 'tool',
    callId: call?.id ?? legacyId(name),
    name,
    content: readTexts(content, `${param}.content`),
  };
}

function legacyId(name: string): string {
  return `call_${name}`;
}
