import { expect, test } from 'vitest';
import { GeminiSource } from '../../../server/dialects/gemini/source.ts';
import { ChatSource } from '../../../server/dialects/openai-chat/source.ts';

const told = (chunk: object) => Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);

test.each([5_000_000, -1, 0.5])(
  'an answer that a provider numbers %s is an error, and no room is made for it',
  (index) => {
    const chat = new ChatSource().push(told({ choices: [{ index, delta: { content: 'a' } }] }));
    const parts = [{ text: 'a' }];
    const gemini = new GeminiSource().push(told({ candidates: [{ index, content: { parts } }] }));
    for (const events of [chat, gemini]) {
      expect(events.at(-1)).toMatchObject({ type: 'error', message: expect.stringContaining(String(index)) });
      expect(events.some(({ type }) => type === 'text')).toBe(false);
    }
  },
);
