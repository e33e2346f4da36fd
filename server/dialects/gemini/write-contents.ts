import { isObject, type JsonObject, parseObject } from '../lossless.ts';
import type { Signature } from '../neutral/answer.ts';
import { argumentsOf, flatName } from '../neutral/foreign-tools.ts';
import type { AssistantPart, Message, NeutralRequest, ToolResult, UserPart } from '../neutral/request.ts';
import { isGemini3 } from './models.ts';
import { DUMMY_SIGNATURE } from './signatures.ts';
import { writeMedia } from './write-media.ts';

interface Content {
  role: 'user' | 'model';
  parts: JsonObject[];
}

/**
 * Messages as `systemInstruction` and `contents`. System messages that open the conversation are the instruction; later
 * ones stay where they stand, as text of the user's, so that what came before stays the same for the prompt cache.
 */
export function writeContents({ messages }: NeutralRequest, model: string): JsonObject {
  const first = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const opening = first < 0 ? messages.length : first;
  const system = messages.slice(0, opening).flatMap(systemTexts);
  const contents: Content[] = [];
  const names = new Map<string, string>();
  for (const message of messages.slice(opening)) {
    const parts = writeMessage(message, model, names);
    if (parts.length === 0) continue;
    const role = message.role === 'assistant' ? 'model' : 'user';
    const last = contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else contents.push({ role, parts });
  }
  // a request without contents is refused
  if (contents.length === 0)
    return { contents: [{ role: 'user', parts: system.length > 0 ? system : [{ text: ' ' }] }] };
  // and one whose first turn is the model's
  if (contents[0]!.role === 'model') contents.unshift({ role: 'user', parts: [{ text: ' ' }] });
  return { ...(system.length > 0 && { systemInstruction: { parts: system } }), contents };
}

function systemTexts(message: Message): JsonObject[] {
  return message.role === 'system' || message.role === 'developer' ? texts(message.content) : [];
}

function texts(parts: readonly { type: string; text?: string }[]): JsonObject[] {
  return parts.flatMap(({ type, text }) => (type === 'text' && text ? [{ text }] : []));
}

/** @param names the tools of the calls so far, by id */
function writeMessage(message: Message, model: string, names: Map<string, string>): JsonObject[] {
  switch (message.role) {
    case 'assistant':
      return writeAssistant(message.content, model, names);
    case 'tool':
      return writeResult(message, model, names);
    case 'user':
      return message.content.flatMap((part) => writeUserPart(part, model));
    default:
      return texts(message.content);
  }
}

function writeUserPart(part: UserPart, model: string): JsonObject[] {
  if (part.type === 'text') return texts([part]);
  if (part.type === 'native') return part.family === 'google' ? [part.value] : [];
  return [writeMedia(part, model)];
}

/** A signature that came on its own belongs to the text behind it, and where there is none to an empty one. */
function writeAssistant(content: readonly AssistantPart[], model: string, names: Map<string, string>): JsonObject[] {
  const parts: JsonObject[] = [];
  let waiting: Signature | undefined;
  let signed = false;
  const release = () => {
    if (waiting) parts.push({ text: '', thoughtSignature: waiting.value });
    waiting = undefined;
  };
  for (const part of content) {
    switch (part.type) {
      case 'reasoning':
        release();
        if (part.signature?.family !== 'google') break;
        if (part.text !== '') parts.push({ text: part.text, thought: true });
        waiting = part.signature;
        break;
      case 'text':
      case 'refusal': {
        if (part.text === '') break;
        const own = part.type === 'text' && part.signature?.family === 'google' ? part.signature : waiting;
        if (own !== waiting) release();
        waiting = undefined;
        parts.push({ text: part.text, ...(own && { thoughtSignature: own.value }) });
        break;
      }
      case 'tool-call': {
        names.set(part.id, flatName(part));
        const own = part.signature?.family === 'google' ? part.signature.value : undefined;
        release();
        const value = own ?? (signed || !isGemini3(model) ? undefined : DUMMY_SIGNATURE);
        // of parallel calls only the first is signed
        signed = true;
        parts.push({
          functionCall: { id: part.id, name: flatName(part), args: readArguments(argumentsOf(part)) },
          ...(value !== undefined && { thoughtSignature: value }),
        });
        break;
      }
      case 'image':
        parts.push(writeMedia(part, model));
        break;
      case 'audio':
        if (part.transcript) parts.push({ text: part.transcript });
        break;
      case 'native':
        if (part.family === 'google') parts.push(part.value);
    }
  }
  release();
  return parts;
}

function readArguments(text: string): JsonObject {
  if (text.trim() === '') return {};
  // the model wrote no JSON: it sees what it wrote
  return parseObject(text) ?? { arguments: text };
}

function writeResult(result: ToolResult, model: string, names: ReadonlyMap<string, string>): JsonObject[] {
  const text = result.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  const media = result.content.flatMap((part) => (part.type === 'text' ? [] : [writeMedia(part, model)]));
  const inside = isGemini3(model) ? media.filter((part) => isObject(part.inlineData)) : [];
  const response = {
    functionResponse: {
      id: result.callId,
      name: names.get(result.callId) ?? result.name ?? result.callId,
      response: result.isError ? { error: text } : (parseObject(text) ?? { output: text }),
      ...(inside.length > 0 && { parts: inside }),
    },
  };
  return [response, ...media.filter((part) => !inside.includes(part))];
}
