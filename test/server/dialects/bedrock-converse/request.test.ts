import { expect, test } from 'vitest';
import type { Offer } from '../../../../server/catalog/types.ts';
import { provider } from '../../../../server/dialects/bedrock-converse/index.ts';
import type { JsonObject } from '../../../../server/dialects/lossless.ts';
import type { Message, NeutralRequest } from '../../../../server/dialects/neutral/request.ts';
import { awsBedrock } from '../../../../server/providers/aws-bedrock.ts';

const SONNET_4_5 = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const SONNET_5 = 'anthropic.claude-sonnet-5';
const LLAMA = 'meta.llama3-3-70b-instruct-v1:0';
const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const call = (id: string, args = '{}'): Message => ({
  role: 'assistant',
  content: [{ type: 'tool-call', id, name: 'look', arguments: args }],
});
const result = (callId: string, text = 'fine'): Message => ({
  role: 'tool',
  callId,
  content: [{ type: 'text', text }],
});
const LOOK = { type: 'function', name: 'look', parameters: { type: 'object', properties: {} } } as const;

function write(
  more: Partial<NeutralRequest>,
  model = SONNET_4_5,
  capabilities = ['structured_output', 'prompt_caching'],
) {
  const request: NeutralRequest = {
    model: 'm',
    stream: false,
    messages: [user('Hi')],
    tools: [],
    choices: 1,
    extras: {},
    ...more,
  };
  const offer = { model: 'm', capabilities, maxOutputTokens: 64_000 } as unknown as Offer;
  const target = { model, offer, provider: awsBedrock, stream: false, maxOutputTokens: undefined, cacheMarks: true };
  return provider.writeRequest(request, target);
}
const body = (...given: Parameters<typeof write>): JsonObject => write(...given).body;
const turns = (...given: Parameters<typeof write>) => body(...given).messages as JsonObject[];

test('every system message that opens the conversation is sent, and a later one stays where it stood', () => {
  const system = (text: string): Message => ({ role: 'system', content: [{ type: 'text', text }] });
  const written = body({
    messages: [
      system('One.'),
      { role: 'developer', content: [{ type: 'text', text: 'Two.' }] },
      user('Hi'),
      system('Now!'),
    ],
  });
  expect(written).toEqual({
    system: [{ text: 'One.' }, { text: 'Two.' }],
    messages: [{ role: 'user', content: [{ text: 'Hi' }, { text: '<system>\nNow!\n</system>' }] }],
  });
});

test('system messages alone become the question', () => {
  expect(body({ messages: [{ role: 'system', content: [{ type: 'text', text: 'Say hi.' }] }] })).toEqual({
    messages: [{ role: 'user', content: [{ text: 'Say hi.' }] }],
  });
});

