import {
  type Content,
  type GenerateContentParameters,
  GenerateContentResponse,
  GoogleGenAI,
  type Part,
} from '@google/genai';
import { expect } from 'vitest';
import { toolResult } from '../../../helpers/providers/scenario.ts';
import { type Caller, callsOf, checkCost, countsReasoning, MOST_TURNS, textOf } from '../caller.ts';
import { asked, type Connection, MAX_TOKENS, type Question, SYSTEM, THINK_TOKENS } from '../question.ts';

function params(question: Question): Omit<GenerateContentParameters, 'contents'> & { contents: Content[] } {
  const { text, tool, reasoning, image, structured } = asked(question);
  // A model that takes levels refuses a budget, and the other way round.
  const levels = /gemini-3/.test(question.model);
  return {
    model: question.model,
    contents: [
      {
        role: 'user',
        parts: [{ text }, ...(image ? [{ inlineData: { mimeType: 'image/png', data: image } }] : [])],
      },
    ],
    config: {
      systemInstruction: { parts: SYSTEM.map((text) => ({ text })) },
      maxOutputTokens: MAX_TOKENS,
      ...(tool && {
        tools: [
          {
            functionDeclarations: [
              { name: tool.name, description: tool.description, parametersJsonSchema: tool.schema },
            ],
          },
        ],
      }),
      ...(reasoning && {
        thinkingConfig: {
          includeThoughts: true,
          ...(levels ? { thinkingLevel: 'HIGH' as never } : { thinkingBudget: THINK_TOKENS }),
        },
      }),
      ...(structured && { responseMimeType: 'application/json', responseJsonSchema: structured }),
    },
  };
}

/** Chunks of a stream as one response: parts one after the other, text in a row joined, the rest from the last. */
async function run(
  { url, key }: Connection,
  body: GenerateContentParameters,
  stream: boolean,
): Promise<GenerateContentResponse> {
  const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
  if (!stream) return client.models.generateContent(body);
  const whole = new GenerateContentResponse();
  const parts: Part[] = [];
  for await (const chunk of await client.models.generateContentStream(body)) {
    const [candidate] = chunk.candidates ?? [];
    for (const part of candidate?.content?.parts ?? []) join(parts, part);
    Object.assign(whole, chunk);
    whole.candidates = [{ ...candidate, content: { role: 'model', parts } }];
  }
  return whole;
}

function join(parts: Part[], part: Part): void {
  const last = parts.at(-1);
  const bare = Object.keys(part).every((key) => key === 'text' || key === 'thought');
  if (bare && last?.text !== undefined && (last.thought ?? false) === (part.thought ?? false) && !last.thoughtSignature)
    last.text += part.text ?? '';
  else parts.push({ ...part });
}

const FINISH = { stop: 'STOP', length: 'MAX_TOKENS', calls: 'STOP' } as const;

/** Gemini native, by `@google/genai`. */
export const gemini: Caller = {
  ask: (connection, question, stream) => run(connection, params(question), stream),

  check(outcome, expectation) {
    const response = outcome as GenerateContentResponse;
    const { reply, kind } = expectation;
    expect(response).toBeInstanceOf(GenerateContentResponse);
    expect(response.candidates).toHaveLength(1);
    const [candidate] = response.candidates!;
    if (reply.stop === 'refusal') expect(['SAFETY', 'PROHIBITED_CONTENT', 'OTHER']).toContain(candidate!.finishReason);
    else expect(candidate!.finishReason).toBe(FINISH[reply.stop]);
    const parts = candidate!.content?.parts ?? [];
    if (reply.stop !== 'refusal') {
      // The getter warns on the console where there are calls, too.
      const said = parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join('');
      expect(response.functionCalls ? said : (response.text ?? '')).toBe(textOf(reply, 'text'));
    }
    expect(response.functionCalls ?? []).toMatchObject(
      callsOf(reply).map(({ name, arguments: json }) => ({ name, args: JSON.parse(json) })),
    );
    expect(response.functionCalls ?? []).toHaveLength(callsOf(reply).length);
    const thought = parts.map((part) => (part.thought ? (part.text ?? '') : '')).join('');
    expect(thought).toBe(textOf(reply, 'reasoning'));
    const { input, cached, output, reasoning } = reply.usage;
    const apart = countsReasoning(kind) ? reasoning : 0;
    expect(response.usageMetadata).toMatchObject({
      promptTokenCount: input + cached,
      cachedContentTokenCount: cached,
      candidatesTokenCount: output - apart,
      totalTokenCount: input + cached + output,
      ...(apart > 0 && { thoughtsTokenCount: apart }),
    });
    checkCost(response.usageMetadata, expectation);
  },

  async loop(connection, question, stream) {
    const body = params(question);
    const contents: Content[] = [...body.contents];
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const response = await run(connection, { ...body, contents }, stream);
      const calls = response.functionCalls ?? [];
      if (calls.length === 0) return { text: response.text ?? '', turns: turn };
      contents.push(response.candidates![0]!.content!);
      contents.push({
        role: 'user',
        parts: calls.map(({ id, name, args }) => ({
          functionResponse: {
            ...(id !== undefined && { id }),
            name: name!,
            response: { output: toolResult(name!, args) },
          },
        })),
      });
    }
    throw new Error('the loop does not end');
  },
};
