import { expect, test } from 'vitest';
import {
  readCountAnswer,
  readCountRequest,
  writeCountAnswer,
  writeCountRequest,
} from '../../../../server/dialects/gemini/count-tokens.ts';

const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];

test('what is counted stands alone or in a whole request, in either spelling', () => {
  expect(readCountRequest({ contents })).toEqual({ contents });
  expect(readCountRequest({ generateContentRequest: { model: 'models/m', contents } })).toMatchObject({ contents });
  expect(readCountRequest({ generate_content_request: { contents } })).toEqual({ contents });
});

test('a provider is asked for the count of all that is read, and of nothing else', () => {
  expect(
    writeCountRequest({ contents, systemInstruction: { parts: [] }, safetySettings: [] }, 'gemini-2.5-pro'),
  ).toEqual({ generateContentRequest: { model: 'models/gemini-2.5-pro', contents, systemInstruction: { parts: [] } } });
});

test('a count is told, and read again', () => {
  expect(readCountAnswer(writeCountAnswer(12))).toBe(12);
  expect(readCountAnswer({ error: {} })).toBeUndefined();
});
