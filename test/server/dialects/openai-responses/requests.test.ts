import { describe, expect, test } from 'vitest';
import { scanObject } from '../../../../server/dialects/json-scan.ts';
import type { JsonObject } from '../../../../server/dialects/lossless.ts';
import type { NativePart, NeutralRequest } from '../../../../server/dialects/neutral/request.ts';
import { packSignature } from '../../../../server/dialects/neutral/signatures.ts';
import { openaiResponses } from '../../../../server/dialects/openai-responses/index.ts';
import { readRequest } from '../../../../server/dialects/openai-responses/read-request.ts';
import { writeRequest } from '../../../../server/dialects/openai-responses/write-request.ts';
import type { TargetFacts } from '../../../../server/dialects/translation.ts';

function read(body: JsonObject): NeutralRequest {
  const facts = openaiResponses.read(scanObject(Buffer.from(JSON.stringify(body))), {});
  return readRequest(body, facts);
}

const target = (model = 'gpt-5.1', capabilities = ['reasoning'], more: Partial<TargetFacts> = {}) =>
  ({
    model,
    stream: true,
    maxOutputTokens: undefined,
    cacheMarks: true,
    offer: { capabilities },
    provider: {},
    ...more,
  }) as unknown as TargetFacts;
const write = (request: Partial<NeutralRequest>, to = target()) =>
  writeRequest({ model: 'm', stream: true, messages: [], tools: [], choices: 1, extras: {}, ...request }, to);

/** As Codex sends it: no instructions, developer messages, namespaces, its own metadata. */
const CODEX = {
  model: 'claude-sonnet-4-5',
  input: [
    { type: 'message', role: 'developer', id: 'msg_d', content: [{ type: 'input_text', text: 'You are Codex.' }] },
    {
      type: 'message',
      role: 'user',
      id: 'msg_u',
      content: [
        { type: 'input_text', text: 'List files' },
        { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0', detail: 'high' },
      ],
    },
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'thinking' }],
      encrypted_content: packSignature({ family: 'anthropic', value: 'EqQB' }, 'openai'),
    },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Listing.' }] },
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'exec_command', arguments: '{"cmd":"ls"}' },
    { type: 'function_call', call_id: 'call_2', name: 'search', namespace: 'mcp__docs', arguments: '' },
    { type: 'custom_tool_call', call_id: 'call_3', name: 'apply_patch', input: '*** Begin Patch' },
    { type: 'function_call_output', call_id: 'call_1', output: 'a.txt' },
    {
      type: 'function_call_output',
      call_id: 'call_2',
      output: [
        { type: 'input_text', text: 'see' },
        { type: 'input_image', image_url: 'https://e.com/a.png', detail: 'auto' },
      ],
    },
    { type: 'custom_tool_call_output', call_id: 'call_3', output: 'done' },
  ],
  tools: [
    {
      type: 'function',
      name: 'exec_command',
      description: 'Runs',
      strict: false,
      parameters: { type: 'object', properties: { cmd: { type: 'string' } } },
    },
    {
      type: 'namespace',
      name: 'mcp__docs',
      description: 'Docs',
      tools: [{ type: 'function', name: 'search', parameters: { type: 'object' }, strict: false }],
    },
    {
      type: 'custom',
      name: 'apply_patch',
      description: 'Edits',
      format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
    },
    {
      type: 'web_search',
      external_web_access: true,
      search_context_size: 'low',
      filters: { allowed_domains: ['e.com'] },
    },
    { type: 'local_shell' },
  ],
  tool_choice: 'auto',
  parallel_tool_calls: true,
  reasoning: { effort: 'high', summary: 'auto' },
  store: false,
  stream: true,
  include: ['reasoning.encrypted_content'],
  prompt_cache_key: '0199',
  text: { verbosity: 'low', format: { type: 'json_schema', name: 'out', strict: true, schema: { type: 'object' } } },
  client_metadata: { session: 'x' },
  some_future_param: { a: 1 },
};

