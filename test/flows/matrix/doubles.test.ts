import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, type Kind, render } from '../../helpers/providers/kinds.ts';
import { LOOP_TURNS, loopEnd, loopResults, REPLIES } from '../../helpers/providers/scenario.ts';
import { type Providers, startProviders } from '../../helpers/providers/start.ts';
import { CALLERS, FORMATS, SCENARIOS } from './callers.ts';
import { wholeAnswers, wrongFormat } from './wrong-format.ts';

/** The doubles are worth as much as the official SDKs believe them: each reads its own provider's double without a gateway. */
let providers: Providers;
const MODELS: Record<string, string> = {
  'openai-chat': 'gpt-5.4-mini',
  'openai-responses': 'gpt-5.4-mini',
  'anthropic-messages': 'claude-sonnet-4-6',
  gemini: 'gemini-3.5-flash',
};
const PATHS: Record<string, string> = { 'openai-chat': '/thinking' };

beforeAll(async () => {
  providers = await startProviders();
});
afterAll(() => providers.close());

describe.each(FORMATS)('the official SDK of %s, without a gateway', (format) => {
  const connection = () => ({ url: providers.url + (PATHS[format] ?? ''), key: 'sk-double' });

  test.each(SCENARIOS.flatMap((scenario) => [true, false].map((stream) => ({ scenario, stream }))))(
    'reads $scenario, streamed: $stream',
    async ({ scenario, stream }) => {
      const question = { scenario, id: `${format}-${scenario}-${stream}`, model: MODELS[format]! };
      const outcome = await CALLERS[format].ask(connection(), question, stream);
      CALLERS[format].check(outcome, { reply: { scenario, ...REPLIES[scenario]! }, kind: format, cost: null });
    },
  );

  test.each([true, false])('works a loop of ten turns off, streamed: %s', async (stream) => {
    const question = { scenario: 'loop', id: `${format}-loop-${stream}`, model: MODELS[format]! };
    const end = await CALLERS[format].loop(connection(), question, stream);
    expect(end).toEqual({ text: loopEnd(loopResults()), turns: LOOP_TURNS });
  });
});

describe('an answer handed over untranslated', () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer((request, response) => void wholeAnswers(request, response)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterAll(() => server.close());

  const pairs = FORMATS.flatMap((format) => KINDS.filter((kind) => kind !== format).map((kind) => ({ format, kind })));
  test.each(pairs)('of $kind is nothing that the SDK of $format takes', async ({ format, kind }) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const stream of [true, false]) {
      for (const scenario of SCENARIOS) {
        const question = { scenario, id: kind, model: MODELS[format]! };
        const passes = await wrongFormat(
          CALLERS[format],
          { url: `${url}/${kind}`, key: 'sk-double' },
          question,
          stream,
        );
        expect([scenario, stream, passes]).toEqual([scenario, stream, false]);
      }
    }
  });
});

describe('the doubles refuse', () => {
  const call =
    (kind: Kind, body: object, headers = {}) =>
    () =>
      render(
        { kind, body, text: JSON.stringify(body), path: '', model: 'gemini-3.5-flash', stream: false, headers },
        { scenario: 'text', ...REPLIES.text! },
      );
  const anthropic = { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' };
  const bearer = { authorization: 'Bearer k' };
  const google = { 'x-goog-api-key': 'k' };
  const user = { role: 'user', content: 'hi' };
  const toolUse = { type: 'tool_use', id: 'a', name: 'f', input: {} };
  const claude = { model: 'c', max_tokens: 10, messages: [user] };

  test.each([
    ['an unknown member', call('openai-chat', { model: 'm', messages: [user], top_k: 3 }, bearer)],
    [
      'a tool message for no call',
      call('openai-chat', { model: 'm', messages: [{ role: 'tool', content: '', tool_call_id: 'x' }] }, bearer),
    ],
    [
      'max_tokens for a model that thinks',
      call('openai-chat', { model: 'gpt-5', max_tokens: 9, messages: [user] }, bearer),
    ],
    [
      'an output for no call',
      call(
        'openai-responses',
        { model: 'm', input: [{ type: 'function_call_output', call_id: 'x', output: '' }] },
        bearer,
      ),
    ],
    ['a limit under 16', call('openai-responses', { model: 'm', input: 'hi', max_output_tokens: 15 }, bearer)],
    [
      'a thought with another seal',
      call(
        'openai-responses',
        {
          model: 'm',
          input: [
            { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' },
            { role: 'assistant', content: 'a' },
          ],
        },
        bearer,
      ),
    ],
    ['no max_tokens', call('anthropic-messages', { model: 'c', messages: [user] }, anthropic)],
    ['no version', call('anthropic-messages', claude, { 'x-api-key': 'k' })],
    [
      'empty text',
      call(
        'anthropic-messages',
        { ...claude, messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] },
        anthropic,
      ),
    ],
    [
      'a call without its result',
      call(
        'anthropic-messages',
        {
          ...claude,
          tools: [{ name: 'f', input_schema: { type: 'object' } }],
          messages: [user, { role: 'assistant', content: [toolUse] }, user],
        },
        anthropic,
      ),
    ],
    [
      'a schema keyword',
      call(
        'gemini',
        {
          contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
          tools: [
            { functionDeclarations: [{ name: 'f', parameters: { type: 'object', additionalProperties: false } }] },
          ],
        },
        google,
      ),
    ],
    [
      'a call without its signature',
      call(
        'gemini',
        {
          contents: [
            { role: 'user', parts: [{ text: 'hi' }] },
            { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] },
            { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] },
          ],
        },
        google,
      ),
    ],
    [
      'roles that do not alternate',
      call(
        'bedrock-converse',
        {
          messages: [
            { role: 'user', content: [{ text: 'a' }] },
            { role: 'user', content: [{ text: 'b' }] },
          ],
        },
        bearer,
      ),
    ],
    ['no credential', call('bedrock-converse', { messages: [{ role: 'user', content: [{ text: 'a' }] }] })],
  ])('%s', (_name, ask) => {
    expect(ask).toThrow(expect.objectContaining({ name: 'Error', status: 400 }) as Error);
  });
});
