import { describe, expect, it } from 'vitest';
import { anthropic } from '../../../../server/catalog/offers/anthropic.ts';
import { writeRequest } from '../../../../server/dialects/anthropic-messages/write-request.ts';
import type { JsonObject } from '../../../../server/dialects/lossless.ts';
import type { Message, NeutralRequest } from '../../../../server/dialects/neutral/request.ts';
import type { TargetFacts } from '../../../../server/dialects/translation.ts';
import { anthropic as provider } from '../../../../server/providers/anthropic.ts';
import { readMessages as asAnthropic } from '../../../helpers/providers/messages-request.ts';

const OFFERS = anthropic();

function targetOf(model: string, more: Partial<TargetFacts> = {}): TargetFacts {
  const offer = OFFERS.find((found) => found.providerModel === model)!;
  return { model, offer, provider, stream: false, maxOutputTokens: undefined, cacheMarks: true, ...more };
}

const hello: Message = { role: 'user', content: [{ type: 'text', text: 'Hello' }] };
const says = (role: 'user' | 'assistant', text: string) => ({ role, content: [{ type: 'text', text }] }) as Message;
const system = (text: string, role: 'system' | 'developer' = 'system'): Message => ({
  role,
  content: [{ type: 'text', text }],
});

/** The body for a model; by default it is put before a double that is as strict as Anthropic. */
function write(
  request: Partial<NeutralRequest>,
  { model = 'claude-sonnet-4-6', check = true, ...more }: Partial<TargetFacts> & { check?: boolean } = {},
) {
  const written = writeRequest(
    { model, stream: false, messages: [hello], tools: [], choices: 1, extras: {}, ...request },
    targetOf(model, more),
  );
  if (check) asAnthropic(JSON.parse(JSON.stringify(written.body)));
  return written as typeof written & { body: JsonObject & { messages: JsonObject[]; tools: JsonObject[] } };
}

const TOOL = { type: 'function', name: 'f', parameters: { type: 'object', properties: { a: {} } } } as const;
const THOUGHT = {
  type: 'reasoning',
  text: 'Hm.',
  signature: { family: 'anthropic', value: 'Sig==' },
} as const;
const call = (id: string, args = '{}') => ({ type: 'tool-call', id, name: 'f', arguments: args }) as const;
const result = (callId: string, text = 'done'): Message => ({
  role: 'tool',
  callId,
  content: [{ type: 'text', text }],
});

