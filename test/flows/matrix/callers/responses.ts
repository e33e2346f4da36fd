import OpenAI from 'openai';
import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInput,
  ResponseInputItem,
} from 'openai/resources/responses/responses';
import { expect } from 'vitest';
import { toolResult } from '../../../helpers/providers/scenario.ts';
import { type Caller, callsOf, checkCost, countsReasoning, idOf, MOST_TURNS, tellsRefusal, textOf } from '../caller.ts';
import { asked, type Connection, MAX_TOKENS, type Question, SYSTEM } from '../question.ts';

function params(question: Question): Omit<ResponseCreateParamsNonStreaming, 'input'> & { input: ResponseInput } {
  const { text, tool, reasoning, image, structured } = asked(question);
  const [instructions, developer] = SYSTEM;
  return {
    model: question.model,
    max_output_tokens: MAX_TOKENS,
    store: false,
    instructions,
    input: [
      { role: 'developer', content: developer },
      {
        role: 'user',
        content: [
          { type: 'input_text', text },
          ...(image
            ? [{ type: 'input_image' as const, image_url: `data:image/png;base64,${image}`, detail: 'auto' as const }]
            : []),
        ],
      },
    ],
    ...(tool && {
      tools: [
        {
          type: 'function' as const,
          name: tool.name,
          description: tool.description,
          parameters: tool.schema,
          strict: false,
        },
      ],
    }),
    ...(reasoning && {
      reasoning: { effort: 'medium' as const, summary: 'auto' as const },
      include: ['reasoning.encrypted_content' as const],
    }),
    ...(structured && {
      text: { format: { type: 'json_schema' as const, name: 'person', schema: structured, strict: true } },
    }),
  };
}

async function run(
  { url, key }: Connection,
  body: ResponseCreateParamsNonStreaming,
  stream: boolean,
): Promise<Response> {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
  if (!stream) return client.responses.create(body);
  const runner = client.responses.stream({ ...body, stream: true });
  // What is said piece by piece is what is said in the end.
  const said = new Map<string, string>();
  runner.on('response.output_text.delta', ({ item_id, delta }) => said.set(item_id, (said.get(item_id) ?? '') + delta));
  runner.on('response.function_call_arguments.delta', ({ item_id, delta }) =>
    said.set(item_id, (said.get(item_id) ?? '') + delta),
  );
  const response = await runner.finalResponse();
  for (const item of response.output) {
    if (item.type === 'function_call') expect(said.get(item.id!)).toBe(item.arguments);
    if (item.type === 'message' && item.content[0]?.type === 'output_text')
      expect(said.get(item.id)).toBe(item.content[0].text);
  }
  return response;
}

/** OpenAI Responses, by `openai`. */
export const responses: Caller = {
  ask: (connection, question, stream) => run(connection, params(question), stream),

  check(outcome, expectation) {
    const response = outcome as Response;
    const { reply, kind } = expectation;
    expect(response.object).toBe('response');
    expect(response.id).toMatch(/^resp_/);
    expect(response.error).toBeNull();
    const messages = response.output.filter((item) => item.type === 'message');
    const parts = messages.flatMap(({ content }) => content);
    if (reply.stop === 'refusal') {
      const refusal = parts.map((part) => (part.type === 'refusal' ? part.refusal : '')).join('');
      if (tellsRefusal(kind)) expect(refusal).toBe(textOf(reply, 'refusal'));
      else expect(refusal ? 'content_filter' : response.incomplete_details?.reason).toBe('content_filter');
    } else if (reply.stop === 'length') {
      expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
    } else expect(response).toMatchObject({ status: 'completed', incomplete_details: null });
    expect(parts.map((part) => (part.type === 'output_text' ? part.text : '')).join('')).toBe(textOf(reply, 'text'));
    const calls = response.output.filter((item) => item.type === 'function_call');
    expect(calls).toMatchObject(
      callsOf(reply).map(({ id, name, arguments: text }) => ({
        call_id: idOf(kind, id),
        name,
        arguments: text,
        status: 'completed',
      })),
    );
    const thoughts = response.output.filter((item) => item.type === 'reasoning');
    const thought = thoughts.flatMap(({ summary, content }) => [...summary, ...(content ?? [])]);
    expect(thought.map(({ text }) => text).join('')).toBe(textOf(reply, 'reasoning'));
    expect(new Set(response.output.map((item) => item.id)).size).toBe(response.output.length);
    const { input, cached, output, reasoning } = reply.usage;
    expect(response.usage).toMatchObject({
      input_tokens: input + cached,
      output_tokens: output,
      total_tokens: input + cached + output,
      input_tokens_details: { cached_tokens: cached },
      ...(countsReasoning(kind) && { output_tokens_details: { reasoning_tokens: reasoning } }),
    });
    checkCost(response.usage, expectation);
  },

  async loop(connection, question, stream) {
    const body = params(question);
    const input: ResponseInput = [...body.input];
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const response = await run(connection, { ...body, input }, stream);
      const calls = response.output.filter((item) => item.type === 'function_call');
      const text = response.output.flatMap((item) => (item.type === 'message' ? item.content : []));
      if (calls.length === 0) {
        return { text: text.map((part) => (part.type === 'output_text' ? part.text : '')).join(''), turns: turn };
      }
      for (const item of response.output) {
        const { parsed_arguments: _arguments, ...rest } = item as ResponseInputItem & { parsed_arguments?: unknown };
        if (rest.type === 'message' && 'content' in rest && Array.isArray(rest.content)) {
          for (const part of rest.content) delete (part as { parsed?: unknown }).parsed;
        }
        input.push(rest as ResponseInputItem);
      }
      for (const call of calls) {
        const output = toolResult(call.name, JSON.parse(call.arguments));
        input.push({ type: 'function_call_output', call_id: call.call_id, output });
      }
    }
    throw new Error('the loop does not end');
  },
};
