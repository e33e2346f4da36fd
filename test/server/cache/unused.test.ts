import { describe, expect, test } from 'vitest';
import { unused } from '../../../server/cache/unused.ts';
import { fixture } from '../../helpers/upstream.ts';

const text = (json: string, events = false) => unused(Buffer.from(json), events).toString();

describe('an answer with nothing used', () => {
  test('has zero for every number in its usage, however deep, and keeps its strings', () => {
    expect(
      text(
        '{"id":"a","usage":{"cost":1.5e-7,"details":[{"modality":"TEXT 12","n":-3}],"tier":"x \\"9\\" y","z":null}}',
      ),
    ).toBe('{"id":"a","usage":{"cost":0,"details":[{"modality":"TEXT 12","n":0}],"tier":"x \\"9\\" y","z":null}}');
  });

  test('keeps every other byte, also what only looks like usage', () => {
    const rest = '"big":9007199254740993,"choices":[{"message":{"usage":{"n":7},"text":"\\"usage\\":{\\"n\\":1}"}}]';
    expect(text(`{ ${rest} , "usage" : { "n" : 5 } }`)).toBe(`{ ${rest} , "usage" : { "n" : 0 } }`);
    expect(text(`{${rest}}`)).toBe(`{${rest}}`);
  });

  test.each([
    ['message', 'message_start'],
    ['response', 'response.completed'],
    ['x_groq', 'chunk'],
  ])('has none in the %s of an event either', (holder, type) => {
    const event = (n: number) => `event: ${type}\ndata: {"type":"${type}","${holder}":{"id":4,"usage":{"n":${n}}}}\n\n`;
    const other = ': 5 "usage"\n\ndata: {"delta":{"usage":{"n":5}}}\r\n\r\n';
    expect(text(`${other}${event(9)}data: [DONE]\n\n`, true)).toBe(`${other}${event(0)}data: [DONE]\n\n`);
  });

  test("has none in each chunk of Gemini's, events or an array", () => {
    const chunk = (n: number) => `{"candidates":[{"usageMetadata":{"n":3}}],"usageMetadata":{"n":${n}}}`;
    expect(text(`[${chunk(1)},\n${chunk(2)}\n]`)).toBe(`[${chunk(0)},\n${chunk(0)}\n]`);
    expect(text(`data: ${chunk(1)}\n\ndata: ${chunk(2)}\n\n`, true)).toBe(`data: ${chunk(0)}\n\ndata: ${chunk(0)}\n\n`);
  });

  test.each([
    ['openai/chat.json', /"prompt_tokens":\s*[1-9]/],
    ['openai/chat.stream.txt', /"prompt_tokens":\s*[1-9]/],
    ['anthropic/messages.json', /"(in|out)put_tokens":\s*[1-9]/],
    ['anthropic/messages.stream.txt', /"(in|out)put_tokens":\s*[1-9]/],
    ['openai-responses/tools.json', /"(in|out)put_tokens":\s*[1-9]/],
    ['openai-responses/tools.stream.txt', /"(in|out)put_tokens":\s*[1-9]/],
    ['gemini/text.json', /TokenCount":\s*[1-9]/],
    ['gemini/text.stream.txt', /TokenCount":\s*[1-9]/],
    ['openai/embeddings.json', /_tokens":\s*[1-9]/],
  ])('is told of a real %s', (name, tokens) => {
    const given = fixture(name);
    expect(given.toString()).toMatch(tokens);
    expect(unused(given, name.endsWith('.txt')).toString()).not.toMatch(tokens);
  });
});

test('an answer that is no JSON is refused rather than kept', () => {
  expect(() => text('{"usage":{"n":1},"cut":"')).toThrow();
});
