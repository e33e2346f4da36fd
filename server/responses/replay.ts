import { isObject, type JsonObject, parseJson, parseObject, toJson } from '../dialects/lossless.ts';
import { isThoughtId } from '../dialects/openai-responses/ids.ts';
import type { Kept } from './kept.ts';

/** Kinds of items that OpenAI takes without an id, and cannot look up by one. */
const WITHOUT_ID = new Set(['message', 'function_call', 'custom_tool_call']);

/** `input` as the text of an array of items. Text alone is a message of the user's. */
export function inputItems(input: string): string {
  if (input === '') return '[]';
  if (!input.startsWith('"')) return input;
  const text = JSON.parse(input) as string;
  return JSON.stringify([{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }]);
}

/** The items of a conversation so far and of the new input, as the text of one array. */
export function conversation(turns: readonly Kept[], input: string): string {
  const lists = turns.flatMap((turn) => [turn.input, toJson(answerItems(turn))]);
  const inner = [...lists, inputItems(input)].map((list) => list.trim().slice(1, -1).trim());
  return `[${inner.filter((items) => items !== '').join(',')}]`;
}

/** The items of an answer, as they go back to a model. */
export function answerItems({ response }: Pick<Kept, 'response'>): JsonObject[] {
  const output = parseObject(response)?.output;
  if (!Array.isArray(output)) return [];
  return output.flatMap((item): JsonObject[] => (isObject(item) ? goingBack(item) : []));
}

/** A thought that came without its encrypted form is known to its own provider alone, and cannot go back. */
function goingBack(item: JsonObject): JsonObject[] {
  if (item.type === 'reasoning') {
    const { id, status: _status, ...thought } = item;
    if (typeof item.encrypted_content !== 'string') return [];
    return [isThoughtId(id) ? { ...thought, id } : thought];
  }
  if (!WITHOUT_ID.has(String(item.type))) return [item];
  const { id: _id, status: _status, ...rest } = item;
  return [rest];
}

/** The item of an answer that has this id. */
export function itemOf({ response }: Pick<Kept, 'response'>, id: string): JsonObject | undefined {
  const output = parseObject(response)?.output;
  const found = Array.isArray(output) ? output.find((item) => isObject(item) && item.id === id) : undefined;
  return isObject(found) ? found : undefined;
}

/** An item that was referred to, as it goes back to a model; none for a thought that cannot. */
export function referredItem(kept: Kept, id: string): JsonObject[] | undefined {
  const item = itemOf(kept, id);
  return item && goingBack(item);
}

/** The items of a kept input, each with an id: its own, or one made from the answer's. */
export function listedItems({ id, input }: Pick<Kept, 'id' | 'input'>): JsonObject[] {
  const items = parseJson(input);
  if (!Array.isArray(items)) return [];
  const mark = id.replace(/^resp_/, '').slice(0, 40);
  return items.filter(isObject).map((item, index) => ({
    ...item,
    type: item.type ?? 'message',
    id: typeof item.id === 'string' ? item.id : `msg_${mark}_in${index}`,
    ...(typeof item.content === 'string' && { content: [contentPart(item.role, item.content)] }),
  }));
}

function contentPart(role: unknown, text: string): JsonObject {
  return role === 'assistant' ? { type: 'output_text', text, annotations: [] } : { type: 'input_text', text };
}