describe('messages for Anthropic', () => {
  it('begin with the system prompt, all of it and in order', () => {
    const { body } = write({ messages: [system('One.'), system('Two.', 'developer'), hello] });
    expect(body.system).toEqual([
      { type: 'text', text: 'One.' },
      { type: 'text', text: 'Two.' },
    ]);
    expect(body.messages).toEqual([{ role: 'user', content: 'Hello' }]);
    expect(write({ messages: [system('One.'), hello] }).body.system).toBe('One.');
  });

  it('keep a system message where it stands, for a model that takes it there', () => {
    const messages = [hello, says('assistant', 'Hi.'), says('user', 'A'), system('Be brief.'), says('user', 'B')];
    expect(write({ messages }, { model: 'claude-opus-5-5' }).body.messages).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'A' },
          { type: 'text', text: 'B' },
        ],
      },
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
    ]);
    // It may not follow an answer.
    const behind = write(
      { messages: [hello, says('assistant', 'Hi.'), system('Go on.')] },
      { model: 'claude-opus-5-5' },
    );
    expect(behind.body.messages.at(-1)).toEqual({ role: 'user', content: '<system>\nGo on.\n</system>' });
  });

  it("tell it in the user's place, marked, to a model that does not", () => {
    const messages = [hello, says('assistant', 'Hi.'), says('user', 'A'), system('Be brief.')];
    expect(write({ messages }).body.messages.at(-1)).toEqual({
      role: 'user',
      content: [
        { type: 'text', text: 'A' },
        { type: 'text', text: '<system>\nBe brief.\n</system>' },
      ],
    });
  });

  it('put results first, in the order they came, and merge what one role says in a row', () => {
    const messages: Message[] = [
      hello,
      { role: 'assistant', content: [call('call_1'), call('call_2')] },
      says('user', 'Well?'),
      result('call_1', 'one'),
      { ...(result('call_2', 'two') as Message & { role: 'tool' }), isError: true },
    ];
    expect(write({ messages, tools: [TOOL] }).body.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'call_1', name: 'f', input: {} },
          { type: 'tool_use', id: 'call_2', name: 'f', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_1', content: 'one' },
          { type: 'tool_result', tool_use_id: 'call_2', content: 'two', is_error: true },
          { type: 'text', text: 'Well?' },
        ],
      },
    ]);
  });

  it('have no empty text, and at least one message that is the user’s', () => {
    const messages = [hello, says('assistant', ''), says('user', ' '), says('assistant', 'Begin: ')];
    expect(write({ messages }).body.messages).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Begin:' },
    ]);
    expect(write({ messages: [system('Write.')] }).body).toMatchObject({
      messages: [{ role: 'user', content: 'Write.' }],
    });
    expect(write({ messages: [says('assistant', 'Hi!'), hello] }).body.messages[0]!.role).toBe('user');
  });

  it.each([
    ['{"id":9007199254740993}', { id: expect.stringMatching(/9007199254740993$/) }],
    ['', {}],
    ['{"a":', { input: '{"a":' }],
    ['[1]', { input: [1] }],
  ])('have the arguments %s as an object', (args, input) => {
    const messages: Message[] = [hello, { role: 'assistant', content: [call('c', args)] }, result('c')];
    const { body } = write({ messages, tools: [TOOL] });
    expect(body.messages[1]).toMatchObject({ content: [{ input }] });
  });

  it("have Claude's thoughts as they were, and nobody else's", () => {
    const content = [
      { type: 'reasoning', text: 'Foreign', signature: { family: 'openai', value: 'x' } },
      { type: 'reasoning', text: 'Unsigned' },
      THOUGHT,
      { type: 'reasoning', text: '', signature: { family: 'anthropic', value: 'Red==', redacted: true } },
      { type: 'text', text: 'So.' },
    ] as const;
    const { body } = write(
      { messages: [hello, { role: 'assistant', content: [...content] }, hello] },
      { check: false },
    );
    expect(body.messages[1]!.content).toEqual([
      { type: 'thinking', thinking: 'Hm.', signature: 'Sig==' },
      { type: 'redacted_thinking', data: 'Red==' },
      { type: 'text', text: 'So.' },
    ]);
  });

  it('have pictures and documents of every source', () => {
    const pdf = { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' } as const;
    const { body } = write({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
            { type: 'image', source: { kind: 'url', url: 'https://a.example/i.png' } },
            { type: 'document', source: pdf, filename: 'a.pdf', context: 'About', citations: true },
            {
              type: 'document',
              source: { kind: 'base64', mediaType: 'text/csv', data: Buffer.from('a;b').toString('base64') },
            },
            { type: 'document', source: { kind: 'url', url: 'https://a.example/a.pdf' } },
          ],
        },
      ],
    });
    expect(body.messages[0]!.content).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
      { type: 'image', source: { type: 'url', url: 'https://a.example/i.png' } },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
        title: 'a.pdf',
        context: 'About',
        citations: { enabled: true },
      },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a;b' } },
      { type: 'document', source: { type: 'url', url: 'https://a.example/a.pdf' } },
    ]);
  });

  it('have cited text in the blocks that Anthropic cited', () => {
    const value = { type: 'char_location', cited_text: 'green', document_index: 0 };
    const citation = { start: 7, end: 16, native: { family: 'anthropic', value } } as const;
    const text = { type: 'text' as const, text: 'It is: green now. Yes.', citations: [citation] };
    const { body } = write({ messages: [hello, { role: 'assistant', content: [text] }, hello] });
    expect(body.messages[1]!.content).toEqual([
      { type: 'text', text: 'It is: ' },
      { type: 'text', text: 'green now', citations: [value] },
      { type: 'text', text: '. Yes.' },
    ]);
  });

  it('have prompt-cache marks on what is long, and none where the project wants none', () => {
    const long = 'word '.repeat(3000);
    const messages = [system(long), says('user', long), says('assistant', 'ok'), says('user', 'short')];
    const mark = { cache_control: { type: 'ephemeral' } };
    const { body } = write({ messages });
    expect(body).toMatchObject({ system: [mark], messages: [{ content: [mark] }, {}, { content: 'short' }] });
    const own: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'x', cache: { ttl: '1h' } }] }];
    expect(JSON.stringify(write({ messages: own }).body)).toContain('"cache_control":{"type":"ephemeral","ttl":"1h"}');
    const bare = write({ messages: [...messages, ...own] }, { cacheMarks: false });
    expect(JSON.stringify(bare.body)).not.toContain('cache_control');
  });
});