describe('a Responses body in neutral form', () => {
  test('of Codex: every item and tool has its place', () => {
    expect(read(CODEX)).toEqual({
      format: 'openai-responses',
      model: 'claude-sonnet-4-5',
      stream: true,
      choices: 1,
      messages: [
        { role: 'developer', content: [{ type: 'text', text: 'You are Codex.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'List files' },
            { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0' }, detail: 'high' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'thinking', summary: true, signature: { family: 'anthropic', value: 'EqQB' } },
            { type: 'text', text: 'Listing.' },
            { type: 'tool-call', id: 'call_1', name: 'exec_command', arguments: '{"cmd":"ls"}' },
            { type: 'tool-call', id: 'call_2', name: 'search', namespace: 'mcp__docs', arguments: '' },
            { type: 'tool-call', id: 'call_3', name: 'apply_patch', custom: true, arguments: '*** Begin Patch' },
          ],
        },
        { role: 'tool', callId: 'call_1', name: 'exec_command', content: [{ type: 'text', text: 'a.txt' }] },
        {
          role: 'tool',
          callId: 'call_2',
          name: 'mcp__docs__search',
          content: [
            { type: 'text', text: 'see' },
            { type: 'image', source: { kind: 'url', url: 'https://e.com/a.png' }, detail: 'auto' },
          ],
        },
        {
          role: 'tool',
          callId: 'call_3',
          name: 'apply_patch',
          custom: true,
          content: [{ type: 'text', text: 'done' }],
        },
      ],
      tools: [
        {
          type: 'function',
          name: 'exec_command',
          description: 'Runs',
          strict: false,
          parameters: CODEX.tools[0]!.parameters,
        },
        { type: 'function', name: 'search', namespace: 'mcp__docs', parameters: { type: 'object' }, strict: false },
        { type: 'custom', name: 'apply_patch', description: 'Edits', format: CODEX.tools[2]!.format },
        { type: 'web_search', searchContextSize: 'low', allowedDomains: ['e.com'] },
        { type: 'native', family: 'openai', value: { type: 'local_shell' } },
      ],
      toolChoice: { type: 'auto' },
      parallelToolCalls: true,
      reasoning: { effort: 'high', summary: 'auto', show: true },
      verbosity: 'low',
      output: { type: 'json_schema', name: 'out', strict: true, schema: { type: 'object' } },
      promptCacheKey: '0199',
      extras: { some_future_param: { a: 1 } },
    });
  });

  test('of text and instructions', () => {
    expect(
      read({ model: 'm', input: 'hi', instructions: 'Be brief.', max_output_tokens: 20, temperature: 0.5 }),
    ).toMatchObject({
      messages: [
        { role: 'system', content: [{ text: 'Be brief.' }] },
        { role: 'user', content: [{ text: 'hi' }] },
      ],
      maxOutputTokens: 20,
      temperature: 0.5,
    });
  });

  test('of easy messages, files, refusals and native items', () => {
    const call = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } };
    const output = { type: 'local_shell_call_output', id: 'x', output: 'ok' };
    expect(
      read({
        model: 'm',
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' },
              { type: 'input_file', file_url: 'https://e.com/b.pdf' },
            ],
          },
          { role: 'assistant', content: 'well' },
          { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] },
          call,
          output,
        ],
      }).messages,
    ).toEqual([
      {
        role: 'user',
        content: [
          {
            type: 'document',
            source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' },
            filename: 'a.pdf',
          },
          { type: 'document', source: { kind: 'url', url: 'https://e.com/b.pdf' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'well' },
          { type: 'refusal', text: 'no' },
          { type: 'native', family: 'openai', value: call },
        ],
      },
      { role: 'user', content: [{ type: 'native', family: 'openai', value: output }] },
    ]);
  });

  test('gives a call the signature that came before it as an item of its own', () => {
    const encrypted = packSignature({ family: 'google', value: 'CsMB', id: 'call_1' }, 'openai');
    expect(
      read({
        model: 'm',
        input: [
          { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: encrypted },
          { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
        ],
      }).messages,
    ).toEqual([
      {
        role: 'assistant',
        content: [
          {
            type: 'tool-call',
            id: 'call_1',
            name: 'f',
            arguments: '{}',
            signature: { family: 'google', value: 'CsMB' },
          },
        ],
      },
    ]);
  });

  test.each([
    [
      'an answer that is not kept here',
      { previous_response_id: 'resp_x' },
      'previous_response_not_found',
      'previous_response_id',
    ],
    ['a conversation at OpenAI', { conversation: 'conv_1' }, 'model_not_supported', 'conversation'],
    [
      'an item that is not kept here',
      { input: [{ type: 'item_reference', id: 'msg_1' }] },
      'invalid_request',
      'input[0]',
    ],
    [
      'an unknown part',
      { input: [{ role: 'user', content: [{ type: 'hologram' }] }] },
      'invalid_request',
      'input[0].content[0].type',
    ],
    ['an unknown effort', { reasoning: { effort: 'heroic' } }, 'invalid_request', 'reasoning.effort'],
  ])('refuses %s', (_case, more, code, param) => {
    expect(() => read({ model: 'm', input: 'hi', ...more })).toThrow(expect.objectContaining({ code, param }));
  });

  test.each([
    ['no item at all', [], 'input'],
    ['the output of no call', [{ type: 'function_call_output', call_id: 'gone', output: 'x' }], 'input[0].call_id'],
    ['a part of no known type', [{ role: 'user', content: [{ type: 'bogus' }] }], 'input[0].content[0].type'],
  ])('%s is refused where it stands', (_what, input, param) => {
    expect(() => read({ model: 'm', input })).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  test('an item of OpenAI’s own is told from one that nobody knows, and its output may be a function’s', () => {
    const shell = { type: 'local_shell_call', call_id: 'call_s', action: {}, status: 'completed' };
    const known = ['shell_call', 'ghost_snapshot', 'mcp_list_tools', 'compaction_summary'].map((type) => ({ type }));
    const { messages } = read({
      model: 'm',
      input: [shell, { type: 'function_call_output', call_id: 'call_s', output: 'a.ts' }, ...known, { type: 'bogus' }],
    });
    expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'assistant']);
    const places = messages[2]!.content.map((part) => (part as NativePart).unknownAt);
    expect(places).toEqual([...known.map(() => undefined), 'input[6].type']);
  });
});

