import { describe, expect, test } from 'vitest';
import { readRequest } from '../../../../server/dialects/gemini/read-request.ts';
import { writeSignature } from '../../../../server/dialects/gemini/signatures.ts';
import { type JsonObject, parseJson } from '../../../../server/dialects/lossless.ts';
import type { NativePart } from '../../../../server/dialects/neutral/request.ts';

const FACTS = {
  model: 'deepseek/deepseek-chat',
  stream: true,
  maxOutputTokens: undefined,
  choices: 1,
  wantsUsageChunk: true,
  textBytes: 1,
};
const read = (body: JsonObject) => readRequest(body, FACTS);
const contents = (...turns: [role: string, ...parts: JsonObject[]][]) =>
  turns.map(([role, ...parts]) => ({ role, parts }));
const messages = (...turns: [role: string, ...parts: JsonObject[]][]) =>
  read({ contents: contents(...turns) }).messages;

describe('a body of Gemini’s', () => {
  test('with a result of no call is refused where it stands', () => {
    const result = { functionResponse: { name: 'f', response: {} } };
    expect(() => messages(['user', { text: 'x' }, result])).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'contents[0].parts[1].functionResponse' }),
    );
    const call = { functionCall: { name: 'f', args: {} } };
    expect(messages(['model', call], ['user', result, result]).map(({ role }) => role)).toEqual([
      'assistant',
      'tool',
      'tool',
    ]);
  });

  test('has parts that Google alone understands, and parts that nobody knows', () => {
    const turns = messages(
      ['user', { txt: 'x' }, { fileData: { fileUri: 'gs://a/b', mimeType: 'image/png' } }],
      ['model', { executableCode: { code: '1' } }, { thoughtSignature: 'c2ln' }, {}],
    );
    expect(turns.flatMap(({ content }) => content.map((part) => (part as NativePart).unknownAt))).toEqual([
      'contents[0].parts[0]',
      undefined,
      undefined,
      undefined,
      'contents[1].parts[2]',
    ]);
  });

  test('as Gemini CLI sends it is understood whole', () => {
    const request = read({
      contents: contents(['user', { text: 'list the files' }]),
      systemInstruction: { role: 'user', parts: [{ text: 'You are an agent.' }, { text: 'Be brief.' }] },
      tools: [
        {
          functionDeclarations: [
            {
              name: 'list_directory',
              description: 'Lists.',
              parametersJsonSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
            },
          ],
        },
        { googleSearch: {} },
      ],
      generationConfig: {
        temperature: 1,
        topP: 0.95,
        topK: 64,
        thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 },
      },
    });
    expect(request).toEqual({
      format: 'gemini',
      model: 'deepseek/deepseek-chat',
      stream: true,
      messages: [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'You are an agent.' },
            { type: 'text', text: 'Be brief.' },
          ],
        },
        { role: 'user', content: [{ type: 'text', text: 'list the files' }] },
      ],
      tools: [
        {
          type: 'function',
          name: 'list_directory',
          description: 'Lists.',
          parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
        },
        { type: 'web_search' },
      ],
      temperature: 1,
      topP: 0.95,
      topK: 64,
      reasoning: { budgetTokens: 8192, show: true },
      choices: 1,
      extras: {},
    });
  });

  test('means the same in snake_case', () => {
    const camel = read({
      contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'aQ==' } }] }],
      systemInstruction: { parts: [{ text: 's' }] },
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig: { maxOutputTokens: 5, stopSequences: ['x'], thinkingConfig: { thinkingLevel: 'LOW' } },
    });
    const snake = read({
      contents: [{ role: 'user', parts: [{ inline_data: { mime_type: 'image/png', data: 'aQ==' } }] }],
      system_instruction: { parts: [{ text: 's' }] },
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['f'] } },
      generation_config: { max_output_tokens: '5', stop_sequences: ['x'], thinking_config: { thinking_level: 'low' } },
    });
    expect(snake).toEqual(camel);
    expect(camel).toMatchObject({
      toolChoice: { type: 'tool', name: 'f' },
      maxOutputTokens: 5,
      stop: ['x'],
      reasoning: { effort: 'low', show: false },
    });
  });

  test('pairs results with calls by order and name where there are no ids, and the same in every turn', () => {
    const turns: Parameters<typeof messages> = [
      ['user', { text: 'go' }],
      [
        'model',
        { functionCall: { name: 'a', args: { n: 1 } } },
        { functionCall: { name: 'b' } },
        { functionCall: { name: 'a', args: { n: 2 } } },
      ],
      [
        'user',
        { text: 'and then?' },
        { functionResponse: { name: 'b', response: { output: 'B' } } },
        { functionResponse: { name: 'a', response: { output: 'A1' } } },
        { functionResponse: { name: 'a', response: { error: 'A2' } } },
      ],
    ];
    const read = messages(...turns);
    expect(read.slice(2)).toEqual([
      { role: 'tool', callId: 'call_1', name: 'b', content: [{ type: 'text', text: 'B' }] },
      { role: 'tool', callId: 'call_0', name: 'a', content: [{ type: 'text', text: 'A1' }] },
      { role: 'tool', callId: 'call_2', name: 'a', content: [{ type: 'text', text: 'A2' }], isError: true },
      { role: 'user', content: [{ type: 'text', text: 'and then?' }] },
    ]);
    const longer = messages(...turns, ['model', { functionCall: { name: 'c' } }]);
    expect(longer.slice(0, read.length)).toEqual(read);
    expect(longer.at(-1)).toMatchObject({ content: [{ id: 'call_3', arguments: '' }] });
  });

  test('pairs results with calls by id where both tell one', () => {
    const call = (id: string) => ({ functionCall: { name: 'f', id, args: {} } });
    const result = (id: string) => ({ functionResponse: { name: 'f', id, response: { output: id } } });
    expect(messages(['model', call('x'), call('y')], ['user', result('y'), result('x')]).slice(1)).toMatchObject([
      { callId: 'y', content: [{ text: 'y' }] },
      { callId: 'x', content: [{ text: 'x' }] },
    ]);
  });

  test('keeps the digits of arguments and results', () => {
    const { messages: read } = readRequest(
      parseJson(
        '{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":9007199254740993}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"b":9007199254740995}}}]}]}',
      ) as JsonObject,
      FACTS,
    );
    expect(read).toMatchObject([
      { content: [{ arguments: '{"a":9007199254740993}' }] },
      { content: [{ text: '{"b":9007199254740995}' }] },
    ]);
  });

  test('gives back thoughts with the signatures of whichever family', () => {
    const signature = { family: 'anthropic', value: 'EqQB', redacted: true } as const;
    const [message] = messages([
      'model',
      { text: 'Hm', thought: true },
      { text: '…', thought: true },
      { text: '', thought: true, thoughtSignature: writeSignature(signature) },
      { text: 'Yes' },
      { text: '.' },
      { text: '', thoughtSignature: 'CiQB' },
      { functionCall: { name: 'f' }, thoughtSignature: 'skip_thought_signature_validator' },
    ]);
    expect(message!.content).toEqual([
      { type: 'reasoning', text: 'Hm…', signature },
      { type: 'text', text: 'Yes.' },
      { type: 'reasoning', text: '', signature: { family: 'google', value: 'CiQB' } },
      { type: 'tool-call', id: 'call_0', name: 'f', arguments: '' },
    ]);
  });

  test('has media of every kind', () => {
    const blob = (mimeType: string) => ({ inlineData: { mimeType, data: 'aQ==' } });
    const file = (fileUri: string, mimeType?: string) => ({ fileData: { fileUri, ...(mimeType && { mimeType }) } });
    const [message] = messages([
      'user',
      blob('image/webp'),
      blob('audio/mpeg'),
      blob('application/pdf'),
      file('https://youtu.be/x'),
      file('gs://bucket/a.png', 'image/png'),
      file('https://a.example/b.pdf', 'application/pdf'),
    ]);
    const base64 = (mediaType: string) => ({ kind: 'base64', mediaType, data: 'aQ==' });
    expect(message!.content).toEqual([
      { type: 'image', source: base64('image/webp') },
      { type: 'audio', source: base64('audio/mpeg'), format: 'mp3' },
      { type: 'document', source: base64('application/pdf') },
      { type: 'video', source: { kind: 'url', url: 'https://youtu.be/x', mediaType: 'video/mp4' } },
      { type: 'image', source: { kind: 'file', id: 'gs://bucket/a.png', mediaType: 'image/png' } },
      { type: 'document', source: { kind: 'url', url: 'https://a.example/b.pdf', mediaType: 'application/pdf' } },
    ]);
  });

  test('may have Google’s own schema, which becomes JSON Schema', () => {
    const { tools, output } = read({
      contents: contents(['user', { text: 'x' }]),
      tools: [
        {
          functionDeclarations: [
            {
              name: 'f',
              parameters: {
                type: 'OBJECT',
                properties: {
                  type: { type: 'STRING', nullable: true, format: 'enum', enum: ['a'] },
                  list: { type: 'ARRAY', items: { type: 'INTEGER' }, minItems: '2' },
                },
                propertyOrdering: ['type'],
              },
            },
          ],
        },
      ],
      generationConfig: { responseMimeType: 'application/json', responseSchema: { anyOf: [{ type: 'NUMBER' }] } },
    });
    expect(tools).toMatchObject([
      {
        parameters: {
          type: 'object',
          properties: {
            type: { type: ['string', 'null'], enum: ['a'] },
            list: { type: 'array', items: { type: 'integer' }, minItems: 2 },
          },
        },
      },
    ]);
    expect(output).toEqual({ type: 'json_schema', name: 'response', schema: { anyOf: [{ type: 'number' }] } });
  });

  test.each([
    [{ mode: 'AUTO' }, { type: 'auto' }],
    [{ mode: 'NONE' }, { type: 'none' }],
    [{ mode: 'ANY' }, { type: 'required' }],
    [
      { mode: 'ANY', allowedFunctionNames: ['a', 'b'] },
      { type: 'allowed', mode: 'required', names: ['a', 'b'] },
    ],
    [
      { mode: 'VALIDATED', allowedFunctionNames: ['a'] },
      { type: 'allowed', mode: 'auto', names: ['a'] },
    ],
    [{ mode: 'VALIDATED' }, { type: 'auto' }],
  ])('with %j chooses tools', (functionCallingConfig, toolChoice) => {
    expect(read({ toolConfig: { functionCallingConfig } }).toolChoice).toEqual(toolChoice);
  });

  test.each([
    [{ thinkingBudget: 0 }, { effort: 'none', show: false }],
    [
      { thinkingBudget: -1, includeThoughts: true },
      { adaptive: true, show: true },
    ],
    [{ thinkingLevel: 'HIGH' }, { effort: 'high', show: false }],
  ])('with %j thinks', (thinkingConfig, reasoning) => {
    expect(read({ generationConfig: { thinkingConfig } }).reasoning).toEqual(reasoning);
  });

  test('keeps what only Google knows', () => {
    expect(
      read({
        tools: [{ codeExecution: {} }, { url_context: {} }],
        toolConfig: { retrievalConfig: { languageCode: 'de' } },
        generationConfig: { speech_config: { languageCode: 'de' }, responseLogprobs: true, logprobs: 3, seed: 7 },
        cachedContent: 'cachedContents/x',
        serviceTier: 'flex',
        a_member_of_tomorrow: { deep_name: 1 },
      }),
    ).toMatchObject({
      tools: [
        { type: 'native', family: 'google', value: { codeExecution: {} } },
        { type: 'native', family: 'google', value: { urlContext: {} } },
      ],
      logprobs: { top: 3 },
      seed: 7,
      serviceTier: 'flex',
      extras: {
        toolConfig: { retrievalConfig: { languageCode: 'de' } },
        generationConfig: { speechConfig: { languageCode: 'de' } },
        cachedContent: 'cachedContents/x',
        a_member_of_tomorrow: { deep_name: 1 },
      },
    });
  });
});
