import { describe, expect, it } from 'vitest';
import { toJson as toText } from '../../../../server/dialects/lossless.ts';
import type { Message, NeutralRequest } from '../../../../server/dialects/neutral/request.ts';
import { provider as side } from '../../../../server/dialects/openai-chat/index.ts';
import type { TargetFacts } from '../../../../server/dialects/translation.ts';
import { deepseek } from '../../../../server/providers/deepseek.ts';
import { openrouter } from '../../../../server/providers/openrouter.ts';
import type { ModelQuirks } from '../../../../server/providers/provider.ts';
import { neutral as neutralOf, target, translated } from './targets.ts';

/** A request of another format's caller. */
function write(more: Partial<NeutralRequest>, to: TargetFacts = target()) {
  return side.writeRequest(
    {
      format: 'anthropic-messages',
      model: 'm',
      stream: false,
      messages: [],
      tools: [],
      choices: 1,
      extras: {},
      ...more,
    },
    to,
  );
}
const body = (more: Partial<NeutralRequest>, to?: TargetFacts) => write(more, to).body;
const compatible = (chat: ModelQuirks, more: Parameters<typeof target>[1] = {}) =>
  target({ name: 'compatible', outputLimitField: 'max_tokens', chat }, more);
const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const call = (id: string, text = '{}') => ({ type: 'tool-call' as const, id, name: 'f', arguments: text });
const THINKS = { model: 'gpt-5.1', capabilities: ['reasoning'] };

it('a chat body comes out of the neutral form as it went in', () => {
  const given = {
    model: 'gpt-5.1',
    messages: [
      { role: 'developer', content: 'Be brief.' },
      { role: 'system', content: 'In German.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=', detail: 'low' } },
          { type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
          { type: 'hologram', x: 1 },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{"n":9007199254740993}' } },
          { id: 'b', type: 'custom', custom: { name: 'sh', input: 'ls' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'ok' },
      { role: 'tool', tool_call_id: 'b', content: 'ok' },
    ],
    tools: [
      { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
      { type: 'custom', custom: { name: 'sh', format: { type: 'text' } } },
    ],
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
    },
    parallel_tool_calls: false,
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' }, strict: true } },
    max_completion_tokens: 50,
    seed: 7,
    n: 2,
    reasoning_effort: 'low',
    service_tier: 'flex',
    metadata: { a: 'b' },
    user: 'u',
    prompt_cache_key: 'k',
    verbosity: 'low',
    store: true,
    logit_bias: { '1': 2 },
    some_future_param: { deep: [1] },
    stream: true,
    stream_options: { include_usage: true },
  };
  expect(translated(given, target({}, { ...THINKS, stream: true }))).toEqual(given);
});

it('integers beyond 2^53 are unharmed', () => {
  const text =
    '{"model":"m","messages":[{"role":"user","content":"Hi"}],"seed":9007199254740993,"x":12345678901234567890}';
  const { body: out } = side.writeRequest(neutralOf(text), target());
  expect(toText(out)).toContain('"seed":9007199254740993');
  expect(toText(out)).toContain('"x":12345678901234567890');
});

describe('messages of other formats', () => {
  it('show what a tool result holds besides text behind all results of the turn', () => {
    const image = { type: 'image' as const, source: { kind: 'base64' as const, mediaType: 'image/png', data: 'aGk=' } };
    const { messages } = body({
      messages: [
        { role: 'assistant', content: [call('a'), call('b', '')] },
        { role: 'tool', callId: 'a', content: [{ type: 'text', text: 'see' }, image] },
        { role: 'tool', callId: 'b', content: [] },
        user('So?'),
      ],
    });
    expect(messages).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
          { id: 'b', type: 'function', function: { name: 'f', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'see' },
      { role: 'tool', tool_call_id: 'b', content: '' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Attached to the result of tool call a:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } },
        ],
      },
      { role: 'user', content: 'So?' },
    ]);
  });

  it('lose empty texts, foreign parts, and thoughts that nobody wants back', () => {
    const { messages } = body({
      messages: [
        { role: 'system', content: [{ type: 'text', text: '' }] },
        {
          role: 'system',
          content: [
            { type: 'text', text: 'A' },
            { type: 'text', text: 'B', cache: { ttl: '5m' } },
          ],
        },
        user('Hi'),
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'Hm.', signature: { family: 'anthropic', value: 'EqQB' } },
            { type: 'text', text: 'One ' },
            { type: 'native', family: 'anthropic', value: { type: 'server_tool_use' } },
            { type: 'text', text: 'two.' },
          ],
        },
        user(''),
      ],
    });
    expect(messages).toEqual([
      { role: 'system', content: 'A\n\nB' },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'One two.' },
    ]);
  });

  it('carry thoughts back to the providers that want them, each in its member', () => {
    const messages: Message[] = [
      {
        role: 'assistant',
        content: [{ type: 'reasoning', text: 'Hm.', signature: { family: 'anthropic', value: 'EqQB' } }, call('a')],
      },
    ];
    expect(body({ messages }, target(deepseek)).messages).toMatchObject([{ reasoning_content: 'Hm.' }]);
    expect(body({ messages }, target(openrouter)).messages).toMatchObject([
      {
        reasoning_details: [
          { type: 'reasoning.text', text: 'Hm.', signature: 'EqQB', format: 'anthropic-claude-v1', index: 0 },
        ],
      },
    ]);
  });

  it('keep cache marks where the provider takes them and the project wants them', () => {
    const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache: { ttl: '1h' } }] }];
    const marked = [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral', ttl: '1h' } }];
    expect(body({ messages }, compatible({ cacheControl: true })).messages).toMatchObject([{ content: marked }]);
    expect(body({ messages }, compatible({ cacheControl: true }, { cacheMarks: false })).messages).toMatchObject([
      { content: 'Hi' },
    ]);
    expect(body({ messages }).messages).toMatchObject([{ content: 'Hi' }]);
  });

  it('are refused before the call when they hold what no chat provider takes', () => {
    const url = { kind: 'url' as const, url: 'https://a.example/a.pdf' };
    const part = { type: 'document' as const, source: url };
    expect(() => body({ messages: [{ role: 'user', content: [part] }] })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'messages' }),
    );
  });

  it('go without the developer role, and without lists of parts, where those are unknown', () => {
    const messages: Message[] = [
      { role: 'developer', content: [{ type: 'text', text: 'A' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'B' },
          { type: 'text', text: 'C' },
        ],
      },
    ];
    expect(body({ messages }, compatible({ developerRole: false, contentParts: false })).messages).toEqual([
      { role: 'system', content: 'A' },
      { role: 'user', content: 'B\n\nC' },
    ]);
  });
});

