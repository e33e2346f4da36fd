import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../server/dialects/anthropic-messages/index.ts';
import type { Dialect } from '../../../server/dialects/dialect.ts';
import { gemini } from '../../../server/dialects/gemini/index.ts';
import { writeSignature } from '../../../server/dialects/gemini/signatures.ts';
import { scanObject } from '../../../server/dialects/json-scan.ts';
import type { JsonObject } from '../../../server/dialects/lossless.ts';
import { packSignature } from '../../../server/dialects/neutral/signatures.ts';
import { openaiChat } from '../../../server/dialects/openai-chat/index.ts';
import { openaiResponses } from '../../../server/dialects/openai-responses/index.ts';
import { signaturesIn, signaturesOf } from '../../../server/dialects/signed.ts';

const of = (body: JsonObject, text = JSON.stringify(body)) => signaturesOf(scanObject(Buffer.from(text)));
const assistant = (...content: JsonObject[]) => ({ messages: [{ role: 'assistant', content }] });

describe('the signatures that a request carries', () => {
  test.each<[string, JsonObject, string[]]>([
    ['Messages', assistant({ type: 'thinking', thinking: 'x', signature: 'A/+=' }), ['A/+=']],
    ['Messages, of a thought without text', assistant({ type: 'redacted_thinking', data: 'R=' }), ['R=']],
    ['Responses', { input: [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' }] }, ['gAAA']],
    [
      'Gemini',
      { contents: [{ parts: [{ text: '', thoughtSignature: 'G1' }, { thought_signature: 'G2' }] }] },
      ['G1', 'G2'],
    ],
    [
      'chat completions',
      {
        messages: [
          {
            reasoning_details: [{ type: 'reasoning.text', text: 't', signature: 'S' }],
            tool_calls: [{ extra_content: { google: { thought_signature: 'T' } } }],
          },
        ],
      },
      ['S', 'T'],
    ],
  ])('of %s are found', (_format, body, signatures) => {
    expect(of(body)).toEqual(signatures);
  });

  test('are what their maker wrote, however they are packed or escaped', () => {
    const google = { family: 'google', value: 'G=' } as const;
    expect(of(assistant({ signature: packSignature(google, 'anthropic') }))).toEqual(['G=']);
    expect(of({ contents: [{ thoughtSignature: writeSignature({ family: 'anthropic', value: 'A=' }) }] })).toEqual([
      'A=',
    ]);
    expect(of({}, '{"messages":[{"signature":"A\\/B\\u003d"}]}')).toEqual(['A/B=']);
  });

  test('are none where there are only words like theirs', () => {
    expect(
      of(
        assistant(
          { text: '"signature":"A"' },
          { signature: '' },
          { thoughtSignature: 'skip_thought_signature_validator' },
        ),
      ),
    ).toEqual([]);
    expect(of({ signature: 'top' })).toEqual([]);
    expect(of({}, '{"a":[{"signature":1},{"signatures":"x"},{"redacted_thinking":"data"}]}')).toEqual([]);
  });
});

test('the signatures in an answer are found behind their names alone', () => {
  const answer = {
    a: { signature: 'S1' },
    b: { thoughtSignature: 'S2', encrypted_content: 'S3' },
    c: { type: 'redacted_thinking', data: 'S4' },
    d: ['signature', 'encrypted_content', 'redacted_thinking'],
    e: '"signature":"S5"',
    f: { signature: null, encrypted_content: '' },
  };
  for (const text of [JSON.stringify(answer), JSON.stringify(answer, null, 2)])
    expect(signaturesIn(text).toSorted()).toEqual(['S1', 'S2', 'S3', 'S4']);
  expect(signaturesIn('{"thoughtSignature": "G\\u003d"}')).toEqual(['G=']);
  expect(signaturesIn('{"signature"')).toEqual([]);
});

const FACTS = { model: 'm', stream: true, choices: 1, maxOutputTokens: 9, wantsUsageChunk: true, textBytes: 1 };
const delta = (body: object) => `data: ${JSON.stringify(body)}\n\n`;

describe('a stream that passes as it is', () => {
  test.each<[string, Dialect, string[], string[]]>([
    [
      'Messages',
      anthropicMessages,
      [
        delta({
          type: 'content_block_start',
          index: 0,
          content_block: { type: 'thinking', thinking: '', signature: '' },
        }),
        delta({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } }),
        delta({ type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'A=' } }),
        delta({ type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'R=' } }),
      ],
      ['A=', 'R='],
    ],
    [
      'Gemini',
      gemini,
      [
        delta({ candidates: [{ content: { parts: [{ text: 'a' }] } }] }),
        delta({ candidates: [{ content: { parts: [{ functionCall: { name: 'f' }, thoughtSignature: 'G=' }] } }] }),
      ],
      ['G='],
    ],
    [
      'Responses',
      openaiResponses,
      [
        delta({ type: 'response.output_text.delta', delta: 'a' }),
        delta({ type: 'response.output_item.done', item: { type: 'reasoning', encrypted_content: 'E=' } }),
      ],
      ['E='],
    ],
    [
      'chat completions',
      openaiChat,
      [
        delta({ choices: [{ index: 0, delta: { content: 'a' } }] }),
        delta({ choices: [{ index: 0, delta: { extra_content: { google: { thought_signature: 'C=' } } } }] }),
      ],
      ['C='],
    ],
  ])('of %s tells what its thoughts are signed with, wherever it is cut', (_format, dialect, frames, signatures) => {
    const bytes = Buffer.from(frames.join(''));
    for (let cut = 0; cut < bytes.length; cut++) {
      const told: string[] = [];
      const hooks = { settle: () => '"cost":0', signed: (signature: string) => told.push(signature) };
      const reader = dialect.createReader(FACTS, hooks, 9, 1);
      reader.push(bytes.subarray(0, cut));
      reader.push(bytes.subarray(cut));
      expect(told).toEqual(signatures);
    }
  });
});
