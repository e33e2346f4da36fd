import OpenAI from 'openai';
import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources';
import { expect } from 'vitest';
import { toolResult } from '../../../helpers/providers/scenario.ts';
import { type Caller, callsOf, checkCost, countsReasoning, idOf, MOST_TURNS, tellsRefusal, textOf } from '../caller.ts';
import { asked, type Connection, MAX_TOKENS, type Question, SYSTEM } from '../question.ts';

function params(question: Question): ChatCompletionCreateParamsNonStreaming {
  const { text, tool, reasoning, image, structured } = asked(question);
  return {
    model: question.model,
    max_completion_tokens: MAX_TOKENS,
    messages: [
      ...SYSTEM.map((content) => ({ role: 'system' as const, content })),
      {
        role: 'user',
        content: image
          ? [
              { type: 'text', text },
              { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
            ]
          : text,
      },
    ],
    ...(tool && {
      tools: [
        {
          type: 'function' as const,
          function: { name: tool.name, description: tool.description, parameters: tool.schema },
        },
      ],
    }),
    ...(reasoning && { reasoning_effort: 'medium' as const }),
    ...(structured && {
      response_format: {
        type: 'json_schema' as const,
        json_schema: { name: 'person', schema: structured, strict: true },
      },
    }),
  };
}

interface Outcome {
  completion: ChatCompletion;
  /** Thoughts have no place in the SDK's types; of a stream they come piece by piece. */
  reasoning: string;
}

async function run(
  { url, key }: Connection,
  body: ChatCompletionCreateParamsNonStreaming,
  stream: boolean,
): Promise<Outcome> {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
  if (!stream) {
    const completion = await client.chat.completions.create(body);
    return { completion, reasoning: thoughtOf(completion.choices[0]!.message) };
  }
  let reasoning = '';
  const runner = client.chat.completions.stream({ ...body, stream: true, stream_options: { include_usage: true } });
  runner.on('chunk', (chunk) => {
    if (chunk.choices[0]) reasoning += thoughtOf(chunk.choices[0].delta);
  });
  return { completion: await runner.finalChatCompletion(), reasoning };
}

function thoughtOf(message: object): string {
  const { reasoning, reasoning_content } = message as { reasoning?: string; reasoning_content?: string };
  return reasoning ?? reasoning_content ?? '';
}

const FINISH = { stop: 'stop', length: 'length', calls: 'tool_calls' } as const;

/** OpenAI chat completions, by `openai`. */
export const chat: Caller = {
  ask: (connection, question, stream) => run(connection, params(question), stream),

  check(outcome, expectation) {
    const { completion, reasoning } = outcome as Outcome;
    const { reply, kind } = expectation;
    expect(completion.object).toBe('chat.completion');
    expect(completion.id).toEqual(expect.any(String));
    expect(completion.choices).toHaveLength(1);
    const { message, finish_reason: finish } = completion.choices[0]!;
    expect(message.role).toBe('assistant');
    if (reply.stop === 'refusal') {
      if (tellsRefusal(kind)) expect(message.refusal).toBe(textOf(reply, 'refusal'));
      else expect(message.refusal ? 'content_filter' : finish).toBe('content_filter');
    } else expect(finish).toBe(FINISH[reply.stop]);
    expect(message.content ?? '').toBe(textOf(reply, 'text'));
    expect(message.tool_calls ?? []).toMatchObject(
      callsOf(reply).map(({ id, name, arguments: text }) => ({
        id: idOf(kind, id),
        type: 'function',
        function: { name, arguments: text },
      })),
    );
    expect(message.tool_calls ?? []).toHaveLength(callsOf(reply).length);
    expect(reasoning).toBe(textOf(reply, 'reasoning'));
    const { input, cached, output } = reply.usage;
    expect(completion.usage).toMatchObject({
      prompt_tokens: input + cached,
      completion_tokens: output,
      total_tokens: input + cached + output,
      prompt_tokens_details: { cached_tokens: cached },
      ...(reply.usage.reasoning > 0 &&
        countsReasoning(kind) && { completion_tokens_details: { reasoning_tokens: reply.usage.reasoning } }),
    });
    checkCost(completion.usage, expectation);
  },

  async loop(connection, question, stream) {
    const body = params(question);
    const messages: ChatCompletionMessageParam[] = [...body.messages];
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const { completion } = await run(connection, { ...body, messages }, stream);
      const { message } = completion.choices[0]!;
      const calls = message.tool_calls ?? [];
      if (calls.length === 0) return { text: message.content ?? '', turns: turn };
      messages.push(stripped(message));
      for (const call of calls) {
        if (call.type !== 'function') throw new Error('a call of no function');
        const content = toolResult(call.function.name, JSON.parse(call.function.arguments));
        messages.push({ role: 'tool', tool_call_id: call.id, content });
      }
    }
    throw new Error('the loop does not end');
  },
};

/** What the SDK's stream helper adds for its own use is not sent back. */
function stripped(message: ChatCompletion['choices'][number]['message']): ChatCompletionMessageParam {
  const { parsed: _parsed, ...rest } = message as typeof message & { parsed?: unknown };
  return {
    ...rest,
    ...(rest.tool_calls && {
      tool_calls: rest.tool_calls.map((call) => {
        if (call.type !== 'function') return call;
        const { parsed_arguments: _arguments, ...fn } = call.function as typeof call.function & {
          parsed_arguments?: unknown;
        };
        return { ...call, function: fn };
      }),
    }),
  };
}
