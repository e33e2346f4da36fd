import { expect, it } from 'vitest';
import { anthropicMessages } from '../../../../server/dialects/anthropic-messages/index.ts';
import { GatewayError } from '../../../../shared/errors.ts';

const told = (error: GatewayError) => JSON.parse(anthropicMessages.errorBody(error, 'req_1')) as unknown;

it.each([
  [
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 131072 tokens.",
    131_072,
    128_000,
  ],
  ['The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).', 1_200_000, 1_048_576],
  [
    'maximum context length is 8,192 tokens. However, you requested 9,000 tokens (8,000 in the messages, 1,000 in the completion)',
    9000,
    8192,
  ],
  ['prompt is too long: 205 tokens > 200 maximum', 205, 200],
])('a prompt that does not fit is told as Claude Code reads it: %s', (message, sent, allowed) => {
  expect(told(new GatewayError('context_length_exceeded', message))).toEqual({
    type: 'error',
    error: { type: 'invalid_request_error', message: `prompt is too long: ${sent} tokens > ${allowed} maximum` },
    request_id: 'req_1',
  });
});

it('one whose numbers are not told is too long all the same', () => {
  expect(told(new GatewayError('context_length_exceeded', 'Input exceeds the context window.'))).toMatchObject({
    error: { message: 'prompt is too long: Input exceeds the context window.' },
  });
});

it('other errors say what to do', () => {
  expect(told(new GatewayError('insufficient_balance', 'No credit.'))).toMatchObject({
    error: { type: 'billing_error', message: expect.stringMatching(/^No credit\. ./) },
  });
});
