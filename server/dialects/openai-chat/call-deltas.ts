import { randomBytes } from 'node:crypto';
import { isObject, type JsonObject, toJson } from '../lossless.ts';
import type { NeutralEvent } from '../neutral/answer.ts';
import { readSignature } from './extra-content.ts';

type Emit = (event: NeutralEvent) => void;

interface Call {
  /** Its number among the calls of the choice. */
  number: number;
  id: string;
  /** The caller has been told of it. */
  begun: boolean;
  custom: boolean;
  /** Arguments that came before the name. */
  early: string;
}

/**
 * The tool calls of one choice, put together from pieces as providers really send them: without `index`, with the same
 * index for parallel calls, the id and name once or in each piece, arguments as text or as an object.
 */
export class CallDeltas {
  private readonly calls: Call[] = [];
  /** By the provider's own index. */
  private readonly byIndex = new Map<number, Call>();
  private last: Call | undefined;

  constructor(
    private readonly choice: number,
    private readonly emit: Emit,
  ) {}

  /** How many have begun. */
  get count(): number {
    return this.calls.length;
  }

  /** One piece of `tool_calls`. */
  read(delta: unknown): void {
    if (!isObject(delta)) return;
    const custom = isObject(delta.custom);
    const body = isObject(delta.custom) ? delta.custom : isObject(delta.function) ? delta.function : {};
    const id = typeof delta.id === 'string' ? delta.id : '';
    const name = typeof body.name === 'string' ? body.name : '';
    const call = this.find(typeof delta.index === 'number' ? delta.index : undefined, id, name);
    if (!call) return;
    if (call.id === '') call.id = id;
    if (name !== '' && !call.begun) this.begin(call, name, custom, delta.extra_content);
    this.append(call, textOf(custom ? body.input : body.arguments));
  }

  /** The `function_call` of before there were tools. */
  readLegacy(delta: unknown): void {
    if (isObject(delta)) this.read({ index: 0, function: delta });
  }

  private find(index: number | undefined, id: string, name: string): Call | undefined {
    const known = this.known(index, id, name);
    if (known) {
      this.last = known;
      return known;
    }
    if (id === '' && name === '' && index === undefined) return undefined;
    const call: Call = { number: this.calls.length, id, begun: false, custom: false, early: '' };
    this.calls.push(call);
    if (index !== undefined) this.byIndex.set(index, call);
    this.last = call;
    return call;
  }

  private known(index: number | undefined, id: string, name: string): Call | undefined {
    if (index === undefined) {
      if (id !== '') return this.calls.find((call) => call.id === id);
      return name === '' ? this.last : undefined;
    }
    const call = this.byIndex.get(index);
    // Another id and a name: a call of its own, whose index the provider did not count.
    const another = call?.begun && name !== '' && id !== '' && call.id !== id;
    return another ? this.calls.find((other) => other.id === id) : call;
  }

  private begin(call: Call, name: string, custom: boolean, extra: unknown): void {
    call.begun = true;
    call.custom = custom;
    if (call.id === '') call.id = `call_${randomBytes(12).toString('hex')}`;
    const signature = readSignature(extra);
    this.emit({
      type: 'tool-call',
      choice: this.choice,
      call: call.number,
      id: call.id,
      name,
      ...(custom && { custom }),
      ...(signature && { signature }),
    });
    const { early } = call;
    call.early = '';
    this.append(call, early);
  }

  private append(call: Call, text: string): void {
    if (text === '') return;
    if (call.begun) this.emit({ type: 'tool-arguments', choice: this.choice, call: call.number, text });
    else call.early += text;
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return isObject(value) || Array.isArray(value) ? toJson(value as JsonObject) : '';
}
