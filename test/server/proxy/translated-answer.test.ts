import { expect, test, vi } from 'vitest';
import { anthropic } from '../../../server/catalog/offers/anthropic.ts';
import { NO_TOKENS } from '../../../server/dialects/neutral.ts';
import type { Exchange } from '../../../server/proxy/exchange.ts';
import { TranslatedAnswer } from '../../../server/proxy/translated-answer.ts';
import type { Services } from '../../../server/services.ts';

test('an answer that we cannot write in the caller’s terms is not booked as one', () => {
  const record = vi.fn();
  const events = [{ type: 'usage', usage: { ...NO_TOKENS, input: 1000 } }];
  const exchange = {
    translation: { side: { failure: () => undefined, readAnswer: () => events } },
    target: { upstream: { name: 'a provider', own: false }, offer: anthropic()[0]! },
    estimate: { inputTokens: 1, maxOutputTokens: 1 },
    facts: { stream: false },
    key: { accounts: [] },
    request: { headers: {} },
    answerContext: () => ({}),
    dialect: {
      caller: {
        writeAnswer() {
          throw new Error('our own fault');
        },
      },
    },
  } as unknown as Exchange;
  const answer = new TranslatedAnswer({ accounting: { record } } as unknown as Services, exchange);
  answer.data(Buffer.from('{}'));
  expect(() => answer.end()).toThrow('our own fault');
  expect(record).not.toHaveBeenCalled();
});
