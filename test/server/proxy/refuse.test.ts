import { expect, test } from 'vitest';
import { anthropicMessages } from '../../../server/dialects/anthropic-messages/index.ts';
import { gemini } from '../../../server/dialects/gemini/index.ts';
import { openaiChat } from '../../../server/dialects/openai-chat/index.ts';
import { openaiResponses } from '../../../server/dialects/openai-responses/index.ts';
import type { Exchange } from '../../../server/proxy/exchange.ts';
import { asGatewayError } from '../../../server/proxy/refuse.ts';

test.each([openaiChat, openaiResponses, anthropicMessages, gemini])(
  'a fault of our own tells a caller of $format nothing of where it is',
  (dialect) => {
    const logged: unknown[] = [];
    const log = { error: (what: unknown) => logged.push(what), warn: () => {} };
    const thrown = new TypeError('no such thing as /srv/gateway/secret.ts');
    const error = asGatewayError({ log } as never, { id: 'req_1' } as Exchange, thrown);
    for (const told of [dialect.errorBody(error, 'req_1'), dialect.errorFrame(error, 'req_1')]) {
      expect(told).toContain('The gateway failed.');
      expect(told).not.toMatch(/secret|TypeError|refuse\.test|node_modules| at /);
    }
    expect(JSON.stringify(logged)).toContain('secret');
  },
);