describe('tools', () => {
  const find = { type: 'function' as const, name: 'find', namespace: 'crm', extras: { defer_loading: true } };
  const shell = { type: 'custom' as const, name: 'sh' };

  it('have flat names, parameters, and nothing foreign', () => {
    expect(body({ tools: [find], toolChoice: { type: 'tool', name: 'find' } })).toMatchObject({
      tools: [{ type: 'function', function: { name: 'crm__find', parameters: { type: 'object', properties: {} } } }],
      tool_choice: { type: 'function', function: { name: 'crm__find' } },
    });
  });

  it('that are free-form are functions of one string for older models and other makers’', () => {
    const messages: Message[] = [
      { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'sh', arguments: 'ls', custom: true }] },
    ];
    expect(body({ tools: [shell], messages })).toMatchObject({
      tools: [{ type: 'function', function: { name: 'sh', parameters: { required: ['input'] } } }],
      messages: [{ tool_calls: [{ type: 'function', function: { name: 'sh', arguments: '{"input":"ls"}' } }] }],
    });
    expect(body({ tools: [shell], messages }, target({}, { model: 'gpt-5' }))).toMatchObject({
      tools: [{ type: 'custom', custom: { name: 'sh' } }],
      messages: [{ tool_calls: [{ type: 'custom', custom: { name: 'sh', input: 'ls' } }] }],
    });
  });

  it('that are not allowed are left out where allowed_tools is unknown', () => {
    const toolChoice = { type: 'allowed' as const, mode: 'required' as const, names: ['find'] };
    const sent = body({ tools: [find, { type: 'function', name: 'other' }], toolChoice });
    expect(sent).toMatchObject({ tools: [{ function: { name: 'crm__find' } }], tool_choice: 'required' });
    expect(sent.tools).toHaveLength(1);
  });

  it('of another maker are refused by name', () => {
    expect(() =>
      body({ tools: [{ type: 'native', family: 'anthropic', value: { type: 'computer_20250124' } }] }),
    ).toThrow('The tool computer_20250124 exists only at');
  });

  it('that search the web are an option of models that search, and a 400 at others', () => {
    const search = { type: 'web_search' as const, searchContextSize: 'low' as const, userLocation: { city: 'Bern' } };
    expect(body({ tools: [search] }, target({}, { capabilities: ['web_search'] }))).toMatchObject({
      web_search_options: {
        search_context_size: 'low',
        user_location: { type: 'approximate', approximate: { city: 'Bern' } },
      },
    });
    expect(() => body({ tools: [search] })).toThrow(
      expect.objectContaining({
        code: 'model_not_supported',
        message:
          'Model gpt-4o does not support native web search. Remove the web_search tool or use a model that supports it.',
      }),
    );
  });

  it('absent, nothing is said of their choice', () => {
    expect(body({ toolChoice: { type: 'auto' }, parallelToolCalls: true })).not.toHaveProperty('tool_choice');
  });
});

