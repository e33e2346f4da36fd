import type { JsonObject } from '../lossless.ts';
import type { AssistantPart, Message, ReasoningPart, ToolCallPart, ToolResult } from '../neutral/request.ts';
import { isThoughtId } from './ids.ts';
import { writeAnnotation, writeInputPart } from './write-content.ts';

/** Neutral messages as the items of `input`. What only another family understands is left out. */
export function writeInput(messages: readonly Message[]): JsonObject[] {
  const items: JsonObject[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') writeTurn(message.content, items);
    else if (message.role === 'tool') items.push(writeResult(message));
    else {
      const content = message.content.map(writeInputPart).filter((part) => part !== undefined);
      if (content.length > 0) items.push({ type: 'message', role: message.role, content });
      for (const part of message.content)
        if (part.type === 'native' && part.family === 'openai') items.push(part.value);
    }
  }
  return items;
}

function writeTurn(parts: readonly AssistantPart[], items: JsonObject[]): void {
  /** The content of the message that is open: text and refusals in a row are one message. */
  let open: JsonObject[] | undefined;
  for (const part of parts) {
    const content = contentOf(part);
    if (content === null) continue;
    if (content) {
      if (!open) {
        open = [];
        items.push({ type: 'message', role: 'assistant', content: open });
      }
      open.push(content);
      continue;
    }
    const item = itemOf(part);
    if (!item) continue;
    open = undefined;
    items.push(item);
  }
}

/** A part that is content of a message; null for one that says nothing, undefined for one that is an item. */
function contentOf(part: AssistantPart): JsonObject | null | undefined {
  if (part.type === 'text')
    return part.text === ''
      ? null
      : { type: 'output_text', text: part.text, annotations: (part.citations ?? []).map(writeAnnotation) };
  if (part.type === 'refusal') return { type: 'refusal', refusal: part.text };
  if (part.type === 'audio')
    return part.transcript ? { type: 'output_text', text: part.transcript, annotations: [] } : null;
  return undefined;
}

function itemOf(part: AssistantPart): JsonObject | undefined {
  switch (part.type) {
    case 'reasoning':
      return writeThought(part);
    case 'tool-call':
      return writeCall(part);
    case 'native':
      return part.family === 'openai' ? part.value : undefined;
    case 'image': {
      // The model's own images can only come back by an id of OpenAI's: it is shown them.
      const image = writeInputPart(part);
      return image && { type: 'message', role: 'user', content: [image] };
    }
    default:
      return undefined;
  }
}

function writeThought({ text, signature }: ReasoningPart): JsonObject | undefined {
  if (signature?.family !== 'openai') return undefined;
  return {
    type: 'reasoning',
    ...(isThoughtId(signature.id) && { id: signature.id }),
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    encrypted_content: signature.value,
  };
}

function writeCall(call: ToolCallPart): JsonObject {
  const { id, name, namespace } = call;
  const place = namespace === undefined ? {} : { namespace };
  return call.custom
    ? { type: 'custom_tool_call', call_id: id, name, ...place, input: call.arguments }
    : { type: 'function_call', call_id: id, name, ...place, arguments: call.arguments || '{}' };
}

function writeResult({ callId, content, custom }: ToolResult): JsonObject {
  const type = custom ? 'custom_tool_call_output' : 'function_call_output';
  const texts = content.map((part) => (part.type === 'text' ? part.text : undefined));
  if (texts.every((text) => text !== undefined)) return { type, call_id: callId, output: texts.join('\n') };
  return { type, call_id: callId, output: content.map(writeInputPart).filter((part) => part !== undefined) };
}