test('turns alternate, blank text is left out, and results come first in their turn', () => {
  const written = body({
    tools: [LOOK],
    messages: [user('a'), user(''), user('b'), call('1'), call('2'), user('hurry'), result('1'), result('2')],
  });
  expect(written.messages).toEqual([
    { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
    {
      role: 'assistant',
      content: ['1', '2'].map((toolUseId) => ({ toolUse: { toolUseId, name: 'look', input: {} } })),
    },
    {
      role: 'user',
      content: [
        { toolResult: { toolUseId: '1', content: [{ text: 'fine' }] } },
        { toolResult: { toolUseId: '2', content: [{ text: 'fine' }] } },
        { text: 'hurry' },
      ],
    },
  ]);
});

test('an id that Bedrock refuses is another one, the same in call and result', () => {
  const id = 'functions.look:0';
  const { messages } = body({ tools: [LOOK], messages: [user('a'), call(id), result(id)] }) as unknown as {
    messages: { content: [{ toolUse: { toolUseId: string }; toolResult: { toolUseId: string } }] }[];
  };
  expect(messages[1]!.content[0].toolUse.toolUseId).toMatch(/^functions_look_0_[0-9a-f]{12}$/);
  expect(messages[2]!.content[0].toolResult.toolUseId).toBe(messages[1]!.content[0].toolUse.toolUseId);
});

test.each([
  ['', {}],
  ['{"n":9007199254740993}', { n: expect.stringContaining('9007199254740993') }],
  ['{"cut', { input: '{"cut' }],
  ['[1]', { input: [1] }],
])('arguments %j travel as an object', (text, input) => {
  expect(turns({ tools: [LOOK], messages: [user('a'), call('1', text), result('1')] })[1]).toMatchObject({
    content: [{ toolUse: { input } }],
  });
});

test('tools that were called are still listed when none may be called now', () => {
  const messages = [user('a'), call('1'), result('1')];
  expect(body({ messages })).toMatchObject({
    toolConfig: { tools: [{ toolSpec: { name: 'look' } }] },
    additionalModelRequestFields: { tool_choice: { type: 'none' } },
  });
  const llama = body({ messages, tools: [LOOK], toolChoice: { type: 'none' } }, LLAMA);
  expect(llama.toolConfig).toMatchObject({ tools: [{ toolSpec: { name: 'look' } }] });
  expect(llama.system).toEqual([{ text: expect.stringContaining('Do not call any tool') }]);
  expect(body({ tools: [LOOK], toolChoice: { type: 'none' } })).not.toHaveProperty('toolConfig');
});

test.each([
  [{ type: 'required' }, { any: {} }],
  [{ type: 'auto' }, { auto: {} }],
  [{ type: 'tool', name: 'look' }, { tool: { name: 'look' } }],
] as const)('the tool choice %j has a Converse form', (toolChoice, expected) => {
  expect(body({ tools: [LOOK], toolChoice })).toMatchObject({ toolConfig: { toolChoice: expected } });
});

test('one call at a time is said in Anthropic’s words, and dropped where there are none', () => {
  const more: Partial<NeutralRequest> = { tools: [LOOK], parallelToolCalls: false, toolChoice: { type: 'required' } };
  const claude = body(more);
  expect(claude.additionalModelRequestFields).toEqual({
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
  });
  expect(claude.toolConfig).not.toHaveProperty('toolChoice');
  expect(write(more, LLAMA).dropped).toEqual(['parallel_tool_calls']);
});

test('namespaced and free-form tools are functions with flat names', () => {
  const { toolConfig } = body({
    tools: [
      { ...LOOK, namespace: 'crm' },
      { type: 'custom', name: 'patch', description: 'Patches.' },
      { type: 'function', name: 'any', parameters: { anyOf: [{ properties: { a: {} }, required: ['a'] }] } },
    ],
  });
  expect(toolConfig).toMatchObject({
    tools: [
      { toolSpec: { name: 'crm__look' } },
      { toolSpec: { name: 'patch', inputSchema: { json: { required: ['input'] } } } },
      { toolSpec: { inputSchema: { json: { type: 'object', properties: { a: {} }, required: ['a'] } } } },
    ],
  });
  expect(JSON.stringify(toolConfig)).not.toContain('anyOf');
});

test('files go as bytes by format, documents under clean names of their own', () => {
  const data = Buffer.from('x').toString('base64');
  const pdf = { type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data } } as const;
  const { messages } = body({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { kind: 'base64', mediaType: 'image/jpeg', data } },
          { ...pdf, filename: 'Q3  report_(final).pdf', citations: true },
          { ...pdf, filename: 'Q3 report (final).pdf' },
          pdf,
          { type: 'document', source: { kind: 'text', text: 'x', mediaType: 'text/plain' } },
          { type: 'video', source: { kind: 'url', url: 's3://bucket/a.mp4' } },
        ],
      },
    ],
  });
  const bytes = { bytes: data };
  expect(messages).toEqual([
    {
      role: 'user',
      content: [
        { image: { format: 'jpeg', source: bytes } },
        { document: { format: 'pdf', name: 'Q3 report (final)', source: bytes, citations: { enabled: true } } },
        { document: { format: 'pdf', name: 'Q3 report (final) 2', source: bytes } },
        { document: { format: 'pdf', name: 'document', source: bytes } },
        { document: { format: 'txt', name: 'document 2', source: bytes } },
        { video: { format: 'mp4', source: { s3Location: { uri: 's3://bucket/a.mp4' } } } },
        { text: 'See the document.' },
      ],
    },
  ]);
});

