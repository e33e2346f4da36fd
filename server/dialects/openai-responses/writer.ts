import type { GatewayError } from '../../../shared/errors.ts';
import { type JsonObject, toJson } from '../lossless.ts';
import type { NeutralEvent } from '../neutral/answer.ts';
import type { AnswerContext, EventWriter, Totals } from '../translation.ts';
import { failedResponse } from './failed.ts';
import { OutputWriter } from './output-writer.ts';
import { openResponse, wholeResponse } from './response.ts';

/** The events of an answer as a Responses stream, from `response.created` to `response.completed`. */
export class ResponsesWriter implements EventWriter {
  private sequence = 0;
  private frames = '';
  private response: JsonObject | undefined;
  private readonly output: OutputWriter;

  constructor(private readonly context: AnswerContext) {
    this.output = new OutputWriter(context, (type, members) => this.send(type, members));
  }

  write(event: NeutralEvent): string {
    this.begin(event.type === 'start' ? event.model : '');
    this.output.add(event);
    return this.take();
  }

  end(totals: Totals): string {
    const opened = this.begin('');
    const ending = this.output.end();
    const response = wholeResponse(opened, this.output.output, ending, totals, this.context);
    this.send(ending.status, { response });
    this.context.answered?.(response);
    return this.take();
  }

  fail(error: GatewayError): string {
    this.send('failed', { response: failedResponse(error, { ...this.begin(''), output: this.output.whole }) });
    return this.take();
  }

  private begin(model: string): JsonObject {
    if (this.response) return this.response;
    const response = openResponse(model, this.context);
    this.response = response;
    this.send('created', { response });
    this.send('in_progress', { response });
    return response;
  }

  private send(name: string, members: JsonObject): void {
    const type = `response.${name}`;
    const data = toJson({ type, sequence_number: this.sequence++, ...members });
    this.frames += `event: ${type}\ndata: ${data}\n\n`;
  }

  private take(): string {
    const { frames } = this;
    this.frames = '';
    return frames;
  }
}
