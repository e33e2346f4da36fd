import { describe, expect, it, test } from 'vitest';
import { openai } from '../../../server/catalog/offers/openai.ts';
import { anthropicMessages } from '../../../server/dialects/anthropic-messages/index.ts';
import type { Dialect } from '../../../server/dialects/dialect.ts';
import { gemini } from '../../../server/dialects/gemini/index.ts';
import { scanObject, splice } from '../../../server/dialects/json-scan.ts';
import type { JsonObject } from '../../../server/dialects/lossless.ts';
import { parseJson } from '../../../server/dialects/lossless.ts';
import { openaiChat } from '../../../server/dialects/openai-chat/index.ts';
import { openaiResponses } from '../../../server/dialects/openai-responses/index.ts';
import { openai as provider } from '../../../server/providers/openai.ts';

const ASKED: [string, Dialect, JsonObject][] = [
  ['chat completions', openaiChat, { messages: [{ role: 'user', content: 'Hi' }] }],
  ['Responses', openaiResponses, { input: 'Hi' }],
  ['Messages', anthropicMessages, { max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }],
  ['Gemini', gemini, { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }],
];

function scanOf(members: JsonObject, model = 'auto') {
  return scanObject(Buffer.from(JSON.stringify({ model, ...members })));
}

function read(dialect: Dialect, members: JsonObject, model = 'auto') {
  return dialect.read(scanOf(members, model), { model });
}

describe.each(ASKED)('a body of %s', (_format, dialect, body) => {
  it('says how the target is to be chosen', () => {
    expect(read(dialect, { ...body, routing: 'price' })).toMatchObject({ strategy: 'price' });
    expect(read(dialect, { ...body, routing: 'latency' }, 'gpt-5')).toMatchObject({ strategy: 'latency' });
    for (const routing of ['best', 1, ['price']])
      expect(() => read(dialect, { ...body, routing })).toThrow(
        expect.objectContaining({ code: 'invalid_request', param: 'routing' }),
      );
  });

  it('says of which models auto may choose', () => {
    const wishes = { free_models_only: true, no_reasoning: true };
    for (const model of ['auto', 'gateway/auto', 'Auto'])
      expect(read(dialect, { ...body, ...wishes }, model)).toMatchObject({ freeModelsOnly: true, noReasoning: true });
    for (const key of Object.keys(wishes)) {
      expect(() => read(dialect, { ...body, [key]: true }, 'openai/auto')).toThrow(
        expect.objectContaining({ code: 'unsupported_parameter_combination', param: key }),
      );
      expect(() => read(dialect, { ...body, [key]: 'yes' })).toThrow(
        expect.objectContaining({ code: 'invalid_request', param: key }),
      );
    }
  });

  it('has nothing of it in its facts where nothing is said, or no', () => {
    const said = { ...body, routing: null, free_models_only: false, no_reasoning: null };
    for (const members of [body, said]) {
      const facts = read(dialect, members, 'gpt-5');
      for (const name of ['strategy', 'freeModelsOnly', 'noReasoning', 'session'])
        expect(facts).not.toHaveProperty(name);
    }
  });

  it('goes to no provider with what is ours, translated or not', () => {
    const said = { ...body, routing: 'price', free_models_only: true, no_reasoning: true, plugins: [] };
    const scan = scanOf(said);
    const facts = dialect.read(scan, { model: 'auto' });
    const offer = openai().find(({ model }) => model === 'gpt-5')!;
    const changes = { model: 'm', maxOutputTokens: undefined, provider, offer, cacheMarks: true };
    const sent = parseJson(splice(scan, dialect.rewrite(scan, facts, changes)!).toString()) as JsonObject;
    const { extras } = dialect.caller.readRequest(parseJson(scan.bytes.toString()) as JsonObject, facts);
    for (const name of ['routing', 'free_models_only', 'no_reasoning', 'plugins']) {
      expect(sent).not.toHaveProperty(name);
      expect(extras).not.toHaveProperty(name);
    }
  });
});

describe.each(ASKED.slice(0, 2))('a session in a body of %s', (_format, dialect, body) => {
  test.each([
    ['is its cache key', { prompt_cache_key: 'k', user: 'u' }, 'k'],
    ['is its user where there is no cache key', { prompt_cache_key: '', user: 'u' }, 'u'],
    ['is none where these are no texts', { prompt_cache_key: 1, user: ['u'] }, undefined],
    ['is none where these are too long', { user: 'u'.repeat(5000) }, undefined],
  ])('%s', (_case, members, session) => {
    expect(read(dialect, { ...body, ...members }).session).toBe(session);
  });
});

describe('a session in a body of Messages', () => {
  const [, , body] = ASKED[2]!;
  const uuid = 'a5b1f9a0-61a4-4b62-8b9b-1c9b3e4dcb05';
  test.each([
    [
      'is what Claude Code has in its JSON',
      JSON.stringify({ device_id: 'd', account_uuid: '', session_id: uuid }),
      uuid,
    ],
    ['is what older ones have at its end', `user_${'0f'.repeat(32)}_account__session_${uuid}`, uuid],
    ['is that of an account, too', `user_${'0f'.repeat(32)}_account_${uuid.replace('a5', 'b6')}_session_${uuid}`, uuid],
    ['is the whole user where that has none', 'user-1', 'user-1'],
    ['is the whole user where that is other JSON', '{"session_id":1}', '{"session_id":1}'],
    ['is the whole user where that is nearly JSON', '{session', '{session'],
    ['is none where there is no user', undefined, undefined],
  ])('%s', (_case, user_id, session) => {
    expect(read(anthropicMessages, { ...body, metadata: { user_id } }).session).toBe(session);
  });

  it('is none where metadata is something else, or too long', () => {
    for (const metadata of ['x', ['x'], null, { user_id: 'u', more: 'x'.repeat(5000) }])
      expect(read(anthropicMessages, { ...body, metadata }).session).toBeUndefined();
  });
});

it('a session that a body names still goes to the provider', () => {
  const scan = scanOf({ messages: [{ role: 'user', content: 'Hi' }], prompt_cache_key: 'k', user: 'u' });
  const facts = openaiChat.read(scan, {});
  const offer = openai().find(({ model }) => model === 'gpt-5')!;
  const edits = openaiChat.rewrite(scan, facts, {
    model: 'm',
    maxOutputTokens: undefined,
    provider,
    offer,
    cacheMarks: true,
  });
  expect(parseJson(splice(scan, edits!).toString())).toMatchObject({ prompt_cache_key: 'k', user: 'u' });
});