test('thoughts go back with a signature of the family alone, hidden ones as Bedrock gave them', () => {
  const thought = (family: 'anthropic' | 'openai' | 'bedrock', more = {}) =>
    ({ type: 'reasoning', text: `by ${family}`, signature: { family, value: 'sig', ...more } }) as const;
  const assistant: Message = {
    role: 'assistant',
    content: [
      thought('anthropic'),
      thought('openai'),
      thought('bedrock', { redacted: true }),
      thought('anthropic', { redacted: true }),
      { type: 'reasoning', text: 'unsigned' },
      { type: 'text', text: 'So.' },
    ],
  };
  const messages = [user('a'), assistant, user('b')];
  expect(turns({ messages })[1]!.content).toEqual([
    { reasoningContent: { reasoningText: { text: 'by anthropic', signature: 'sig' } } },
    { reasoningContent: { redactedContent: 'sig' } },
    { text: 'So.' },
  ]);
  expect(turns({ messages }, LLAMA)[1]!.content).toEqual([
    { reasoningContent: { redactedContent: 'sig' } },
    { text: 'So.' },
  ]);
});

test('thinking is told in the words of the model’s maker', () => {
  const reasoning = { effort: 'high' } as const;
  expect(body({ reasoning, maxOutputTokens: 40_000, temperature: 0.3 })).toEqual({
    messages: expect.any(Array),
    inferenceConfig: { maxTokens: 40_000 },
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: expect.any(Number) } },
  });
  expect(body({ reasoning, maxOutputTokens: 40_000 }, SONNET_5)).toMatchObject({
    additionalModelRequestFields: { thinking: { type: 'adaptive' } },
    outputConfig: { effort: 'high' },
  });
  expect(body({ reasoning }, 'amazon.nova-2-lite-v1:0')).toMatchObject({
    additionalModelRequestFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
  });
  expect(body({ reasoning: { effort: 'minimal' } }, 'openai.gpt-oss-120b-1:0')).toMatchObject({
    additionalModelRequestFields: { reasoning_effort: 'low' },
  });
  expect(write({ reasoning, temperature: 0.3 }).dropped).toEqual(['temperature']);
});

test('thinking by budget is off in a tool turn without Claude’s thoughts, and where a call is forced', () => {
  const reasoning = { budgetTokens: 4096 };
  const messages = [user('a'), call('1'), result('1')];
  expect(write({ reasoning, messages, tools: [LOOK] })).toMatchObject({
    body: { additionalModelRequestFields: { thinking: { type: 'disabled' } } },
    dropped: ['reasoning'],
  });
  expect(write({ reasoning, tools: [LOOK], toolChoice: { type: 'required' } }).dropped).toEqual(['reasoning']);
  // What the user adds to a result does not end the turn, and a thought of Claude's that begins it need not stand alone.
  expect(write({ reasoning, messages: [...messages, user('b')], tools: [LOOK] }).dropped).toEqual(['reasoning']);
  const thought: Message = {
    role: 'assistant',
    content: [{ type: 'reasoning', text: 'Hm.', signature: { family: 'anthropic', value: 's' } }],
  };
  expect(write({ reasoning, messages: [user('a'), thought, call('1'), result('1')], tools: [LOOK] }).dropped).toEqual(
    [],
  );
});

test('a schema is enforced where the model can, else described', () => {
  const schema = { type: 'object', properties: { a: { type: 'number' } } };
  const output = { type: 'json_schema', name: 'answer', schema } as const;
  expect(body({ output })).toMatchObject({
    outputConfig: {
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { name: 'answer', schema: JSON.stringify(schema) } },
      },
    },
  });
  expect(body({ output }, LLAMA, []).system).toEqual([{ text: expect.stringContaining(JSON.stringify(schema)) }]);
  expect(body({ output: { type: 'json_object' } }).system).toEqual([{ text: expect.stringContaining('JSON object') }]);
});

