import Anthropic from '@anthropic-ai/sdk';
import type {
  Message,
  MessageCreateParamsNonStreaming,
  MessageParam,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import { expect } from 'vitest';
import { seal, toolResult } from '../../../helpers/providers/scenario.ts';
import { type Caller, callsOf, checkCost, idOf, MOST_TURNS, tellsRefusal, textOf } from '../caller.ts';
import { asked, type Connection, MAX_TOKENS, type Question, SYSTEM, THINK_TOKENS } from '../question.ts';

function params(question: Question): MessageCreateParamsNonStreaming {
  const { text, tool, reasoning, image, structured } = asked(question);
  return {
    model: question.model,
    max_tokens: MAX_TOKENS,
    system: SYSTEM.map((text) => ({ type: 'text' as const, text })),
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text },
          ...(image
            ? [
                {
                  type: 'image' as const,
                  source: { type: 'base64' as const, media_type: 'image/png' as const, data: image },
                },
              ]
            : []),
        ],
      },
    ],
    ...(tool && {
      tools: [
        {
          name: tool.name,
          description: tool.description,
          input_schema: tool.schema as Anthropic.Tool.InputSchema,
        },
      ],
    }),
    ...(reasoning && { thinking: { type: 'enabled' as const, budget_tokens: THINK_TOKENS } }),
    ...(structured && { output_config: { format: { type: 'json_schema' as const, schema: structured } } }),
  };
}

async function run({ url, key }: Connection, body: MessageCreateParamsNonStreaming, stream: boolean): Promise<Message> {
  const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0, timeout: 60_000 });
  if (!stream) return client.messages.create(body);
  // The helper keeps what it knows of the usage; the cost stands in the event.
  let usage: object = {};
  const runner = client.messages.stream(body).on('streamEvent', (event) => {
    if (event.type === 'message_delta') usage = event.usage;
  });
  const message = await runner.finalMessage();
  return { ...message, usage: { ...usage, ...message.usage } };
}

const STOP = { stop: 'end_turn', length: 'max_tokens', calls: 'tool_use', refusal: 'refusal' } as const;

/** Anthropic Messages, by `@anthropic-ai/sdk`. */
export const messages: Caller = {
  ask: (connection, question, stream) => run(connection, params(question), stream),

  check(outcome, expectation) {
    const message = outcome as Message;
    const { reply, kind } = expectation;
    expect(message).toMatchObject({ type: 'message', role: 'assistant', stop_reason: STOP[reply.stop] });
    const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    if (reply.stop !== 'refusal') expect(text).toBe(textOf(reply, 'text'));
    else if (tellsRefusal(kind)) expect(text).toBe(textOf(reply, 'refusal'));
    const calls = message.content.filter((block) => block.type === 'tool_use');
    expect(calls).toMatchObject(
      callsOf(reply).map(({ id, name, arguments: json }) => ({ id: idOf(kind, id), name, input: JSON.parse(json) })),
    );
    const thoughts = message.content.filter((block) => block.type === 'thinking');
    expect(thoughts.map(({ thinking }) => thinking).join('')).toBe(textOf(reply, 'reasoning'));
    if (kind === 'anthropic-messages')
      for (const { thinking, signature } of thoughts) expect(signature).toBe(seal('anthropic', thinking));
    expect(message.content.some((block) => block.type === 'text' && block.text === '')).toBe(false);
    const { input, cached, output } = reply.usage;
    expect(message.usage).toMatchObject({
      input_tokens: input,
      cache_read_input_tokens: cached,
      output_tokens: output,
    });
    checkCost(message.usage, expectation);
  },

  async loop(connection, question, stream) {
    const body = params(question);
    const history: MessageParam[] = [...body.messages];
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const { content } = await run(connection, { ...body, messages: history }, stream);
      const calls = content.filter((block) => block.type === 'tool_use');
      if (calls.length === 0)
        return { text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''), turns: turn };
      history.push({ role: 'assistant', content });
      history.push({
        role: 'user',
        content: calls.map(
          (call): ToolResultBlockParam => ({
            type: 'tool_result',
            tool_use_id: call.id,
            content: toolResult(call.name, call.input),
          }),
        ),
      });
    }
    throw new Error('the loop does not end');
  },
};
