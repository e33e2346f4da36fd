import type { JsonObject } from '../lossless.ts';
import type { Message, TextPart } from '../neutral/request.ts';
import { assistantBlocks, resultBlock, textBlock, userBlocks } from './write-blocks.ts';

export interface WrittenMessages {
  system: JsonObject[];
  messages: JsonObject[];
}

interface Turn {
  role: 'user' | 'assistant';
  content: JsonObject[];
  /** What the system says in a user's turn, told after it. */
  system: JsonObject[];
}

/**
 * The conversation in turns: messages in a row of one role are one, tool results first. System and developer messages
 * before it are the system prompt. One in the middle stays where it is, so that the prompt before it stays cached: as a
 * system message behind the user's where the model takes those, else as the user's text, marked as the system's.
 */
export function writeMessages(messages: readonly Message[], systemInside: boolean): WrittenMessages {
  const turns: Turn[] = [];
  const system: JsonObject[] = [];
  for (const message of messages) {
    switch (message.role) {
      case 'system':
      case 'developer':
        if (turns.length === 0) system.push(...message.content.flatMap(textBlock));
        else addSystem(turns, message.content, systemInside);
        break;
      case 'user':
        turnOf(turns, 'user').content.push(...message.content.flatMap(userBlocks));
        break;
      case 'tool':
        addResult(turnOf(turns, 'user').content, resultBlock(message));
        break;
      case 'assistant':
        turnOf(turns, 'assistant').content.push(...message.content.flatMap(assistantBlocks));
    }
  }
  trimLast(turns);
  const written = turns.filter(({ content, system: told }) => content.length > 0 || told.length > 0).flatMap(write);
  // A conversation needs a message: a system prompt alone is taken for one.
  if (written.length === 0) return { system: [], messages: asUser(system) };
  // Its first word must be the user's.
  if (written[0]!.role === 'assistant') written.unshift({ role: 'user', content: '(The conversation begins.)' });
  return { system, messages: written };
}

function turnOf(turns: Turn[], role: Turn['role']): Turn {
  const last = turns.at(-1);
  if (last?.role === role) return last;
  const turn: Turn = { role, content: [], system: [] };
  turns.push(turn);
  return turn;
}

function addSystem(turns: Turn[], content: readonly TextPart[], inside: boolean): void {
  const last = turns.at(-1)!;
  // It must follow what a user said.
  if (inside && last.role === 'user') last.system.push(...content.flatMap(textBlock));
  else {
    const told = content.flatMap((part) =>
      textBlock({ ...part, text: part.text.trim() && `<system>\n${part.text}\n</system>` }),
    );
    if (told.length > 0) turnOf(turns, 'user').content.push(...told);
  }
}

/** Results stand before anything else that the user says. */
function addResult(content: JsonObject[], result: JsonObject): void {
  const at = content.findIndex(({ type }) => type !== 'tool_result');
  content.splice(at < 0 ? content.length : at, 0, result);
}

function write({ role, content, system }: Turn): JsonObject[] {
  if (content.length === 0) return [{ role, content: plain(system) }];
  const told = { role, content: plain(content) };
  return system.length > 0 ? [told, { role: 'system', content: system }] : [told];
}

/** One text without a mark is told as a string. */
function plain(content: JsonObject[]): unknown {
  const [only] = content;
  return content.length === 1 && only!.type === 'text' && Object.keys(only!).length === 2 ? only!.text : content;
}

function asUser(system: JsonObject[]): JsonObject[] {
  return system.length > 0 ? [{ role: 'user', content: plain(system) }] : [];
}

/** Claude refuses blanks at the end of a turn that it is to continue. */
function trimLast(turns: Turn[]): void {
  const last = turns.at(-1);
  const block = last?.role === 'assistant' ? last.content.at(-1) : undefined;
  if (block?.type === 'text' && typeof block.text === 'string') block.text = block.text.trimEnd();
}
