import { isObject, type JsonObject } from '../lossless.ts';
import { SseSource } from '../sse-source.ts';
import { OutputReader } from './output-reader.ts';
import { failureOf, textOf } from './usage.ts';

/** A stream of Responses events as neutral events. Source: the OpenAI API reference, "Streaming events". */
export class ResponsesSource extends SseSource {
  private readonly output = new OutputReader((event) => this.emit(event));

  protected read(event: JsonObject): void {
    const { output } = this;
    const { item } = event;
    const told = () => output.at(event.output_index, event.item_id ?? (isObject(item) ? item.id : undefined));
    switch (event.type) {
      case 'response.created':
      case 'response.in_progress':
        if (isObject(event.response)) output.start(event.response);
        return;
      case 'response.output_item.added':
        if (isObject(item)) output.added(told(), item);
        return;
      case 'response.output_item.done':
        if (isObject(item)) output.item(told(), item);
        return;
      case 'response.output_text.delta':
        output.text(told(), textOf(event.delta));
        output.logprobs(event.logprobs);
        return;
      case 'response.output_text.annotation.added':
        output.annotation(told(), event.annotation);
        return;
      case 'response.refusal.delta':
        output.refusal(told(), textOf(event.delta));
        return;
      case 'response.reasoning_summary_part.added':
        if (typeof event.summary_index === 'number' && event.summary_index > 0) output.thought(told(), '\n\n', true);
        return;
      case 'response.reasoning_summary_text.delta':
        output.thought(told(), textOf(event.delta), true);
        return;
      case 'response.reasoning_text.delta':
        output.thought(told(), textOf(event.delta), false);
        return;
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        output.arguments(told(), textOf(event.delta));
        return;
      case 'response.function_call_arguments.done':
        output.wholeArguments(told(), textOf(event.arguments));
        return;
      case 'response.custom_tool_call_input.done':
        output.wholeArguments(told(), textOf(event.input));
        return;
      case 'response.completed':
      case 'response.incomplete':
        output.finish(isObject(event.response) ? event.response : {});
        this.complete = true;
        return;
      case 'response.failed':
      case 'error': {
        const { message, type, code } = failureOf(event);
        this.fail(message, type, code);
      }
    }
  }

  /** `[DONE]` is no terminal event here. */
  protected override readText(data: string): void {
    if (data.trim() !== '[DONE]') super.readText(data);
  }
}
