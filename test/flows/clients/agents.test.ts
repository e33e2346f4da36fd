import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, type Kind } from '../../helpers/providers/kinds.ts';
import { ARGUMENTS, STRUCTURED } from '../../helpers/providers/scenario.ts';
import { modelOf, startWorld, type World } from '../matrix/world.ts';
import { CHAT_CLIENTS, claudeCode, codex, geminiCli } from './bodies.ts';
import { send, type WireAnswer } from './wire.ts';

/** Coding agents as they are today, each at every provider dialect: the double refuses what its API would refuse. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** The answer came from a provider of this dialect, which found nothing to refuse. */
function reached({ status, text }: WireAnswer, id: string, kind: Kind): void {
  const refused = world.providers.refused.filter(([mark]) => mark === id).map(([, , reason]) => reason);
  expect([status, refused, status === 200 ? '' : text]).toEqual([200, [], '']);
  expect(world.providers.seen(id).map((call) => call.kind)).toEqual([kind]);
}

describe.each(KINDS)('at %s', (kind) => {
  const model = modelOf(kind, 'tools');
  // Claude Code puts system messages among the others for models that take them.
  const claude = kind === 'anthropic-messages' ? 'anthropic/claude-opus-5.5' : model;

  test.concurrent.each([
    ['adaptive thinking', {}],
    ['thinking shown as updates', { thinking: { type: 'adaptive', display: 'updates' } }],
    ['a thinking budget', { thinking: { type: 'enabled', budget_tokens: 31999 } }],
    ['thinking off', { thinking: { type: 'disabled' } }],
  ])('Claude Code with %s gets the event lines that it cannot do without', async (name, more) => {
    const id = `claude-${kind}-${name.replaceAll(' ', '')}`;
    const answer = await send(world, claudeCode(claude, `Go [[tools#${id}]]`, more));
    reached(answer, id, kind);
    const types = answer.events.filter(({ event }) => event !== 'ping').map(({ event }) => event);
    expect(answer.events.every(({ event, data }) => event === data.type)).toBe(true);
    expect(types[0]).toBe('message_start');
    expect(types.slice(-2)).toEqual(['message_delta', 'message_stop']);
    const begun = answer.events.flatMap(({ data }) => data.content_block?.type ?? []);
    expect(begun.filter((type) => !type.includes('thinking'))).toEqual(['text', 'tool_use']);
    expect(types.filter((type) => type === 'content_block_stop')).toHaveLength(begun.length);
    const json = answer.events.flatMap(({ data }) => data.delta?.partial_json ?? []).join('');
    expect(json).toBe(ARGUMENTS);
    expect(answer.events.find(({ event }) => event === 'message_delta')!.data.delta.stop_reason).toBe('tool_use');
  });

  test.concurrent('Claude Code gets its titles, structured, with an empty list of tools', async () => {
    const id = `title-${kind}`;
    const schema = {
      type: 'object',
      properties: {
        name: { type: 'string' },
        tags: { type: 'array', items: { type: 'string' } },
        age: { type: 'integer' },
      },
      required: ['name', 'tags', 'age'],
      additionalProperties: false,
    };
    const more = {
      tools: [],
      messages: [{ role: 'user', content: `Title [[structured#${id}]]` }],
      thinking: { type: 'disabled' },
      output_config: { format: { type: 'json_schema', schema } },
    };
    const answer = await send(world, claudeCode(claude, '', more));
    reached(answer, id, kind);
    expect(answer.events.flatMap(({ data }) => data.delta?.text ?? []).join('')).toBe(STRUCTURED);
    expect(answer.events.at(-1)!.event).toBe('message_stop');
  });

  test.concurrent('Codex gets each item done and the whole response', async () => {
    const id = `codex-${kind}`;
    const answer = await send(world, codex(model, `Go [[tools#${id}]]`));
    reached(answer, id, kind);
    expect(answer.events.every(({ event, data }) => event === data.type)).toBe(true);
    const done = answer.events
      .filter(({ event }) => event === 'response.output_item.done')
      .map(({ data }) => data.item);
    expect(done.filter(({ type }) => type === 'message')).toMatchObject([{ content: [{ text: 'I look it up.' }] }]);
    expect(done.filter(({ type }) => type === 'function_call')).toMatchObject([
      { name: 'get_weather', arguments: ARGUMENTS },
    ]);
    const last = answer.events.at(-1)!;
    expect(last.event).toBe('response.completed');
    expect(last.data.response.output).toEqual(done);
    expect(answer.events.map(({ data }) => data.sequence_number)).toEqual(answer.events.map((_, index) => index));
  });

  test.concurrent.each(Object.keys(CHAT_CLIENTS))('%s gets its chunks', async (client) => {
    const id = `${client.replaceAll(/[ .]/g, '')}-${kind}`;
    const answer = await send(
      world,
      CHAT_CLIENTS[client]!(
        client === 'Kimi Code 2.1.0' && kind === 'openai-chat' ? 'loud/any' : model,
        `Go [[tools#${id}]]`,
      ),
    );
    reached(answer, id, kind);
    expect(answer.events.at(-1)!.data).toBe('[DONE]');
    const chunks = answer.events.slice(0, -1).map(({ data }) => data);
    const deltas = chunks.flatMap(({ choices }) => choices.map((choice: { delta: object }) => choice.delta));
    expect(deltas.flatMap(({ content }) => content ?? []).join('')).toBe('I look it up.');
    const calls = deltas.flatMap(({ tool_calls: list }) => list ?? []);
    expect(calls[0]).toMatchObject({ index: 0, id: expect.stringMatching(/./), function: { name: 'get_weather' } });
    expect(calls.every(({ index }) => index === 0)).toBe(true);
    expect(calls.flatMap((call) => call.function?.arguments ?? []).join('')).toBe(ARGUMENTS);
    expect(chunks.filter(({ choices }) => choices[0]?.finish_reason)).toMatchObject([
      { choices: [{ finish_reason: 'tool_calls' }] },
    ]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 120, completion_tokens: 50 } });
  });

  test.concurrent('Gemini CLI gets its chunks', async () => {
    const id = `geminicli-${kind}`;
    const auth = { 'x-goog-api-key': world.key };
    const answer = await send(
      world,
      geminiCli(kind === 'openai-chat' ? 'loud/any' : model, `Go [[tools#${id}]]`),
      auth,
    );
    reached(answer, id, kind);
    const chunks = answer.events.map(({ data }) => data);
    const parts = chunks.flatMap(({ candidates }) => candidates[0].content?.parts ?? []);
    expect(parts.flatMap(({ functionCall }) => functionCall ?? [])).toMatchObject([
      { name: 'get_weather', args: JSON.parse(ARGUMENTS) },
    ]);
    expect(chunks.at(-1)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 120, totalTokenCount: 170 },
    });
  });
});