describe('a neutral request as a Responses body', () => {
  test('keeps nothing at the provider, and asks for thoughts where the model thinks', () => {
    expect(write({ reasoning: { effort: 'max', show: true }, maxOutputTokens: 5 }).body).toMatchObject({
      model: 'gpt-5.1',
      stream: true,
      store: false,
      include: ['reasoning.encrypted_content'],
      reasoning: { effort: 'high', summary: 'auto' },
      max_output_tokens: 16,
    });
    expect(write({}, target('gpt-4o', [])).body).not.toHaveProperty('include');
  });

  test('comes back as it was', () => {
    const { body } = writeRequest(read({ ...CODEX, model: 'gpt-5.1' }), target());
    const again = read(body);
    const before = read(CODEX);
    // Another family's thoughts stay away; empty arguments are an empty object.
    (before.messages[2] as { content: unknown[] }).content.shift();
    (before.messages[2] as { content: { arguments: string }[] }).content[2]!.arguments = '{}';
    expect(again.messages).toEqual(before.messages);
    expect(again.tools).toEqual(before.tools.map((tool) => tool));
    expect(body).toMatchObject({ some_future_param: { a: 1 }, prompt_cache_key: '0199', text: CODEX.text });
  });

  test("sends OpenAI's thoughts back with their id, where it is one that OpenAI takes", () => {
    const thought = (id: string) =>
      ({ type: 'reasoning', text: 'hm', signature: { family: 'openai', value: 'gA', id } }) as const;
    const content = [thought('rs_1'), thought('think_1')];
    const written = { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'gA' };
    expect(write({ messages: [{ role: 'assistant', content }] }).body.input).toEqual([
      { ...written, id: 'rs_1' },
      written,
    ]);
  });

  test('names what is left out, and refuses what is no hint', () => {
    expect(
      write({
        seed: 1,
        topK: 3,
        temperature: 0.2,
        frequencyPenalty: 1,
        extras: { safety_settings: [], safety_identifier: 'u' },
      }).dropped.toSorted(),
    ).toEqual(['frequency_penalty', 'safety_settings', 'seed', 'temperature', 'top_k']);
    expect(() => write({ stop: ['END'] })).toThrow(expect.objectContaining({ param: 'stop' }));
    expect(() => write({ choices: 2 })).toThrow(expect.objectContaining({ param: 'n' }));
    expect(() => write({ modalities: ['text', 'audio'] })).toThrow(expect.objectContaining({ param: 'modalities' }));
    expect(() => write({ tools: [{ type: 'native', family: 'google', value: { codeExecution: {} } }] })).toThrow(
      expect.objectContaining({ code: 'model_not_supported', param: 'tools' }),
    );
  });

  test('a choice names the tool by its kind', () => {
    const tools: NeutralRequest['tools'] = [
      { type: 'function', name: 'f' },
      { type: 'custom', name: 'c' },
      { type: 'web_search' },
    ];
    const choose = (toolChoice: NeutralRequest['toolChoice']) => write({ tools, toolChoice }).body.tool_choice;
    expect(choose({ type: 'tool', name: 'c' })).toEqual({ type: 'custom', name: 'c' });
    expect(choose({ type: 'tool', name: 'web_search' })).toEqual({ type: 'web_search' });
    expect(choose({ type: 'allowed', mode: 'required', names: ['f'] })).toEqual({
      type: 'allowed_tools',
      mode: 'required',
      tools: [{ type: 'function', name: 'f' }],
    });
  });
});
