import { describe, expect, test } from 'vitest';
import { readRequest } from '../../../../server/dialects/gemini/read-request.ts';
import { writeRequest } from '../../../../server/dialects/gemini/write-request.ts';
import { type JsonObject, toJson } from '../../../../server/dialects/lossless.ts';
import type { Message, NeutralRequest, Tool, ToolChoice } from '../../../../server/dialects/neutral/request.ts';
import type { TargetFacts } from '../../../../server/dialects/translation.ts';
import { readGemini } from '../../../helpers/providers/gemini-request.ts';

const HI: Message = { role: 'user', content: [{ type: 'text', text: 'hi' }] };
const F: Tool = { type: 'function', name: 'f', parameters: { type: 'object', properties: { a: { type: 'string' } } } };

function target(model: string, maxOutputTokens?: number): TargetFacts {
  return {
    model,
    maxOutputTokens,
    stream: false,
    cacheMarks: true,
    provider: { mixesTools: true },
  } as unknown as TargetFacts;
}

/** What is sent; everything is checked as strictly as Google does. */
function write(request: Partial<NeutralRequest>, model = 'gemini-3-pro-preview', limit?: number) {
  const whole: NeutralRequest = {
    model: 'm',
    stream: false,
    messages: [HI],
    tools: [],
    choices: 1,
    extras: {},
    ...request,
  };
  const { body, dropped } = writeRequest(whole, target(model, limit));
  readGemini(JSON.parse(toJson(body)), model);
  return { body, dropped };
}

const contentsOf = (messages: Message[], model?: string) =>
  write({ messages }, model).body.contents as { role: string; parts: JsonObject[] }[];

const call = (id: string, more: JsonObject = {}) =>
  ({ type: 'tool-call', id, name: 'f', arguments: '{"a":"1"}', ...more }) as const;
const result = (callId: string, text: string): Message => ({ role: 'tool', callId, content: [{ type: 'text', text }] });