describe('tools for Anthropic', () => {
  it('always have an object for a schema, without alternatives at the top', () => {
    const { body } = write({
      tools: [
        { type: 'function', name: 'now' },
        { type: 'function', name: 'any', parameters: { anyOf: [{ properties: { a: {} } }], description: 'x' } },
        { type: 'function', name: 'find', namespace: 'crm' },
        { type: 'custom', name: 'patch', description: 'Patches.' },
      ],
    });
    expect(body.tools).toMatchObject([
      { name: 'now', input_schema: { type: 'object', properties: {} } },
      { name: 'any', input_schema: { type: 'object', properties: { a: {} }, description: 'x' } },
      { name: 'crm__find' },
      { name: 'patch', input_schema: { required: ['input'] } },
    ]);
    expect(body.tools[1]!.input_schema).not.toHaveProperty('anyOf');
  });

  it('are strict where the model can be held to the schema', () => {
    const tools = [
      { ...TOOL, parameters: { type: 'object', properties: { a: { type: 'integer', minimum: 1 } } }, strict: true },
    ];
    expect(write({ tools }).body.tools[0]).toMatchObject({
      strict: true,
      input_schema: {
        additionalProperties: false,
        properties: { a: { type: 'integer', description: '(minimum: 1)' } },
      },
    });
    expect(write({ tools }, { model: 'claude-opus-4-1' }).body.tools[0]).not.toHaveProperty('strict');
    const map = [{ ...TOOL, parameters: { type: 'object', additionalProperties: { type: 'string' } }, strict: true }];
    expect(write({ tools: map }).body.tools[0]).not.toHaveProperty('strict');
  });

  it.each([
    [{ type: 'auto' }, { type: 'auto' }],
    [{ type: 'none' }, { type: 'none' }],
    [{ type: 'required' }, { type: 'any' }],
    [
      { type: 'tool', name: 'f' },
      { type: 'tool', name: 'f' },
    ],
    [{ type: 'allowed', mode: 'required', names: ['f'] }, { type: 'any' }],
  ] as const)('are chosen by %o', (toolChoice, expected) => {
    const { body } = write({ tools: [TOOL, { type: 'function', name: 'g' }], toolChoice: { ...toolChoice } as never });
    expect(body.tool_choice).toEqual(expected);
    expect(body.tools).toHaveLength(toolChoice.type === 'allowed' ? 1 : 2);
  });

  it('are called one at a time where the caller wants it so', () => {
    expect(write({ tools: [TOOL], parallelToolCalls: false }).body.tool_choice).toEqual({
      type: 'auto',
      disable_parallel_tool_use: true,
    });
    expect(write({ parallelToolCalls: false }).body).not.toHaveProperty('tool_choice');
  });

  it('cannot be forced on a model that decides by itself', () => {
    expect(() => write({ tools: [TOOL], toolChoice: { type: 'required' } }, { model: 'claude-opus-5-5' })).toThrow(
      expect.objectContaining({ code: 'model_not_supported', param: 'tool_choice' }),
    );
  });

  it('are named where the conversation has calls, though the caller sends none', () => {
    const messages: Message[] = [hello, { role: 'assistant', content: [call('c')] }, result('c')];
    expect(write({ messages }).body).toMatchObject({ tools: [{ name: 'f' }], tool_choice: { type: 'none' } });
  });

  it('search the web as Anthropic does, where the model can', () => {
    const search = {
      type: 'web_search',
      maxUses: 3,
      allowedDomains: ['a.example'],
      userLocation: { country: 'FR' },
      searchContextSize: 'low',
    } as const;
    expect(write({ tools: [{ ...search, allowedDomains: [...search.allowedDomains] }] }).body.tools).toEqual([
      {
        type: 'web_search_20250305',
        name: 'web_search',
        max_uses: 3,
        allowed_domains: ['a.example'],
        user_location: { type: 'approximate', country: 'FR' },
      },
    ]);
    expect(() => write({ tools: [{ type: 'web_search' }] }, { model: 'claude-3-haiku-20240307' })).toThrow(
      expect.objectContaining({ code: 'model_not_supported', param: 'tools' }),
    );
  });

  it("are refused when they are another family's", () => {
    const value = { type: 'file_search' };
    expect(() => write({ tools: [{ type: 'native', family: 'openai', value }] })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'tools' }),
    );
  });
});

