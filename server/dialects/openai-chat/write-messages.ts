import type { JsonObject } from '../lossless.ts';
import { argumentsOf, flatName } from '../neutral/foreign-tools.ts';
import type { AssistantPart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResult } from '../neutral/request.ts';
import type { ChatTarget } from './chat-target.ts';
import { writeSignature } from './extra-content.ts';
import { writeDetails } from './reasoning-details.ts';
import { writeCache, writeDocument, writeImage, writeTexts, writeUserContent } from './write-parts.ts';

/** Messages for a provider of chat completions. Empty ones are left out: providers refuse them. */
export function writeMessages(messages: readonly Message[], target: ChatTarget): JsonObject[] {
  const written: JsonObject[] = [];
  let shown: JsonObject[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      written.push(writeResult(message, target));
      shown.push(...writeShown(message, target));
      continue;
    }
    // The results of one turn stand together: what they show follows the last of them.
    if (shown.length > 0) written.push({ role: 'user', content: shown });
    shown = [];
    const next = writeMessage(message, target);
    if (next) written.push(next);
  }
  if (shown.length > 0) written.push({ role: 'user', content: shown });
  return written;
}

function writeMessage(message: Exclude<Message, ToolResult>, target: ChatTarget): JsonObject | undefined {
  switch (message.role) {
    case 'system':
    case 'developer': {
      const texts = message.content.filter(({ text }) => text !== '');
      const role = target.quirks.developerRole === false ? 'system' : message.role;
      return texts.length > 0 ? { role, content: writeTexts(texts, target) } : undefined;
    }
    case 'user': {
      const parts = message.content.filter((part) => part.type !== 'text' || part.text !== '');
      const content = writeUserContent(parts, target);
      if (content.length === 0) return undefined;
      return { role: 'user', content, ...(message.name !== undefined && { name: message.name }) };
    }
    case 'assistant':
      return writeAssistant(message.content, message.name, target);
  }
}

function writeAssistant(
  content: readonly AssistantPart[],
  name: string | undefined,
  target: ChatTarget,
): JsonObject | undefined {
  const texts = content.filter((part): part is TextPart => part.type === 'text' && part.text !== '');
  const refusal = content.map((part) => (part.type === 'refusal' ? part.text : '')).join('');
  const calls = content.filter((part): part is ToolCallPart => part.type === 'tool-call');
  if (texts.length === 0 && calls.length === 0 && refusal === '') return undefined;
  return {
    role: 'assistant',
    content: texts.length > 0 ? spoken(texts, target) : null,
    ...(name !== undefined && { name }),
    ...(refusal !== '' && { refusal }),
    ...writeThoughts(content, target),
    ...(calls.length > 0 && { tool_calls: calls.map((call) => writeCall(call, target)) }),
  };
}

/** What the model said is one text: its parts were split by what came between, not by it. */
function spoken(texts: readonly TextPart[], target: ChatTarget): string | JsonObject[] {
  const content = writeTexts(texts, target);
  return typeof content === 'string' ? texts.map(({ text }) => text).join('') : content;
}

/** Earlier thoughts, for the providers that want them back, in the member that each wants. */
function writeThoughts(content: readonly AssistantPart[], { quirks }: ChatTarget): JsonObject {
  const member = quirks.reasoningBack;
  const thoughts = content.filter((part): part is ReasoningPart => part.type === 'reasoning');
  if (!member || thoughts.length === 0) return {};
  if (member === 'reasoning_details') return { reasoning_details: writeDetails(thoughts) };
  const text = thoughts.map((part) => part.text).join('');
  return text === '' ? {} : { [member]: text };
}

function writeCall(call: ToolCallPart, { freeForm, model }: ChatTarget): JsonObject {
  const { id, signature } = call;
  const name = flatName(call);
  // Only Google's models want their signatures back, and strict servers refuse a member that they do not know.
  const google = model.includes('gemini');
  const extra = google && signature?.family === 'google' ? { extra_content: writeSignature(signature) } : {};
  if (call.custom && freeForm) return { id, type: 'custom', custom: { name, input: call.arguments } };
  // A call without arguments is an empty object everywhere but in the mouth of some models.
  return { id, type: 'function', function: { name, arguments: argumentsOf(call) || '{}' }, ...extra };
}

function writeResult({ callId, content, cache }: ToolResult, target: ChatTarget): JsonObject {
  const texts = content.filter((part): part is TextPart => part.type === 'text');
  return { role: 'tool', tool_call_id: callId, content: writeTexts(texts, target), ...writeCache(cache, target) };
}

/** Images and documents of a result, which may hold text alone here: a message of the user's shows them. */
function writeShown({ callId, content }: ToolResult, target: ChatTarget): JsonObject[] {
  const shown = content.flatMap((part): JsonObject[] => {
    if (part.type === 'text') return [];
    return [part.type === 'image' ? writeImage(part, target) : writeDocument(part, target)];
  });
  return shown.length > 0 ? [{ type: 'text', text: `Attached to the result of tool call ${callId}:` }, ...shown] : [];
}
