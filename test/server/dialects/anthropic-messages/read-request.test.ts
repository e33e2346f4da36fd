import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../../../../server/dialects/anthropic-messages/read-request.ts';
import { type JsonObject, parseJson, toJson } from '../../../../server/dialects/lossless.ts';
import type { NativePart } from '../../../../server/dialects/neutral/request.ts';
import type { RequestFacts } from '../../../../server/dialects/neutral.ts';

const CLAUDE_CODE = readFileSync(
  new URL('../../../fixtures/anthropic/claude-code-request.json', import.meta.url),
  'utf8',
);
const FACTS = { model: 'gpt-5.4', stream: true, maxOutputTokens: 32_000, choices: 1 } as RequestFacts;

const read = (body: JsonObject) => readRequest({ messages: [{ role: 'user', content: 'x' }], ...body }, FACTS);

describe("a body of today's Claude Code", () => {
  const request = readRequest(parseJson(CLAUDE_CODE) as JsonObject, FACTS);

  it('keeps the system prompt with its marks, without the note to the billing', () => {
    expect(request.messages[0]).toEqual({
      role: 'system',
      content: [
        { type: 'text', text: "You are Claude Code, Anthropic's official CLI for Claude.", cache: { ttl: '1h' } },
        { type: 'text', text: 'You are an interactive agent.', cache: { ttl: '1h' } },
      ],
    });
  });

  it('keeps system messages where they stand', () => {
    expect(request.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'system',
      'assistant',
      'tool',
      'tool',
      'user',
      'system',
    ]);
    expect(request.messages.at(-1)).toEqual({ role: 'system', content: [{ type: 'text', text: 'Be brief.' }] });
  });

  it('has thoughts with signatures, calls as text, and results with their names, pictures and failures', () => {
    const content = request.messages[3]!.content;
    expect(content.slice(0, 3)).toEqual([
      {
        type: 'reasoning',
        text: 'I need both.',
        signature: { family: 'anthropic', value: 'EqQBCgIYAhIM1gbcDa9GJwZA' },
      },
      { type: 'reasoning', text: '', signature: { family: 'anthropic', value: 'EmwKAhgBEgy3va3p', redacted: true } },
      { type: 'text', text: 'Reading.' },
    ]);
    expect(content[3]).toMatchObject({ arguments: '{"file_path":"a.png","id":9007199254740993}' });
    expect(request.messages[4]).toEqual({
      role: 'tool',
      callId: 'toolu_01',
      name: 'Read',
      content: [
        { type: 'text', text: 'A picture:' },
        { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
      ],
    });
    expect(request.messages[5]).toEqual({
      role: 'tool',
      callId: 'toolu_02',
      name: 'Bash',
      content: [{ type: 'text', text: 'git: not found' }],
      isError: true,
      cache: { ttl: '5m' },
    });
  });

  it('has its tools, the search of the web as one that others have, and no search for tools', () => {
    expect(request.tools).toMatchObject([
      { type: 'function', name: 'Read', description: 'Reads a file', extras: { eager_input_streaming: true } },
      { type: 'function', name: 'Bash', cache: { ttl: '5m' }, extras: { defer_loading: true } },
      { type: 'web_search', maxUses: 8, allowedDomains: ['a.example'], userLocation: { city: 'Paris', country: 'FR' } },
      { type: 'native', family: 'anthropic', value: { type: 'code_execution_20250825' } },
    ]);
    expect(request).toMatchObject({ toolChoice: { type: 'auto' }, parallelToolCalls: false });
  });

  it('thinks as the last effort says', () => {
    expect(request.reasoning).toEqual({ adaptive: true, effort: 'xhigh', show: true });
  });

  it('keeps what has no place under its own name', () => {
    expect(request.extras).toEqual({
      context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
      output_config: { task_budget: { type: 'tokens', total: 20_000 } },
    });
    expect(request).toMatchObject({ maxOutputTokens: 32_000, temperature: 1, stop: ['END'], stream: true });
    expect(JSON.parse(request.user!)).toMatchObject({ session_id: 's' });
  });

  it('does not change the body it reads', () => {
    const body = parseJson(CLAUDE_CODE) as JsonObject;
    readRequest(body, FACTS);
    expect(toJson(body)).toBe(CLAUDE_CODE.trim());
  });
});