describe('reasoning', () => {
  const told = (chat: ModelQuirks, reasoning: NeutralRequest['reasoning'], model = 'x') => {
    const {
      model: _model,
      messages: _messages,
      ...rest
    } = body({ reasoning }, compatible(chat, { model, capabilities: ['reasoning'] }));
    return rest;
  };

  it.each([
    [{}, { budgetTokens: 9000 }, { reasoning_effort: 'medium' }],
    [{ efforts: ['none', 'high'] }, { effort: 'low' }, { reasoning_effort: 'high' }],
    [{ reasoning: 'reasoning' }, { budgetTokens: 9000 }, { reasoning: { max_tokens: 9000 } }],
    [{ reasoning: 'reasoning' }, { effort: 'none' }, { reasoning: { enabled: false } }],
    [{ reasoning: 'reasoning' }, { effort: 'low', show: false }, { reasoning: { effort: 'low', exclude: true } }],
    [{ reasoning: 'thinking' }, { effort: 'low' }, { thinking: { type: 'enabled' } }],
    [{ reasoning: 'thinking' }, { effort: 'none' }, { thinking: { type: 'disabled' } }],
    [
      { reasoning: 'thinking', thinkingOn: 'adaptive', efforts: ['low', 'high'] },
      { effort: 'medium' },
      { thinking: { type: 'adaptive' }, reasoning_effort: 'low' },
    ],
    [{ reasoning: 'enable_thinking' }, { effort: 'low' }, { enable_thinking: true, thinking_budget: 2048 }],
    [{ reasoning: 'enable_thinking' }, { effort: 'none' }, { enable_thinking: false }],
    [{ reasoning: 'none' }, { effort: 'high' }, {}],
  ] as const)('with %o: %o is told as %o', (quirks, reasoning, members) => {
    expect(told(quirks as ModelQuirks, reasoning)).toEqual(members);
  });

  it('is not told to a model that has none', () => {
    expect(body({ reasoning: { effort: 'high' } })).not.toHaveProperty('reasoning_effort');
  });

  it('of OpenAI goes without the sampling that its models refuse, and says so', () => {
    const { body: sent, dropped } = write(
      { temperature: 0, topP: 0.9, reasoning: { effort: 'high' } },
      target({}, THINKS),
    );
    expect(sent).not.toHaveProperty('temperature');
    expect(dropped).toEqual(['temperature', 'top_p']);
    expect(body({ temperature: 0, reasoning: { effort: 'none' } }, target({}, THINKS))).toMatchObject({
      temperature: 0,
    });
    expect(body({ temperature: 0 })).toMatchObject({ temperature: 0 });
  });
});

describe('what a provider does not take', () => {
  it('is dropped, renamed or added by its quirks', () => {
    const { body: sent, dropped } = write(
      { seed: 1, user: 'u' },
      compatible({ drops: ['user'], renames: { seed: 'random_seed' }, adds: { reasoning_format: 'parsed' } }),
    );
    expect(sent).toMatchObject({ random_seed: 1, reasoning_format: 'parsed' });
    expect(sent).not.toHaveProperty('user');
    expect(dropped).toEqual(['user']);
  });

  it('of another format’s members is named', () => {
    const { body: sent, dropped } = write({
      extras: { context_management: {}, store: true, safety_settings: [] },
      metadata: { a: 'b' },
      serviceTier: 'standard_only',
      topK: 5,
    });
    expect(sent).toMatchObject({ store: true, metadata: { a: 'b' } });
    expect(dropped).toEqual(['context_management', 'safety_settings', 'top_k', 'service_tier']);
    expect(sent).not.toHaveProperty('top_k');
  });

  it('of Responses’ newest members travels', () => {
    const { body: sent, dropped } = write({ format: 'openai-responses', extras: { brand_new: 1, include: ['x'] } });
    expect(sent).toMatchObject({ brand_new: 1 });
    expect(dropped).toEqual(['include']);
  });

  it('of a JSON Schema is told in words, behind the caller’s own instructions', () => {
    const sent = body(
      {
        messages: [{ role: 'system', content: [{ type: 'text', text: 'A' }] }, user('Hi')],
        output: { type: 'json_schema', schema: { type: 'object', required: ['x'] } },
      },
      compatible({ jsonSchema: false }),
    );
    expect(sent).toMatchObject({
      response_format: { type: 'json_object' },
      messages: [
        { content: 'A' },
        { role: 'system', content: expect.stringContaining('"required":["x"]') },
        { content: 'Hi' },
      ],
    });
  });

  it('of stream_options is not asked', () => {
    expect(body({}, compatible({ streamOptions: false }, { stream: true }))).not.toHaveProperty('stream_options');
    expect(body({}, target({}, { stream: true }))).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
  });
});

it('JSON without a schema says the word that OpenAI asks for', () => {
  expect(body({ messages: [user('Hi')], output: { type: 'json_object' } }).messages).toHaveLength(2);
  expect(body({ messages: [user('Hi, as JSON')], output: { type: 'json_object' } }).messages).toHaveLength(1);
});

it('the output limit is in the member that the provider reads, and no more than is affordable', () => {
  expect(body({ maxOutputTokens: 500 })).toMatchObject({ max_completion_tokens: 500 });
  expect(body({ maxOutputTokens: 500 }, compatible({}, { maxOutputTokens: 90 }))).toMatchObject({ max_tokens: 90 });
});

it('more stop sequences than OpenAI takes are refused', () => {
  expect(() => body({ stop: ['a', 'b', 'c', 'd', 'e'] })).toThrow(expect.objectContaining({ param: 'stop' }));
});
