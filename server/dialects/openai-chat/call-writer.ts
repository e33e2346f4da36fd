import type { JsonObject } from '../lossless.ts';
import type { NeutralEvent } from '../neutral/answer.ts';
import { inputOf, toolNamed } from '../neutral/foreign-tools.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import { writeSignature } from './extra-content.ts';

type CallEvent = Extract<NeutralEvent, { type: 'tool-call' | 'tool-arguments' }>;

interface OpenCall {
  custom: boolean;
  /** Arguments held back: a function's, of a tool that the caller knows as free-form. */
  held: string | undefined;
}

/**
 * The tool calls of one choice as deltas. A free-form tool that a foreign model was told of as a function comes back as
 * what it is, once its arguments are whole.
 */
export class CallWriter {
  private readonly calls: (OpenCall | undefined)[] = [];

  constructor(private readonly request: Pick<NeutralRequest, 'tools'>) {}

  get called(): boolean {
    return this.calls.length > 0;
  }

  /** The delta of one event, undefined for nothing yet. */
  write(event: CallEvent): JsonObject | undefined {
    return event.type === 'tool-call' ? this.begin(event) : this.append(event);
  }

  /** What was held back, now that the choice has ended. */
  flush(): JsonObject[] {
    return this.calls.flatMap((call, index) => {
      if (call?.held === undefined) return [];
      const input = inputOf(call.held);
      call.held = undefined;
      return [{ index, custom: { input } }];
    });
  }

  private begin(event: Extract<CallEvent, { type: 'tool-call' }>): JsonObject {
    const { call: index, id, name, signature } = event;
    const told = event.custom !== true && toolNamed(this.request.tools, name)?.type === 'custom';
    const custom = event.custom === true || told;
    this.calls[index] = { custom, held: told ? '' : undefined };
    return {
      index,
      id,
      type: custom ? 'custom' : 'function',
      ...(custom ? { custom: { name, input: '' } } : { function: { name, arguments: '' } }),
      ...(signature && { extra_content: writeSignature(signature) }),
    };
  }

  private append({ call: index, text }: Extract<CallEvent, { type: 'tool-arguments' }>): JsonObject | undefined {
    const call = this.calls[index];
    if (call?.held !== undefined) {
      call.held += text;
      return undefined;
    }
    return { index, ...(call?.custom ? { custom: { input: text } } : { function: { arguments: text } }) };
  }
}
