import { expect, test } from 'vitest';
import { type Asked, digestOf } from '../../../server/cache/digest.ts';

const ASKED: Asked = {
  projectId: 'prj_1',
  url: '/v1/chat/completions',
  facts: {},
  headers: { 'anthropic-version': '2023-06-01' },
  bytes: Buffer.from('{"model":"m","n":1}'),
};

test('the same request has the same digest, whatever else its headers and query say', () => {
  const same = { ...ASKED, url: `${ASKED.url}?key=sk-1`, headers: { ...ASKED.headers, 'x-session-id': 's', via: 'x' } };
  expect(digestOf({ ...same, bytes: Buffer.from(ASKED.bytes) })).toBe(digestOf(ASKED));
});

test.each<[string, Partial<Asked>]>([
  ['project', { projectId: 'prj_2' }],
  ['path', { url: '/v1/responses' }],
  ['body, by a blank', { bytes: Buffer.from('{"model":"m","n": 1}') }],
  ['version of the API', { headers: { 'anthropic-version': '2024-01-01' } }],
  ['beta', { headers: { ...ASKED.headers, 'anthropic-beta': 'x' } }],
  ['beta of OpenAI', { headers: { ...ASKED.headers, 'openai-beta': 'x' } }],
  ['shape of a Gemini stream', { facts: { jsonArray: true } }],
  ['answer that it goes on from', { facts: { previousResponseId: 'resp_1' } }],
])('another %s has another digest', (_case, change) => {
  expect(digestOf({ ...ASKED, ...change })).not.toBe(digestOf(ASKED));
});