describe('thinking of Claude', () => {
  it('has a budget below the limit, and then no sampling', () => {
    const { body, dropped } = write(
      { reasoning: { budgetTokens: 4000 }, maxOutputTokens: 3000, temperature: 0.5, topP: 0.97, topK: 5 },
      { model: 'claude-sonnet-4-5' },
    );
    expect(body).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 2999 }, max_tokens: 3000, top_p: 0.97 });
    expect(dropped).toEqual(['temperature', 'top_k']);
  });

  it('is adaptive with an effort for newer models', () => {
    expect(write({ reasoning: { effort: 'high' } }, { model: 'claude-opus-5-5' }).body).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    });
  });

  it('is off when the turn in the middle of which the model is has no thoughts of its own', () => {
    const turn = (...before: (typeof THOUGHT | { type: 'text'; text: string })[]): Message[] => [
      hello,
      { role: 'assistant', content: [...before, call('c')] },
      result('c'),
    ];
    const reasoning = { effort: 'low' } as const;
    const model = 'claude-sonnet-4-5';
    const off = write({ messages: turn(), tools: [TOOL], reasoning }, { model });
    expect(off.body.thinking).toEqual({ type: 'disabled' });
    expect(off.dropped).toContain('thinking');
    const on = write(
      { messages: turn({ type: 'text', text: '' }, THOUGHT), tools: [TOOL], reasoning },
      { model, check: false },
    );
    expect(on.body.thinking).toMatchObject({ type: 'enabled' });
    const over = [...turn(), says('assistant', 'Done.'), hello];
    expect(write({ messages: over, tools: [TOOL], reasoning }, { model }).body.thinking).toMatchObject({
      type: 'enabled',
    });
  });

  it('is off when a call is demanded', () => {
    const demanded = {
      tools: [TOOL],
      toolChoice: { type: 'required' as const },
      reasoning: { effort: 'low' as const },
    };
    expect(write(demanded, { model: 'claude-sonnet-4-5' }).body.thinking).toEqual({ type: 'disabled' });
  });
});

describe('structured output of Claude', () => {
  const schema = {
    type: 'object',
    properties: {
      n: { type: 'integer', minimum: 1, maximum: 9 },
      list: { type: 'array', maxItems: 3, minItems: 1, items: {} },
    },
    required: ['n'],
  };

  it('is kept to by the model, with what it cannot be held to told in words', () => {
    const { body } = write({ output: { type: 'json_schema', name: 'x', schema, strict: true } });
    expect(body.output_config).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: {
            n: { type: 'integer', description: '(minimum: 1, maximum: 9)' },
            list: { type: 'array', minItems: 1, items: {}, description: '(maxItems: 3)' },
          },
          required: ['n'],
          additionalProperties: false,
        },
      },
    });
  });

  it.each([
    ['the model has none', 'claude-opus-4-1', schema],
    [
      'the schema contains itself',
      'claude-sonnet-4-6',
      { $ref: '#/$defs/n', $defs: { n: { properties: { n: { $ref: '#/$defs/n' } } } } },
    ],
    ['the schema is a map', 'claude-sonnet-4-6', { type: 'object', additionalProperties: { type: 'number' } }],
  ])('is asked for in the system prompt when %s', (_when, model, asked) => {
    const { body } = write({ output: { type: 'json_schema', schema: asked } }, { model });
    expect(body.system).toContain(JSON.stringify(asked));
    expect(body).not.toHaveProperty('output_config');
  });

  it('is asked for in the system prompt when it is just JSON', () => {
    expect(write({ messages: [system('Hi.'), hello], output: { type: 'json_object' } }).body.system).toMatchObject([
      { text: 'Hi.' },
      { text: expect.stringContaining('JSON object') },
    ]);
  });
});