describe('a Messages body', () => {
  it.each([
    [{ type: 'enabled', budget_tokens: 31_999 }, undefined, { budgetTokens: 31_999, show: true }],
    [{ type: 'adaptive', display: 'omitted' }, 'high', { adaptive: true, effort: 'high', show: false }],
    [{ type: 'between_tools' }, undefined, { adaptive: true, show: true }],
    [{ type: 'disabled' }, 'high', { effort: 'none' }],
    [undefined, 'max', { effort: 'max' }],
    [undefined, undefined, undefined],
  ])('with thinking %o and effort %s reasons as %o', (thinking, effort, reasoning) => {
    expect(read({ thinking, output_config: { effort } }).reasoning).toEqual(reasoning);
  });

  it('wants structured output, in the old spelling too', () => {
    const format = { type: 'json_schema', schema: { type: 'object' } };
    const output = { type: 'json_schema', schema: { type: 'object' }, strict: true };
    expect(read({ output_config: { format }, tools: [] })).toMatchObject({ output, tools: [] });
    expect(read({ output_format: format })).toMatchObject({ output });
  });

  it('takes a system prompt as one text', () => {
    expect(read({ system: 'Be kind.' }).messages[0]).toEqual({
      role: 'system',
      content: [{ type: 'text', text: 'Be kind.' }],
    });
  });

  it.each([
    ['any', { type: 'required' }],
    ['none', { type: 'none' }],
    ['tool', { type: 'tool', name: 'f' }],
  ])('chooses tools: %s', (type, choice) => {
    expect(read({ tool_choice: { type, name: 'f' } }).toolChoice).toEqual(choice);
  });

  it('has documents of every source, and search results as documents that say where they are from', () => {
    const content = [
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' }, title: 'a.pdf' },
      {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'Grass is green.' },
        context: 'About grass',
        citations: { enabled: true },
        cache_control: { type: 'ephemeral', ttl: '1h' },
      },
      { type: 'document', source: { type: 'url', url: 'https://a.example/a.pdf' } },
      {
        type: 'document',
        source: {
          type: 'content',
          content: [
            { type: 'text', text: 'One' },
            { type: 'image', source: { type: 'url', url: 'https://a.example/i.png' } },
            { type: 'text', text: 'Two' },
          ],
        },
      },
      { type: 'image', source: { type: 'file', file_id: 'file_1' } },
      { type: 'search_result', source: 'https://a.example', title: 'A', content: [{ type: 'text', text: 'Found.' }] },
    ];
    expect(read({ messages: [{ role: 'user', content }] }).messages[0]!.content).toEqual([
      {
        type: 'document',
        source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' },
        filename: 'a.pdf',
      },
      {
        type: 'document',
        source: { kind: 'text', text: 'Grass is green.', mediaType: 'text/plain' },
        context: 'About grass',
        citations: true,
        cache: { ttl: '1h' },
      },
      { type: 'document', source: { kind: 'url', url: 'https://a.example/a.pdf' } },
      { type: 'document', source: { kind: 'text', text: 'One\n\nTwo', mediaType: 'text/plain' } },
      { type: 'image', source: { kind: 'url', url: 'https://a.example/i.png' } },
      { type: 'image', source: { kind: 'file', id: 'file_1' } },
      {
        type: 'document',
        source: { kind: 'text', text: 'Found.', mediaType: 'text/plain' },
        filename: 'A',
        context: 'Source: https://a.example',
      },
    ]);
  });

  it("keeps blocks of Anthropic's own tools whole, for Anthropic's models", () => {
    const block = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } };
    const { messages } = read({ messages: [{ role: 'assistant', content: [block] }] });
    expect(messages[0]!.content).toEqual([{ type: 'native', family: 'anthropic', value: block }]);
  });

  it('knows what Anthropic alone understands from what nobody knows', () => {
    const known = [
      'web_search_tool_result',
      'bash_code_execution_tool_result',
      'mcp_tool_use',
      'mcp_tool_listing',
      'container_upload',
      'compaction',
      'tool_addition',
      'tool_removal',
      'fallback',
    ];
    const { messages } = read({ messages: [{ role: 'user', content: [...known, 'bogus'].map((type) => ({ type })) }] });
    const places = messages[0]!.content.map((part) => (part as NativePart).unknownAt);
    expect(places).toEqual([...known.map(() => undefined), `messages.0.content.${known.length}.type`]);
  });

  it.each([
    ['messages.0.role', { messages: [{ role: 'robot', content: 'x' }] }],
    ['messages.0.content', { messages: [{ role: 'user' }] }],
    ['messages.0.content.0', { messages: [{ role: 'user', content: ['x'] }] }],
    ['messages.0.content.0.text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
    ['messages.0.content.0.source', { messages: [{ role: 'user', content: [{ type: 'image', source: {} }] }] }],
    ['messages.0.content.0.tool_use_id', { messages: [{ role: 'user', content: [{ type: 'tool_result' }] }] }],
    [
      'messages.0.content.0.tool_use_id',
      { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'gone', content: 'x' }] }] },
    ],
    ['messages.0.content.0.id', { messages: [{ role: 'assistant', content: [{ type: 'tool_use', name: 'f' }] }] }],
    ['tools.0.name', { tools: [{ input_schema: {} }] }],
    ['tools', { tools: {} }],
    ['tool_choice.type', { tool_choice: { type: 'some' } }],
    ['system', { system: 5 }],
    ['temperature', { temperature: 'hot' }],
  ])('is refused by the name of what is malformed: %s', (param, body) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });
});
