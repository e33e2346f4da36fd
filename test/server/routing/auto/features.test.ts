import { expect, test } from 'vitest';
import { featuresIn } from './bodies.ts';

const ask = (more: object) => ({ messages: [{ role: 'user', content: 'Hi' }], ...more });
const asking = (part: object) => ({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }, part] }] });
const MB = 1 << 20;

test.each([
  ['an image of chat completions', asking({ type: 'image_url', image_url: { url: 'https://x/y.png' } }), 'images'],
  ['an image of Messages', asking({ type: 'image', source: { type: 'url', url: 'https://x/y' } }), 'images'],
  [
    'an image of Responses',
    { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'x' }] }] },
    'images',
  ],
  [
    'an image of Gemini',
    { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] }] },
    'images',
  ],
  [
    'a PDF of Gemini',
    { contents: [{ parts: [{ file_data: { mime_type: 'application/pdf', file_uri: 'x' } }] }] },
    'documents',
  ],
  ['a document of Messages', asking({ type: 'document', source: { type: 'text', data: 'x' } }), 'documents'],
  ['a file of chat completions', asking({ type: 'file', file: { file_id: 'x' } }), 'documents'],
  ['sound of chat completions', asking({ type: 'input_audio', input_audio: { data: 'AA==' } }), 'audio'],
  ['sound of Gemini', { contents: [{ parts: [{ inlineData: { mimeType: 'audio/mp3', data: 'AA==' } }] }] }, 'audio'],
  ['tools', ask({ tools: [{ type: 'function', function: { name: 'f' } }] }), 'tools'],
  ['functions', ask({ functions: [{ name: 'f' }] }), 'tools'],
  ['a search of OpenAI', ask({ tools: [{ type: 'web_search_preview' }] }), 'webSearch'],
  ['a search of Anthropic', ask({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }), 'webSearch'],
  ['a search of Google', { contents: [{ parts: [{ text: 'Hi' }] }], tools: [{ googleSearch: {} }] }, 'webSearch'],
] as const)('%s is seen', (_, body, feature) => {
  const features = featuresIn(body);
  expect(features[feature]).toBe(true);
  const others = (['images', 'documents', 'audio'] as const).filter((name) => name !== feature);
  expect(others.map((name) => features[name])).toEqual(others.map(() => false));
});

test.each([
  ['no tools', ask({ tools: [] }), 'tools'],
  [
    'a tool with a parameter of that name',
    ask({
      tools: [
        { type: 'function', function: { name: 'f', parameters: { properties: { image_url: { type: 'string' } } } } },
      ],
    }),
    'images',
  ],
  [
    'a function that is called web_search',
    ask({ tools: [{ type: 'function', function: { name: 'web_search' } }] }),
    'webSearch',
  ],
  ['talk of images', { messages: [{ role: 'user', content: '{"type":"image_url"}' }] }, 'images'],
] as const)('%s needs nothing', (_, body, feature) => {
  expect(featuresIn(body)[feature]).toBe(false);
});

test.each([
  ['a schema of chat completions', ask({ response_format: { type: 'json_schema', json_schema: {} } }), 'schema'],
  [
    'a schema of Responses',
    { input: 'Hi', text: { format: { type: 'json_schema', name: 'x', schema: {} } } },
    'schema',
  ],
  ['a schema of Messages', ask({ output_config: { format: { type: 'json_schema', schema: {} } } }), 'schema'],
  ['a schema of Gemini', { contents: [], generationConfig: { responseSchema: { type: 'OBJECT' } } }, 'schema'],
  ['JSON of chat completions', ask({ response_format: { type: 'json_object' } }), 'json'],
  ['JSON of Gemini', { contents: [], generationConfig: { responseMimeType: 'application/json' } }, 'json'],
  ['text', ask({ response_format: { type: 'text' } }), undefined],
] as const)('%s is the shape that is asked for', (_, body, shape) => {
  expect(featuresIn(body).structured).toBe(shape);
});

test('Chinese is counted with more tokens than English of as many bytes', () => {
  const chinese = featuresIn({ messages: [{ role: 'user', content: '汉'.repeat(400) }] });
  const english = featuresIn({ messages: [{ role: 'user', content: 'a '.repeat(600) }] });
  expect(chinese.cjk).toBe(1);
  expect(chinese.promptTokens).toBeGreaterThan(english.promptTokens);
});

test('of four megabytes the end is read, too, where the question stands', () => {
  const content = `${'lorem ipsum '.repeat((4 * MB) / 12)} Now prove the theorem.`;
  const { counts, promptTokens } = featuresIn({ messages: [{ role: 'user', content }] });
  expect(counts.mathematics).toBeGreaterThan(0);
  expect(promptTokens).toBeGreaterThan(MB / 2);
});

test('the last question is found behind megabytes of results', () => {
  const messages = [
    { role: 'user', content: 'x'.repeat(MB) },
    { role: 'assistant', content: 'ok' },
    { role: 'user', content: 'Prove the theorem \\ "quoted" \\\\' },
    ...Array.from({ length: 30 }, () => ({ role: 'tool', content: 'y {"role":"user"} '.repeat(9000) })),
  ];
  const features = featuresIn({ messages });
  expect(features.counts.mathematics).toBeGreaterThan(0);
  expect(features.toolResults).toBe(30);
});

test.each([
  ['nothing', '{}'],
  ['an empty conversation', '{"messages":[]}'],
  ['blanks', '{ "messages" : [ { "role" : "user" , "content" : "Hi" } , ] }'.replace(' , ]', ' ]')],
  ['numbers for messages', '{"messages":[1, 2, -3.5e2]}'],
  ['nulls', '{"messages":[null,{"role":null,"content":null}]}'],
  ['strings for messages', '{"messages":["a","b\\"c\\\\"]}'],
  ['a message in another order', '{"messages":[{"content":"Hi","role":"user"}]}'],
  ['deep nesting', `{"messages":[{"role":"user","content":${'['.repeat(500)}${']'.repeat(500)}}]}`],
  ['a long string of quotes', JSON.stringify({ messages: [{ role: 'user', content: '"\\'.repeat(MB) }] })],
  ['long escapes', `{"messages":[{"role":"user","content":"${'\\u4e2d\\n'.repeat(MB / 8)}"}]}`],
  ['letters that are halves', '{"messages":[{"role":"user","content":"\\ud800 \\udc00"}]}'],
  ['long words', JSON.stringify({ messages: [{ role: 'user', content: 'a'.repeat(MB) }] })],
  [
    'a long member in front',
    JSON.stringify({ tools: [{ a: 'x'.repeat(9000) }], messages: [{ role: 'user', content: 'Hi' }] }),
  ],
  ['an input that is a number', '{"input":7}'],
])('%s has features like any other', (_, body) => {
  const { turns, promptTokens } = featuresIn(body);
  expect(turns).toBeGreaterThanOrEqual(0);
  expect(promptTokens).toBeGreaterThanOrEqual(0);
});