test('cache marks become cache points after what they mark, and none where the project wants none', () => {
  const cache = { ttl: '1h' } as const;
  const more: Partial<NeutralRequest> = {
    tools: [{ ...LOOK, cache: { ttl: '5m' } }],
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'Long.', cache }] },
      { role: 'user', content: [{ type: 'text', text: 'Hi', cache }] },
      call('1'),
      { role: 'tool', callId: '1', content: [{ type: 'text', text: 'ok', cache }] },
    ],
  };
  const point = { cachePoint: { type: 'default', ttl: '1h' } };
  expect(body(more)).toEqual({
    system: [{ text: 'Long.' }, point],
    messages: [
      { role: 'user', content: [{ text: 'Hi' }, point] },
      { role: 'assistant', content: [expect.anything()] },
      { role: 'user', content: [{ toolResult: { toolUseId: '1', content: [{ text: 'ok' }] } }, point] },
    ],
    toolConfig: { tools: [expect.anything(), { cachePoint: { type: 'default' } }] },
  });
  expect(JSON.stringify(body(more, LLAMA, []))).not.toContain('cachePoint');
});

test('a long prompt to Claude is marked for the cache, to others it is not', () => {
  const messages: Message[] = [
    { role: 'system', content: [{ type: 'text', text: 'Be kind. '.repeat(2000) }] },
    user('Hi'),
  ];
  expect(body({ messages }).system).toEqual([expect.anything(), { cachePoint: { type: 'default' } }]);
  expect(body({ messages }, 'amazon.nova-pro-v1:0').system).toEqual([expect.anything()]);
});

test('Converse’s own members travel, others are named as dropped', () => {
  const guardrailConfig = { guardrailIdentifier: 'g', guardrailVersion: '1' };
  const written = write({
    topK: 5,
    seed: 1,
    serviceTier: 'priority',
    stop: ['END'],
    extras: { guardrailConfig, additionalModelRequestFields: { a: 1 }, context_management: {} },
  });
  expect(written.body).toEqual({
    messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    inferenceConfig: { stopSequences: ['END'] },
    additionalModelRequestFields: { top_k: 5, a: 1 },
    additionalModelResponseFieldPaths: ['/stop_sequence'],
    serviceTier: { type: 'priority' },
    guardrailConfig,
  });
  expect(written.dropped).toEqual(['seed', 'context_management']);
});

const image = (source: JsonObject): Message =>
  ({ role: 'user', content: [{ type: 'image', source }] }) as unknown as Message;
test.each<[string, Partial<NeutralRequest>, string]>([
  ['several answers', { choices: 2 }, 'n'],
  ['log probabilities', { logprobs: { top: 2 } }, 'logprobs'],
  ['sound', { modalities: ['text', 'audio'] }, 'modalities'],
  ['web search', { tools: [{ type: 'web_search' }] }, 'tools'],
  ["another maker's tool", { tools: [{ type: 'native', family: 'openai', value: { type: 'mcp' } }] }, 'tools'],
  ['a tool with a name that Bedrock refuses', { tools: [{ ...LOOK, name: 'a.b' }] }, 'tools'],
  ['an image by address', { messages: [image({ kind: 'url', url: 'https://a.example/b.png' })] }, 'messages'],
  [
    'an image of a strange type',
    { messages: [image({ kind: 'base64', mediaType: 'image/tiff', data: 'eA==' })] },
    'messages',
  ],
  ['a conversation that the assistant opens', { messages: [call('1'), result('1')] }, 'messages'],
])('%s is refused before any call', (_what, more, param) => {
  expect(() => write(more)).toThrow(expect.objectContaining({ status: expect.any(Number), param }));
});