describe('what Gemini is sent', () => {
  test('has the opening system messages as its instruction, and later ones where they stood', () => {
    const { body } = write({
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'one' }] },
        { role: 'developer', content: [{ type: 'text', text: 'two' }] },
        HI,
        { role: 'assistant', content: [{ type: 'text', text: 'hello' }] },
        { role: 'system', content: [{ type: 'text', text: 'three' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: '' },
            { type: 'text', text: 'more' },
          ],
        },
      ],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'one' }, { text: 'two' }] },
      contents: [
        { role: 'user', parts: [{ text: 'hi' }] },
        { role: 'model', parts: [{ text: 'hello' }] },
        { role: 'user', parts: [{ text: 'three' }, { text: 'more' }] },
      ],
    });
  });

  test('is never without a turn of the user’s at its head', () => {
    expect(contentsOf([{ role: 'system', content: [{ type: 'text', text: 's' }] }])).toEqual([
      { role: 'user', parts: [{ text: 's' }] },
    ]);
    expect(contentsOf([{ role: 'assistant', content: [{ type: 'text', text: 'x' }] }])[0]!.role).toBe('user');
  });

  test('has parallel calls and their results in one turn each, the results with their names', () => {
    const contents = contentsOf([
      HI,
      { role: 'assistant', content: [call('c1'), call('c2')] },
      result('c1', 'plain'),
      { ...result('c2', 'broken'), isError: true } as Message,
      { role: 'user', content: [{ type: 'text', text: 'go on' }] },
    ]);
    expect(contents.slice(1)).toEqual([
      {
        role: 'model',
        parts: [
          {
            functionCall: { id: 'c1', name: 'f', args: { a: '1' } },
            thoughtSignature: 'skip_thought_signature_validator',
          },
          { functionCall: { id: 'c2', name: 'f', args: { a: '1' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'c1', name: 'f', response: { output: 'plain' } } },
          { functionResponse: { id: 'c2', name: 'f', response: { error: 'broken' } } },
          { text: 'go on' },
        ],
      },
    ]);
  });

  test('has results that are objects as objects, digits and all', () => {
    const { body } = writeRequest(
      {
        model: 'm',
        stream: false,
        messages: [
          HI,
          { role: 'assistant', content: [call('c', { arguments: '{"n":9007199254740993}' })] },
          result('c', '{"n":9007199254740995}'),
        ],
        tools: [],
        choices: 1,
        extras: {},
      },
      target('gemini-2.5-pro'),
    );
    expect(toJson(body)).toContain('"args":{"n":9007199254740993}');
    expect(toJson(body)).toContain('"response":{"n":9007199254740995}');
  });

  test('has no signature made up for models that check none, and never another family’s', () => {
    const content = [
      { type: 'reasoning', text: 'secret', signature: { family: 'anthropic', value: 'x' } },
      { type: 'reasoning', text: 'unsigned' },
      call('c', { signature: { family: 'openai', value: 'y' } }),
    ] as const;
    const [, model] = contentsOf(
      [HI, { role: 'assistant', content: [...content] }, result('c', 'r')],
      'gemini-2.5-pro',
    );
    expect(model!.parts).toEqual([{ functionCall: { id: 'c', name: 'f', args: { a: '1' } } }]);
  });

  test('has Google’s own signatures where they came from', () => {
    const signature = (value: string) => ({ family: 'google', value }) as const;
    const body = writeRequest(
      {
        model: 'm',
        stream: false,
        messages: [
          HI,
          {
            role: 'assistant',
            content: [
              { type: 'reasoning', text: 'Hm', signature: signature('QQ==') },
              { type: 'text', text: 'Yes' },
              { type: 'reasoning', text: '', signature: signature('Qg==') },
              call('c', { signature: signature('Qw==') }),
            ],
          },
        ],
        tools: [],
        choices: 1,
        extras: {},
      },
      target('gemini-3-pro-preview'),
    ).body;
    expect((body.contents as { parts: JsonObject[] }[])[1]!.parts).toEqual([
      { text: 'Hm', thought: true },
      { text: 'Yes', thoughtSignature: 'QQ==' },
      { text: '', thoughtSignature: 'Qg==' },
      { functionCall: { id: 'c', name: 'f', args: { a: '1' } }, thoughtSignature: 'Qw==' },
    ]);
  });

  test('has media inline, from addresses where the model reads them, and from Google’s files', () => {
    const content = [
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aQ==' } },
      { type: 'image', source: { kind: 'url', url: 'https://a.example/b.webp?x=1' } },
      { type: 'document', source: { kind: 'file', id: 'gs://b/c.pdf' } },
      { type: 'document', source: { kind: 'text', text: 'plain', mediaType: 'text/plain' } },
      { type: 'audio', source: { kind: 'base64', mediaType: '', data: 'aQ==' }, format: 'mp3' },
    ] as const;
    expect(contentsOf([{ role: 'user', content: [...content] }])[0]!.parts).toEqual([
      { inlineData: { mimeType: 'image/png', data: 'aQ==' } },
      { fileData: { mimeType: 'image/webp', fileUri: 'https://a.example/b.webp?x=1' } },
      { fileData: { mimeType: 'application/pdf', fileUri: 'gs://b/c.pdf' } },
      { text: 'plain' },
      { inlineData: { mimeType: 'audio/mp3', data: 'aQ==' } },
    ]);
    expect(() => contentsOf([{ role: 'user', content: [content[1]] }], 'gemini-2.0-flash')).toThrow(/base64/);
    const foreign = { type: 'document', source: { kind: 'file', id: 'file-abc' } } as const;
    expect(() => contentsOf([{ role: 'user', content: [foreign] }])).toThrow(/no file of Google's/);
  });

  test('has images of a result inside it from Gemini 3 on, and beside it before', () => {
    const messages: Message[] = [
      HI,
      { role: 'assistant', content: [call('c')] },
      {
        role: 'tool',
        callId: 'c',
        content: [
          { type: 'text', text: 'see' },
          { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aQ==' } },
        ],
      },
    ];
    const image = { inlineData: { mimeType: 'image/png', data: 'aQ==' } };
    expect(contentsOf(messages)[2]!.parts).toMatchObject([{ functionResponse: { parts: [image] } }]);
    expect(contentsOf(messages, 'gemini-2.5-pro')[2]!.parts).toMatchObject([
      { functionResponse: { name: 'f' } },
      image,
    ]);
  });

  test('has every setting under Google’s name', () => {
    const { body, dropped } = write(
      {
        temperature: 0.5,
        topP: 0.9,
        topK: 40,
        stop: ['x'],
        seed: 7,
        frequencyPenalty: 0.1,
        presencePenalty: 0.2,
        logprobs: { top: 25 },
        choices: 2,
        maxOutputTokens: 1000,
        serviceTier: 'flex',
        modalities: ['text', 'image'],
        user: 'u',
        parallelToolCalls: false,
        extras: { safety_settings: [], top_a: 1, generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW' } },
      },
      'gemini-2.5-flash',
      500,
    );
    expect(body).toMatchObject({
      generationConfig: {
        temperature: 0.5,
        topP: 0.9,
        topK: 40,
        stopSequences: ['x'],
        seed: 7,
        frequencyPenalty: 0.1,
        presencePenalty: 0.2,
        responseLogprobs: true,
        logprobs: 20,
        candidateCount: 2,
        maxOutputTokens: 500,
        responseModalities: ['TEXT', 'IMAGE'],
        mediaResolution: 'MEDIA_RESOLUTION_LOW',
      },
      serviceTier: 'flex',
      safetySettings: [],
    });
    expect(dropped.toSorted()).toEqual(['parallel_tool_calls', 'top_a', 'user']);
  });

  test('is refused with six stop sequences; a seed that does not fit is a hint, and left out', () => {
    expect(() => write({ stop: ['1', '2', '3', '4', '5', '6'] })).toThrow(/at most 5 stop/);
    expect(write({ seed: 2 ** 40 }).dropped).toEqual(['seed']);
  });

  test.each([
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0 }],
    ['gemini-2.5-pro', { budgetTokens: 4000 }, { includeThoughts: true, thinkingBudget: 4000 }],
    [
      'gemini-3-pro-preview',
      { effort: 'medium' },
      { includeThoughts: true, thinkingLevel: expect.stringMatching(/LOW|HIGH/) },
    ],
    ['gemini-2.0-flash', { effort: 'high' }, undefined],
  ] as const)('tells %s how to think: %j', (model, reasoning, thinkingConfig) => {
    const config = (write({ reasoning }, model).body.generationConfig ?? {}) as JsonObject;
    expect(config.thinkingConfig).toEqual(thinkingConfig);
  });

  test('has an answer’s schema as JSON Schema, and in words where functions exclude it', () => {
    const output = { type: 'json_schema', schema: { type: 'object', properties: { a: { type: 'string' } } } } as const;
    expect(write({ output }, 'gemini-2.5-pro').body.generationConfig).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: output.schema,
    });
    expect(write({ output, tools: [F] }).body.generationConfig).toMatchObject({ responseMimeType: 'application/json' });
    const older = write({ output, tools: [F] }, 'gemini-2.5-pro').body;
    expect(older.generationConfig).toBeUndefined();
    expect(toJson(older.systemInstruction)).toContain('JSON Schema');
    expect(write({ output: { type: 'json_object' } }).body.generationConfig).toEqual({
      responseMimeType: 'application/json',
    });
  });

  test('has tools of every kind, by names that are found again', () => {
    const { body } = write({
      tools: [
        F,
        { type: 'function', name: 'find', namespace: 'crm', parameters: { type: 'object', properties: {} } },
        { type: 'custom', name: 'patch', description: 'Edits.' },
      ],
      toolChoice: { type: 'allowed', mode: 'auto', names: ['f'] },
    });
    expect(body.tools).toMatchObject([
      {
        functionDeclarations: [
          { name: 'f', parametersJsonSchema: { type: 'object' } },
          { name: 'crm__find' },
          { name: 'patch', description: 'Edits.', parametersJsonSchema: { required: ['input'] } },
        ],
      },
    ]);
    expect(JSON.stringify(body.tools)).not.toContain('"properties":{}');
    expect(body.toolConfig).toEqual({
      functionCallingConfig: { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
    });
  });

  test.each([
    [{ type: 'none' }, { mode: 'NONE' }],
    [{ type: 'required' }, { mode: 'ANY' }],
    [
      { type: 'tool', name: 'f' },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
  ] as const)('chooses tools by %j', (toolChoice, functionCallingConfig) => {
    expect(write({ tools: [F], toolChoice }).body.toolConfig).toEqual({ functionCallingConfig });
    expect(write({ toolChoice }).body.toolConfig).toBeUndefined();
  });

  test.each<ToolChoice>([
    { type: 'allowed', mode: 'required', names: ['web_search'] },
    { type: 'tool', name: 'web_search' },
  ])('searches alone where the choice names nothing but the search: %j', (toolChoice) => {
    const { body, dropped } = write({ tools: [F, { type: 'web_search' }], toolChoice }, 'gemini-2.5-pro');
    expect(body).toMatchObject({ tools: [{ googleSearch: {} }] });
    expect(body.toolConfig).toBeUndefined();
    expect(dropped).toEqual([]);
    const both: ToolChoice = { type: 'allowed', mode: 'auto', names: ['web_search', 'f'] };
    expect(write({ tools: [F, { type: 'web_search' }], toolChoice: both }).body.toolConfig).toMatchObject({
      functionCallingConfig: { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
    });
  });

  test('searches the web, beside functions only where the model can', () => {
    const search: Tool = { type: 'web_search', allowedDomains: ['a.example'] };
    expect(write({ tools: [search] }, 'gemini-2.5-pro')).toEqual({
      body: { contents: expect.anything(), tools: [{ googleSearch: {} }] },
      dropped: ['tools.web_search.allowed_domains'],
    });
    const older = write({ tools: [F, { type: 'web_search' }] }, 'gemini-2.5-pro');
    expect([JSON.stringify(older.body.tools).includes('googleSearch'), older.dropped]).toEqual([
      false,
      ['tools.web_search'],
    ]);
    const tools: Tool[] = [F, { type: 'web_search' }];
    const request: NeutralRequest = { model: 'm', stream: false, messages: [HI], tools, choices: 1, extras: {} };
    const both = target('gemini-3-pro-preview');
    expect(writeRequest(request, both)).toMatchObject({
      body: { tools: [{}, { googleSearch: {} }], toolConfig: { includeServerSideToolInvocations: true } },
      dropped: [],
    });
    expect(writeRequest(request, { ...both, provider: {} as never }).dropped).toEqual(['tools.web_search']);
  });

  test('is refused with a tool of another family', () => {
    const tool: Tool = { type: 'native', family: 'anthropic', value: { type: 'computer_20250124', name: 'computer' } };
    expect(() => write({ tools: [tool] })).toThrow(/does not have the tool computer_20250124/);
  });

  test('is what a Gemini caller sent, when it has to be translated', () => {
    const body = {
      contents: [
        { role: 'user', parts: [{ text: 'hi' }, { inlineData: { mimeType: 'image/png', data: 'aQ==' } }] },
        {
          role: 'model',
          parts: [
            { text: 'Hm', thought: true },
            { text: 'Let me look.', thoughtSignature: 'QQ==' },
            { functionCall: { id: 'x', name: 'f', args: { a: '1' } }, thoughtSignature: 'Qg==' },
          ],
        },
        { role: 'user', parts: [{ functionResponse: { id: 'x', name: 'f', response: { output: 'r' } } }] },
      ],
      systemInstruction: { parts: [{ text: 's' }] },
      tools: [
        {
          functionDeclarations: [
            { name: 'f', parametersJsonSchema: { type: 'object', properties: { a: { type: 'string' } } } },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
      generationConfig: { temperature: 1, topK: 64, maxOutputTokens: 9, seed: 3 },
      safetySettings: [{ category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'OFF' }],
    };
    const facts = { model: 'm', stream: false, maxOutputTokens: 9, choices: 1, wantsUsageChunk: true, textBytes: 1 };
    const again = writeRequest(readRequest(body, facts), target('gemini-3-pro-preview'));
    // a thought without a signature proves nothing, and stays out
    body.contents[1]!.parts.shift();
    expect(again).toEqual({ body, dropped: [] });
  });
});
