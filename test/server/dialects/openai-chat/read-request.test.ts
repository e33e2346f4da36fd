import { describe, expect, it } from 'vitest';
import { neutral } from './targets.ts';

const HI = [{ role: 'user', content: 'Hi' }];
const ask = (more: object) => neutral({ model: 'm', messages: HI, ...more });
const messages = (...list: object[]) => neutral({ model: 'm', messages: list }).messages;

describe('messages', () => {
  it('keep every system and developer message where it stood', () => {
    expect(
      messages(
        { role: 'system', content: 'A' },
        { role: 'developer', content: [{ type: 'text', text: 'B', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
        { role: 'user', content: 'Hi', name: 'ann' },
        { role: 'system', content: 'C' },
      ),
    ).toEqual([
      { role: 'system', content: [{ type: 'text', text: 'A' }] },
      { role: 'developer', content: [{ type: 'text', text: 'B', cache: { ttl: '1h' } }] },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }], name: 'ann' },
      { role: 'system', content: [{ type: 'text', text: 'C' }] },
    ]);
  });

  it('lose empty texts, and messages of nothing else', () => {
    expect(
      messages(
        { role: 'system', content: '' },
        {
          role: 'user',
          content: [
            { type: 'text', text: '' },
            { type: 'text', text: 'Hi' },
          ],
        },
        { role: 'assistant', content: '' },
      ),
    ).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }]);
  });

  it('hold images, audio and files, by data URL, address and id', () => {
    const [message] = messages({
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=', detail: 'low' } },
        { type: 'image_url', image_url: { url: 'https://a.example/x.png' } },
        { type: 'input_audio', input_audio: { data: 'UklG', format: 'mp3' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
        { type: 'file', file: { file_id: 'file-1' } },
        { type: 'hologram', x: 1 },
      ],
    });
    expect(message!.content).toEqual([
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' }, detail: 'low' },
      { type: 'image', source: { kind: 'url', url: 'https://a.example/x.png' } },
      { type: 'audio', source: { kind: 'base64', mediaType: 'audio/mpeg', data: 'UklG' }, format: 'mp3' },
      {
        type: 'document',
        source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' },
        filename: 'a.pdf',
      },
      { type: 'document', source: { kind: 'file', id: 'file-1' } },
      {
        type: 'native',
        family: 'openai',
        value: { type: 'hologram', x: 1 },
        unknownAt: 'messages[0].content[5].type',
      },
    ]);
  });

  it('of the assistant hold thoughts with their signatures, in front of what was said, and calls', () => {
    const [turn, result] = messages(
      {
        role: 'assistant',
        content: 'One moment.',
        reasoning: 'Look it up.',
        extra_content: { anthropic: { reasoning: [{ text: 'Look it up.', signature: 'EqQB' }] } },
        tool_calls: [
          {
            id: 'a',
            type: 'function',
            function: { name: 'f', arguments: '{"x":1}' },
            extra_content: { google: { thought_signature: 'CoQB' } },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'ok' }] },
    );
    expect(turn!.content).toEqual([
      { type: 'reasoning', text: 'Look it up.', signature: { family: 'anthropic', value: 'EqQB' } },
      { type: 'text', text: 'One moment.' },
      { type: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}', signature: { family: 'google', value: 'CoQB' } },
    ]);
    expect(result).toEqual({ role: 'tool', callId: 'a', name: 'f', content: [{ type: 'text', text: 'ok' }] });
  });

  it('of the assistant may hold OpenRouter’s details, DeepSeek’s thoughts, a refusal, and Google’s mark on text', () => {
    const [details, deepseek, refusal, google] = messages(
      {
        role: 'assistant',
        content: 'a',
        reasoning_details: [{ type: 'reasoning.encrypted', data: 'abc', format: 'anthropic-claude-v1' }],
      },
      { role: 'assistant', content: 'b', reasoning_content: 'Hm.' },
      { role: 'assistant', content: null, refusal: 'No.' },
      { role: 'assistant', content: 'c', extra_content: { google: { thought_signature: 'CoQB' } } },
    );
    expect(details!.content[0]).toEqual({
      type: 'reasoning',
      text: '',
      signature: { family: 'anthropic', value: 'abc', redacted: true },
    });
    expect(deepseek!.content[0]).toEqual({ type: 'reasoning', text: 'Hm.' });
    expect(refusal!.content).toEqual([{ type: 'refusal', text: 'No.' }]);
    expect(google!.content).toEqual([{ type: 'text', text: 'c', signature: { family: 'google', value: 'CoQB' } }]);
  });

  it('may be of the time before there were tools', () => {
    const request = neutral({
      model: 'm',
      functions: [{ name: 'f', parameters: { type: 'object' } }],
      function_call: { name: 'f' },
      messages: [
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: 'ok' },
      ],
    });
    const [turn, result] = request.messages;
    expect(request).toMatchObject({ tools: [{ name: 'f' }], toolChoice: { type: 'tool', name: 'f' } });
    expect(result).toMatchObject({ role: 'tool', callId: (turn!.content[0] as { id: string }).id, name: 'f' });
  });

  it.each([
    [{ role: 'robot', content: 'x' }, 'messages[0].role'],
    [{ role: 'user', content: 7 }, 'messages[0].content'],
    [{ role: 'user', content: ['x'] }, 'messages[0].content[0]'],
    [{ role: 'user', content: [{ type: 'image_url' }] }, 'messages[0].content[0].image_url.url'],
    [{ role: 'user', content: [{ type: 'file', file: {} }] }, 'messages[0].content[0].file'],
    [{ role: 'tool', content: 'x' }, 'messages[0].tool_call_id'],
    [{ role: 'tool', tool_call_id: 'gone', content: 'x' }, 'messages[0].tool_call_id'],
    [{ role: 'assistant', tool_calls: [{ id: 'a' }] }, 'messages[0].tool_calls[0].function.name'],
    [{ role: 'assistant', tool_calls: [{ function: { name: 'f' } }] }, 'messages[0].tool_calls[0].id'],
  ])('that are malformed are refused by name: %o', (message, param) => {
    expect(() => messages(message)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });
});

