import type { JsonObject } from '../lossless.ts';
import type { NeutralEvent, Signature, StopReason } from '../neutral/answer.ts';
import { toolNamed } from '../neutral/foreign-tools.ts';
import { packSignature } from '../neutral/signatures.ts';
import type { AnswerContext } from '../translation.ts';
import { itemId } from './ids.ts';
import { CallItem, ImageItem, type Item, MessageItem, NativeItem, type Send, ThoughtItem } from './output-items.ts';
import { type Ending, endingOf } from './response.ts';

type Of<T extends NeutralEvent['type']> = Extract<NeutralEvent, { type: T }>;

/**
 * The events of an answer as the items of `output`, each step told by `send`. Text and thoughts come one after the other;
 * calls stay open beside them until the end, as pieces of their arguments may come mixed.
 */
export class OutputWriter {
  readonly items: Item[] = [];
  private readonly calls: CallItem[] = [];
  private message: MessageItem | undefined;
  private thought: ThoughtItem | undefined;
  private refused = false;
  private stop: StopReason | undefined;

  constructor(
    private readonly context: AnswerContext,
    private readonly send: Send,
  ) {}

  get output(): JsonObject[] {
    return this.items.map(({ item }) => item);
  }

  /** The items that are told to their end. */
  get whole(): JsonObject[] {
    return this.items.flatMap(({ item, closed }) => (closed ? [item] : []));
  }

  add(event: NeutralEvent): void {
    // Responses know one answer alone.
    if ('choice' in event && event.choice !== 0) return;
    switch (event.type) {
      case 'text':
        if (event.text !== '') this.openMessage().text(event.text);
        return;
      case 'refusal':
        this.refused = true;
        if (event.text !== '') this.openMessage().refusal(event.text);
        return;
      case 'audio':
        if (event.transcript) this.openMessage().text(event.transcript);
        return;
      case 'logprobs':
        this.openMessage().logprobs(event.tokens);
        return;
      case 'citation':
        (this.message ?? this.lastMessage())?.annotate(event.citation);
        return;
      case 'reasoning':
        if (event.text !== '') this.openThought().add(event.text, event.summary === true || this.showsSummaries);
        return;
      case 'signature':
        this.sign(event.signature);
        return;
      case 'tool-call':
        this.call(event);
        return;
      case 'tool-arguments':
        this.calls[event.call]?.add(event.text);
        return;
      case 'image':
        this.closeProse();
        this.place((id, index) => new ImageItem(id('ig'), index, this.send, event)).close();
        return;
      case 'native':
        this.native(event);
        return;
      case 'finish':
        this.stop = event.reason;
    }
  }

  /** Closes what is open, and says how the answer ended. */
  end(): Ending {
    const ending = endingOf(this.stop, this.refused);
    const last = this.items.at(-1);
    for (const item of this.items) item.close(item === last ? ending.status : 'completed');
    return ending;
  }

  private get showsSummaries(): boolean {
    return this.context.request.reasoning?.summary !== undefined;
  }

  private place<T extends Item>(make: (id: (prefix: string) => string, index: number) => T): T {
    const index = this.items.length;
    const item = make((prefix) => itemId(prefix, this.context.requestId, index), index);
    this.items.push(item);
    return item;
  }

  private openMessage(): MessageItem {
    if (this.message) return this.message;
    this.closeProse();
    this.message = this.place((id, index) => new MessageItem(id('msg'), index, this.send));
    return this.message;
  }

  private openThought(): ThoughtItem {
    if (this.thought) return this.thought;
    this.closeProse();
    this.thought = this.place((id, index) => new ThoughtItem(id('rs'), index, this.send));
    return this.thought;
  }

  private closeProse(): void {
    this.message?.close();
    this.thought?.close();
    this.message = undefined;
    this.thought = undefined;
  }

  private lastMessage(): MessageItem | undefined {
    return this.items.findLast((item) => item instanceof MessageItem);
  }

  /** Ends the thought that is open, or is one without text. OpenAI's own stands as OpenAI wrote it. */
  private sign(signature: Signature): void {
    if (signature.redacted) this.closeProse();
    const { id: _id, ...unnamed } = signature;
    this.openThought().sign(packSignature(signature.family === 'openai' ? unnamed : signature, 'openai'));
    this.closeProse();
  }

  private call(event: Of<'tool-call'>): void {
    const { call, id, name, custom, signature, namespace } = event;
    // A call has no place for a signature: it goes before it, naming the call.
    if (signature) this.sign({ ...signature, id });
    this.closeProse();
    const tool = namespace === undefined ? toolNamed(this.context.request.tools, name) : undefined;
    const free = custom === true || tool?.type === 'custom';
    const facts = {
      callId: id,
      name: tool?.name ?? name,
      namespace: tool?.namespace ?? namespace,
      kind: free ? (custom ? 'custom' : 'wrapped') : 'function',
    } as const;
    this.calls[call] = this.place(
      (itemIdOf, index) => new CallItem(itemIdOf(free ? 'ctc' : 'fc'), index, this.send, facts),
    );
  }

  private native({ family, value }: Of<'native'>): void {
    const shown = family === 'openai' ? value : searchOf(value);
    if (!shown) return;
    this.closeProse();
    this.place((id, index) => new NativeItem(id('ws'), index, this.send, shown)).close();
  }
}

/** A web search of Anthropic's as OpenAI's. Other tools of theirs have no likeness here. */
function searchOf(value: JsonObject): JsonObject | undefined {
  if (value.type !== 'server_tool_use' || value.name !== 'web_search') return undefined;
  const { query } = (value.input ?? {}) as JsonObject;
  return { type: 'web_search_call', action: { type: 'search', query: typeof query === 'string' ? query : '' } };
}
