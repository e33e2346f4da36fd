import type { JsonObject } from '../lossless.ts';
import type { Answer, AnswerChoice, NeutralEvent } from '../neutral/answer.ts';
import type { AssistantPart } from '../neutral/request.ts';
import type { AnswerContext, Totals } from '../translation.ts';
import { OutputWriter } from './output-writer.ts';
import { openResponse, wholeResponse } from './response.ts';

/** A whole answer as a response: its items are made as those of a stream are. */
export function writeAnswer(answer: Answer, totals: Totals, context: AnswerContext): JsonObject {
  const output = new OutputWriter(context, () => {});
  const choice = answer.choices[0];
  if (choice) for (const event of eventsOf(choice)) output.add(event);
  const ending = output.end();
  const response = wholeResponse(openResponse(answer.model, context), output.output, ending, totals, context);
  if (answer.tier !== undefined) response.service_tier = answer.tier;
  context.answered?.(response);
  return response;
}

function* eventsOf({ content, stop, logprobs }: AnswerChoice): Generator<NeutralEvent> {
  let call = 0;
  let tokens = logprobs?.content ?? [];
  for (const part of content) {
    if (part.type === 'tool-call') {
      const { id, name, custom, namespace, signature } = part;
      const facts = {
        ...(custom && { custom }),
        ...(namespace !== undefined && { namespace }),
        ...(signature && { signature }),
      };
      yield { type: 'tool-call', choice: 0, call, id, name, ...facts };
      yield { type: 'tool-arguments', choice: 0, call: call++, text: part.arguments };
      continue;
    }
    yield* partEvents(part);
    if (part.type === 'text' && tokens.length > 0) {
      yield { type: 'logprobs', choice: 0, tokens };
      tokens = [];
    }
  }
  yield { type: 'finish', choice: 0, reason: stop };
}

function* partEvents(part: Exclude<AssistantPart, { type: 'tool-call' }>): Generator<NeutralEvent> {
  const choice = 0;
  switch (part.type) {
    case 'text':
      yield { type: 'text', choice, text: part.text };
      for (const citation of part.citations ?? []) yield { type: 'citation', choice, citation };
      if (part.signature) yield { type: 'signature', choice, signature: part.signature };
      return;
    case 'refusal':
      yield { type: 'refusal', choice, text: part.text };
      return;
    case 'reasoning':
      yield { type: 'reasoning', choice, text: part.text, ...(part.summary && { summary: true }) };
      if (part.signature) yield { type: 'signature', choice, signature: part.signature };
      return;
    case 'audio':
      if (part.transcript) yield { type: 'audio', choice, transcript: part.transcript };
      return;
    case 'image':
      if (part.source.kind === 'base64')
        yield { type: 'image', choice, mediaType: part.source.mediaType, data: part.source.data };
      return;
    case 'native':
      yield { type: 'native', choice, family: part.family, value: part.value };
  }
}
