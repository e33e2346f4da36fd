import { expect, test, vi } from 'vitest';
import { anthropic } from '../../../server/catalog/offers/anthropic.ts';
import { scanObject } from '../../../server/dialects/json-scan.ts';
import { openaiResponses } from '../../../server/dialects/openai-responses/index.ts';
import type { CallerSide } from '../../../server/dialects/translation.ts';
import type { KeyEntry } from '../../../server/identity/key-ring.ts';
import type { Exchange } from '../../../server/proxy/exchange.ts';
import { prepare } from '../../../server/proxy/prepare.ts';
import { resume } from '../../../server/proxy/resume.ts';
import type { Target } from '../../../server/routing/plan.ts';
import type { Services } from '../../../server/services.ts';

const offer = anthropic()[0]!;
const provider = {};
const target = { offer, upstream: { formats: ['anthropic-messages'], provider } } as unknown as Target;
const key = { projectId: 'prj_1', project: { responseRetentionDays: 0 } } as KeyEntry;
const message = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I am kept.' }] };
const turn = {
  input: '[{"role":"user","content":"earlier"}]',
  response: JSON.stringify({ output: [{ id: 'msg_kept', ...message }] }),
};
const conversations = {
  upTo: async () => [turn],
  responseOf: () => 'resp_kept',
  find: async () => turn,
};

/** A body that refers to a kept item, on its way to Anthropic; a byte-order mark and all. */
async function translated(more: object) {
  const readRequest = vi.fn<CallerSide['readRequest']>((...given) => openaiResponses.caller.readRequest(...given));
  const exchange = {
    dialect: { ...openaiResponses, caller: { ...openaiResponses.caller, readRequest } },
    facts: { model: 'm', stream: false, choices: 1 },
  } as unknown as Exchange;
  const input = [
    { role: 'user', content: '9007199254740993' },
    { type: 'item_reference', id: 'msg_kept' },
  ];
  const text = JSON.stringify({ model: 'm', input, instructions: 'Be brief.', ...more }).replace(
    '"9007199254740993"',
    '[{"type":"input_text","text":"hi","n":9007199254740993}]',
  );
  const services = { conversations, config: { maxBodyBytes: 1000 } } as unknown as Services;
  const scan = await resume(services, exchange, key, scanObject(Buffer.from(`\ufeff${text}`)));
  const changes = { model: offer.providerModel, provider, offer } as Parameters<typeof prepare>[3];
  const body = String(prepare(exchange, scan, target, changes).body);
  return { body, read: readRequest.mock.calls[0]![0], exchange, scan };
}

test('items that were put together for their references are translated as they are, and not parsed again', async () => {
  const { body, read, exchange, scan } = await translated({});
  expect(exchange.input).toHaveLength(2);
  expect(read.input).toBe(exchange.input);
  expect(read).toMatchObject({ model: 'm', instructions: 'Be brief.' });
  expect(body).toContain('I am kept.');
  expect(scan.bytes.toString()).toMatch(/"n":9007199254740993.*I am kept\./);
});

test('a conversation with references is translated whole', async () => {
  const { body, read } = await translated({ previous_response_id: 'resp_kept' });
  expect(read.input).toHaveLength(4);
  expect(body).toMatch(/earlier.*I am kept\..*hi.*I am kept\./);
});