describe('tools', () => {
  it('are functions, free-form, searches, and OpenAI’s own', () => {
    const { tools } = ask({
      tools: [
        { type: 'function', function: { name: 'f', description: 'd', parameters: { a: 1 }, strict: true } },
        { type: 'function', name: 'flat', parameters: { b: 1 }, defer_loading: true },
        { type: 'custom', custom: { name: 'sh', format: { type: 'text' } } },
        { type: 'web_search', user_location: { city: 'Bern' }, search_context_size: 'low', max_uses: 3 },
        { type: 'code_interpreter' },
      ],
    });
    expect(tools).toEqual([
      { type: 'function', name: 'f', description: 'd', parameters: { a: 1 }, strict: true },
      { type: 'function', name: 'flat', parameters: { b: 1 }, extras: { defer_loading: true } },
      { type: 'custom', name: 'sh', format: { type: 'text' } },
      { type: 'web_search', userLocation: { city: 'Bern' }, searchContextSize: 'low', maxUses: 3 },
      { type: 'native', family: 'openai', value: { type: 'code_interpreter' } },
    ]);
  });

  it('may be searches by OpenAI’s own option', () => {
    const location = { type: 'approximate', approximate: { country: 'CH' } };
    expect(ask({ web_search_options: { user_location: location } }).tools).toEqual([
      { type: 'web_search', userLocation: { country: 'CH' } },
    ]);
  });

  it.each([
    ['auto', { type: 'auto' }],
    ['required', { type: 'required' }],
    [
      { type: 'function', function: { name: 'f' } },
      { type: 'tool', name: 'f' },
    ],
    [
      { type: 'custom', custom: { name: 'sh' } },
      { type: 'tool', name: 'sh' },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
      { type: 'allowed', mode: 'required', names: ['f'] },
    ],
  ])('are chosen by %o', (given, read) => {
    expect(ask({ tool_choice: given }).toolChoice).toEqual(read);
  });
});

describe('reasoning', () => {
  it.each([
    [{ reasoning_effort: 'low' }, { effort: 'low' }],
    [{ reasoning: { effort: 'xhigh' } }, { effort: 'xhigh' }],
    [
      { reasoning_effort: 'low', reasoning: { max_tokens: 900 } },
      { effort: 'low', budgetTokens: 900 },
    ],
    [{ reasoning: { enabled: false } }, { effort: 'none' }],
    [{ reasoning: { enabled: true, exclude: true } }, { adaptive: true, show: false }],
    [{ thinking: { type: 'enabled', budget_tokens: 5000 } }, { budgetTokens: 5000 }],
    [{ thinking: { type: 'disabled' } }, { effort: 'none' }],
    [{ thinking: { type: 'kimi' } }, { adaptive: true }],
    [{ enable_thinking: true, thinking_budget: 700 }, { budgetTokens: 700 }],
    [{ enable_thinking: false }, { effort: 'none' }],
    [{}, undefined],
  ])('is read from %o', (given, read) => {
    expect(ask(given).reasoning).toEqual(read);
  });

  it('asked for in two ways at once is refused', () => {
    expect(() => ask({ reasoning_effort: 'low', reasoning: { effort: 'high' } })).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter_combination' }),
    );
  });
});

it('everything else is in its place, and what is not known is an extra', () => {
  const request = ask({
    stream: true,
    max_tokens: 100,
    max_completion_tokens: 50,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 5,
    stop: 'END',
    seed: 7,
    logprobs: true,
    top_logprobs: 3,
    n: 2,
    parallel_tool_calls: false,
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' }, strict: true } },
    user: 'u',
    metadata: { a: 'b' },
    prompt_cache_key: 'k',
    service_tier: 'flex',
    verbosity: 'low',
    modalities: ['text', 'audio'],
    store: false,
    some_future_param: { deep: [1] },
    routing: 'price',
    plugins: [],
  });
  expect(request).toEqual({
    format: 'openai-chat',
    model: 'm',
    stream: true,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    tools: [],
    maxOutputTokens: 50,
    temperature: 0.5,
    topP: 0.9,
    topK: 5,
    stop: ['END'],
    seed: 7,
    logprobs: { top: 3 },
    choices: 2,
    parallelToolCalls: false,
    output: { type: 'json_schema', name: 'x', schema: { type: 'object' }, strict: true },
    user: 'u',
    metadata: { a: 'b' },
    promptCacheKey: 'k',
    serviceTier: 'flex',
    verbosity: 'low',
    modalities: ['audio'],
    extras: { store: false, some_future_param: { deep: [1] } },
  });
});

it('a body in the shape of Responses, as Cursor sends it, is read as what it is', () => {
  const request = neutral({
    model: 'm',
    stream: true,
    input: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
    ],
    tools: [{ type: 'function', name: 'f', parameters: { type: 'object' } }],
    max_tokens: 100,
    stream_options: { include_usage: true },
  });
  expect(request).toMatchObject({
    format: 'openai-responses',
    stream: true,
    maxOutputTokens: 100,
    messages: [{ role: 'system' }, { role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    tools: [{ type: 'function', name: 'f' }],
  });
});
