import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, type LanguageModel, Output, stepCountIs, streamText, tool } from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS } from '../../helpers/providers/kinds.ts';
import { LOOP_TURNS, loopEnd, loopResults, STRUCTURED, TEXT, toolResult } from '../../helpers/providers/scenario.ts';
import { PERSON, prompt, WEATHER } from './question.ts';
import { modelOf, startWorld, type World } from './world.ts';

/** The `ai` package with each of its own providers, at every provider dialect. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const CLIENTS: Record<string, (model: string) => LanguageModel> = {
  '@ai-sdk/openai-compatible': (model) =>
    createOpenAICompatible({
      name: 'gateway',
      baseURL: `${world.url}/v1`,
      apiKey: world.key,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })(model),
  '@ai-sdk/openai': (model) => createOpenAI({ baseURL: `${world.url}/v1`, apiKey: world.key }).responses(model),
  '@ai-sdk/anthropic': (model) => createAnthropic({ baseURL: `${world.url}/v1`, apiKey: world.key })(model),
  '@ai-sdk/google': (model) => createGoogleGenerativeAI({ baseURL: `${world.url}/v1beta`, apiKey: world.key })(model),
};

const tools = {
  get_weather: tool({
    description: WEATHER.description,
    inputSchema: jsonSchema(WEATHER.schema as never),
    execute: (input: unknown) => toolResult('get_weather', input),
  }),
};

describe.each(Object.keys(CLIENTS).flatMap((client) => KINDS.map((kind) => ({ client, kind }))))(
  '$client at $kind',
  ({ client, kind }) => {
    const question = (scenario: string) => ({ scenario, id: `${client.slice(8)}-${kind}-${scenario}`, model: '' });
    const model = (scenario: string) => CLIENTS[client]!(modelOf(kind, scenario));
    const system = 'You are terse.';

    test.concurrent('generateText', async () => {
      const { text, usage, finishReason } = await generateText({
        model: model('text'),
        system,
        prompt: prompt(question('text')),
        maxRetries: 0,
      });
      expect(text).toBe(TEXT);
      expect(finishReason).toBe('stop');
      expect(usage).toMatchObject({ inputTokens: 120, outputTokens: 50 });
    });

    test.concurrent('streamText with tools, to the end of the loop', async () => {
      let failure: unknown;
      const result = streamText({
        model: model('loop'),
        system,
        prompt: prompt(question('loop')),
        tools,
        stopWhen: stepCountIs(LOOP_TURNS + 5),
        maxRetries: 0,
        onError({ error }) {
          failure = error;
        },
      });
      const steps = await Promise.resolve(result.steps).catch(() => {
        throw failure;
      });
      // Google's client puts a result into words of its own; the double counts them all the same.
      if (client === '@ai-sdk/google') expect(steps.at(-1)!.text).toMatch(/^20 results/);
      else expect(steps.at(-1)!.text).toBe(loopEnd(loopResults()));
      expect(steps).toHaveLength(LOOP_TURNS + 1);
      expect(steps[0]!.toolCalls).toMatchObject([
        { toolName: 'get_weather', input: { city: 'Left 0' } },
        { toolName: 'get_weather', input: { city: 'Right 0' } },
      ]);
      expect(steps[0]!.finishReason).toBe('tool-calls');
    });

    test.concurrent('structured output', async () => {
      const { output } = await generateText({
        model: model('structured'),
        system,
        prompt: prompt(question('structured')),
        output: Output.object({ schema: jsonSchema(PERSON as never) }),
        maxRetries: 0,
      });
      expect(output).toEqual(JSON.parse(STRUCTURED));
    });
  },
);
