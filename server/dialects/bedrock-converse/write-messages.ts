import { invalid } from '../body-checks.ts';
import type { JsonObject } from '../lossless.ts';
import type { Signature } from '../neutral/answer.ts';
import { argumentsObject } from '../neutral/arguments-object.ts';
import { argumentsOf, flatName } from '../neutral/foreign-tools.ts';
import type { AssistantPart, CacheMark, Message, TextPart, ToolResult, UserPart } from '../neutral/request.ts';
import { audioBlock, documentBlock, imageBlock, toolUseId, videoBlock } from './media.ts';
import { isClaude, isNova } from './models.ts';

/** What the conversation is in Converse's terms. */
export interface WrittenMessages {
  system: JsonObject[];
  messages: JsonObject[];
}

/** A turn under construction: Converse wants roles to alternate, so messages of one role in a row are one. */
interface Turn {
  role: 'user' | 'assistant';
  content: JsonObject[];
  /** Where the next tool result goes: Claude wants them before all else. */
  results: number;
}

/**
 * The messages of a request. System messages that open the conversation are its `system`; later ones stay where they
 * stand, as text of the user's that says what it is, so that the prefix stays the same from turn to turn.
 */
export function writeMessages(messages: readonly Message[], model: string, cacheMarks: boolean): WrittenMessages {
  const writer = new MessagesWriter(model, cacheMarks);
  for (const message of messages) writer.add(message);
  return writer.written();
}

class MessagesWriter {
  private readonly system: JsonObject[] = [];
  private readonly turns: Turn[] = [];
  private readonly names = new Set<string>();

  constructor(
    private readonly model: string,
    private readonly cacheMarks: boolean,
  ) {}

  add(message: Message): void {
    switch (message.role) {
      case 'system':
      case 'developer':
        this.addSystem(message.content);
        return;
      case 'tool':
        this.addResult(message);
        return;
      case 'user':
        for (const part of message.content) this.push(this.turn('user'), this.userBlock(part), cacheOf(part));
        return;
      case 'assistant':
        for (const part of message.content) this.push(this.turn('assistant'), this.assistantBlock(part), cacheOf(part));
    }
  }

  written(): WrittenMessages {
    // A prompt of system messages alone: there must be somebody who asks.
    if (this.turns.length === 0)
      return { system: [], messages: [{ role: 'user', content: this.system.filter((block) => 'text' in block) }] };
    const turns = this.turns.filter(({ content }) => content.length > 0);
    if (turns[0]?.role !== 'user')
      throw invalid('messages', 'On Amazon Bedrock a conversation must start with a user message.');
    for (const { role, content } of turns) {
      // A document cannot come alone.
      if (role === 'user' && content.some((block) => 'document' in block) && !content.some((block) => 'text' in block))
        content.push({ text: 'See the document.' });
    }
    const last = turns.at(-1)!;
    if (last.role === 'assistant') trimEnd(last.content);
    return { system: this.system, messages: turns.map(({ role, content }) => ({ role, content })) };
  }

  private turn(role: Turn['role']): Turn {
    const last = this.turns.at(-1);
    if (last?.role === role) return last;
    const turn: Turn = { role, content: [], results: 0 };
    this.turns.push(turn);
    return turn;
  }

  private push({ content }: Turn, block: JsonObject | undefined, cache: CacheMark | undefined): void {
    if (!block) return;
    content.push(block);
    if (cache && this.cacheMarks) content.push(cachePoint(cache));
  }

  private addSystem(parts: readonly TextPart[]): void {
    const opening = this.turns.length === 0;
    for (const { text, cache } of parts) {
      if (text.trim() === '') continue;
      if (opening) {
        this.system.push({ text });
        if (cache && this.cacheMarks) this.system.push(cachePoint(cache));
      } else this.push(this.turn('user'), { text: `<system>\n${text}\n</system>` }, cache);
    }
  }

  private addResult(result: ToolResult): void {
    const turn = this.turn('user');
    const blocks = [this.resultBlock(result)];
    const cache = result.cache ?? result.content.find((part) => part.cache)?.cache;
    if (cache && this.cacheMarks) blocks.push(cachePoint(cache));
    turn.content.splice(turn.results, 0, ...blocks);
    turn.results += blocks.length;
  }

  private resultBlock({ callId, content, isError }: ToolResult): JsonObject {
    const blocks = content.flatMap((part) => this.userBlock(part) ?? []);
    const knowsStatus = isClaude(this.model) || isNova(this.model);
    return {
      toolResult: {
        toolUseId: toolUseId(callId),
        content: blocks.length > 0 ? blocks : [{ text: '(no output)' }],
        ...(isError && knowsStatus && { status: 'error' }),
      },
    };
  }

  private userBlock(part: UserPart): JsonObject | undefined {
    switch (part.type) {
      case 'text':
        return part.text.trim() === '' ? undefined : { text: part.text };
      case 'image':
        return imageBlock(part);
      case 'document':
        return documentBlock(part, this.names);
      case 'audio':
        return audioBlock(part);
      case 'video':
        return videoBlock(part);
      case 'native':
        return part.family === 'bedrock' ? part.value : undefined;
    }
  }

  private assistantBlock(part: AssistantPart): JsonObject | undefined {
    switch (part.type) {
      case 'text':
        return part.text.trim() === '' ? undefined : textBlock(part);
      case 'refusal':
        return part.text.trim() === '' ? undefined : { text: part.text };
      case 'reasoning':
        return this.reasoningBlock(part);
      case 'tool-call': {
        const input = argumentsObject(argumentsOf(part));
        return { toolUse: { toolUseId: toolUseId(part.id), name: flatName(part), input } };
      }
      case 'native':
        return part.family === 'bedrock' ? part.value : undefined;
      case 'image':
        throw invalid('messages', 'Amazon Bedrock takes images from users and tools only.');
      case 'audio':
        return part.transcript ? { text: part.transcript } : undefined;
    }
  }

  /** Thoughts go back only with a signature that the model's maker gave them. */
  private reasoningBlock({ text, signature }: Extract<AssistantPart, { type: 'reasoning' }>): JsonObject | undefined {
    if (!signature || !takesSignature(signature, this.model)) return undefined;
    if (signature.redacted) return { reasoningContent: { redactedContent: signature.value } };
    return { reasoningContent: { reasoningText: { text, signature: signature.value } } };
  }
}

/** Whether a thought with this signature goes back to the model. */
export function takesSignature({ family, redacted }: Signature, model: string): boolean {
  return family === 'bedrock' || (family === 'anthropic' && !redacted && isClaude(model));
}

/** Text with the citations that Bedrock gave it, as it gave them. */
function textBlock({ text, citations = [] }: TextPart): JsonObject {
  const own = citations.flatMap(({ native }) => (native?.family === 'bedrock' ? [native.value] : []));
  return own.length > 0 ? { citationsContent: { content: [{ text }], citations: own } } : { text };
}

export function cachePoint({ ttl }: CacheMark): JsonObject {
  return { cachePoint: { type: 'default', ...(ttl === '1h' && { ttl }) } };
}

function cacheOf(part: UserPart | AssistantPart): CacheMark | undefined {
  return 'cache' in part ? part.cache : undefined;
}

/** Claude refuses blanks at the end of a turn that it is to continue. */
function trimEnd(content: JsonObject[]): void {
  const last = content.at(-1);
  if (last && typeof last.text === 'string') last.text = last.text.trimEnd();
}