describe('parameters for Anthropic', () => {
  it.each([
    ["the caller's", { maxOutputTokens: 100 }, {}, 100],
    ['what the budget affords', { maxOutputTokens: 100 }, { maxOutputTokens: 50 }, 50],
    ["the model's", {}, {}, 64_000],
  ])('have a limit: %s', (_whose, request, target, limit) => {
    expect(write(request, target).body.max_tokens).toBe(limit);
  });

  it('are clamped, and one of two where the model takes one', () => {
    const both = { temperature: 1.5, topP: 0.9, topK: 4 };
    expect(write(both, { model: 'claude-3-haiku-20240307' }).body).toMatchObject({
      temperature: 1,
      top_p: 0.9,
      top_k: 4,
    });
    const one = write(both, { model: 'claude-haiku-4-5' });
    expect(one.body).not.toHaveProperty('top_p');
    expect(one.dropped).toEqual(['top_p']);
    expect(write(both, { model: 'claude-opus-5-5' }).dropped).toEqual(['temperature', 'top_p', 'top_k']);
  });

  it('are those that Anthropic knows; hints of others are dropped by name', () => {
    const { body, dropped, headers } = write(
      {
        stop: ['END', ' '],
        user: 'u1',
        serviceTier: 'default',
        seed: 1,
        frequencyPenalty: 0.5,
        presencePenalty: 0,
        extras: {
          context_management: { edits: [] },
          output_config: { effort: 'high' },
          betas: ['a-2026'],
          future: 1,
        },
      },
      { stream: true },
    );
    expect(body).toMatchObject({
      stop_sequences: ['END'],
      metadata: { user_id: 'u1' },
      service_tier: 'standard_only',
      stream: true,
      context_management: { edits: [] },
      output_config: { effort: 'high' },
    });
    expect(dropped).toEqual(['future', 'seed', 'frequency_penalty']);
    expect(headers).toEqual({ 'anthropic-beta': 'a-2026,context-management-2025-06-27' });
  });

  it('are all those of a caller of Messages that are not known yet, but none that is decided here', () => {
    const extras = { future: { x: 1 }, stream: true, max_tokens: 1e9 };
    const { body, dropped } = write({ format: 'anthropic-messages', extras }, { check: false });
    expect(body).toMatchObject({ future: { x: 1 } });
    expect([body.stream, body.max_tokens]).not.toContain(1e9);
    expect(dropped).toEqual(['stream', 'max_tokens']);
  });

  it.each([
    ['n', { choices: 2 }],
    ['logprobs', { logprobs: { top: 0 } }],
    ['modalities', { modalities: ['text', 'audio'] }],
  ])('are refused before the call when they cannot be had: %s', (param, request) => {
    expect(() => write(request)).toThrow(expect.objectContaining({ code: 'model_not_supported', param }));
  });

  it('refuse sound, and files that are with another provider', () => {
    const audio: Message = {
      role: 'user',
      content: [{ type: 'audio', source: { kind: 'base64', mediaType: 'audio/wav', data: 'UklG' } }],
    };
    expect(() => write({ messages: [audio] })).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    const file: Message = { role: 'user', content: [{ type: 'document', source: { kind: 'file', id: 'file-1' } }] };
    expect(() => write({ format: 'openai-chat', messages: [file] })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'messages' }),
    );
    expect(write({ format: 'anthropic-messages', messages: [file] }).headers).toEqual({
      'anthropic-beta': 'files-api-2025-04-14',
    });
  });
});

describe('tools of a namespace', () => {
  const find = { type: 'function', name: 'find', namespace: 'crm' } as const;

  it.each(['find', 'crm__find'])('are found by a choice of %s', (name) => {
    const forced = write({ tools: [find, TOOL], toolChoice: { type: 'tool', name } }).body;
    expect(forced.tool_choice).toEqual({ type: 'tool', name: 'crm__find' });
    const { tools } = write({ tools: [find, TOOL], toolChoice: { type: 'allowed', mode: 'auto', names: [name] } }).body;
    expect(tools).toMatchObject([{ name: 'crm__find' }]);
  });
});

it('ids that differ in a character that Anthropic refuses stay different', () => {
  const turn: Message = { role: 'assistant', content: [call('a.b'), call('a_b')] };
  const { messages } = write({ messages: [hello, turn, result('a.b'), result('a_b')] }).body;
  const [first, second] = messages[1]!.content as JsonObject[];
  expect(first!.id).not.toBe(second!.id);
  expect(second!.id).toBe('a_b');
});

it('a beta that is no name is refused, as it would end the header', () => {
  expect(() => write({ extras: { betas: ['a\r\nx: y'] } })).toThrow(expect.objectContaining({ param: 'betas' }));
});
