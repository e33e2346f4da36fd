import { describe, expect, test } from 'vitest';
import { anthropic as anthropicOffers } from '../../../server/catalog/offers/anthropic.ts';
import { googleAiStudio as googleOffers } from '../../../server/catalog/offers/google-ai-studio.ts';
import { openai as openaiOffers } from '../../../server/catalog/offers/openai.ts';
import type { Offer } from '../../../server/catalog/types.ts';
import { anthropicMessages } from '../../../server/dialects/anthropic-messages/index.ts';
import type { Dialect } from '../../../server/dialects/dialect.ts';
import { gemini } from '../../../server/dialects/gemini/index.ts';
import { scanObject } from '../../../server/dialects/json-scan.ts';
import { type JsonObject, parseJson } from '../../../server/dialects/lossless.ts';
import { openaiChat } from '../../../server/dialects/openai-chat/index.ts';
import { openaiResponses } from '../../../server/dialects/openai-responses/index.ts';
import { anthropic } from '../../../server/providers/anthropic.ts';
import { googleAiStudio } from '../../../server/providers/google-ai-studio.ts';
import { openai } from '../../../server/providers/openai.ts';
import { openrouter } from '../../../server/providers/openrouter.ts';
import type { Provider } from '../../../server/providers/provider.ts';
import type { Exchange } from '../../../server/proxy/exchange.ts';
import { prepare } from '../../../server/proxy/prepare.ts';
import type { Target } from '../../../server/routing/plan.ts';

/** The body as it is sent to the provider when signatures that begin with `F` are another's. */
function sent(dialect: Dialect, given: JsonObject, provider: Provider, offer: Offer): JsonObject {
  const scan = scanObject(Buffer.from(JSON.stringify({ model: 'm', ...given })));
  const exchange = { dialect, facts: dialect.read(scan, { model: 'm' }) } as unknown as Exchange;
  const target = { offer, upstream: { provider, formats: Object.keys(provider.formats) } } as unknown as Target;
  const { body, format } = prepare(exchange, scan, target, {
    model: offer.providerModel,
    maxOutputTokens: undefined,
    provider,
    offer,
    cacheMarks: true,
    isForeign: (signature) => signature.startsWith('F'),
  });
  expect(format).toBe(dialect.format);
  return parseJson(String(body)) as JsonObject;
}

const offerOf = (offers: Offer[], id: string) => offers.find(({ providerModel }) => providerModel.includes(id))!;

describe('a Messages request at another provider', () => {
  const offer = offerOf(anthropicOffers(), 'sonnet-4-5');
  const call = { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 } };
  const result = { type: 'tool_result', tool_use_id: 't1', content: 'ok' };
  const body = (...thoughts: JsonObject[]) => ({
    max_tokens: 4000,
    thinking: { type: 'enabled', budget_tokens: 2000 },
    tools: [{ name: 'f', input_schema: { type: 'object' } }],
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [...thoughts, call] },
      { role: 'user', content: [result] },
    ],
  });
  const contentOf = (written: JsonObject) => (written.messages as { content: JsonObject[] }[])[1]!.content;

  test('has none of the foreign thoughts, and does not think on where a tool was called by one', () => {
    const written = sent(
      anthropicMessages,
      body({ type: 'thinking', thinking: 'x', signature: 'F1' }, { type: 'redacted_thinking', data: 'F2' }),
      anthropic,
      offer,
    );
    expect(contentOf(written)).toEqual([call]);
    expect(written.thinking).not.toMatchObject({ type: 'enabled' });
    expect(written.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant' },
      { role: 'user', content: [result] },
    ]);
  });

  test('keeps its own, and thinks on', () => {
    const own = { type: 'thinking', thinking: 'y', signature: 'A1' };
    const written = sent(
      anthropicMessages,
      body(own, { type: 'thinking', thinking: 'x', signature: 'F1' }),
      anthropic,
      offer,
    );
    expect(contentOf(written)).toEqual([own, call]);
    expect(written.thinking).toMatchObject({ type: 'enabled' });
  });
});

test('a Responses request at another account has none of the foreign thoughts, and all else as it came', () => {
  const own = { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'O' };
  const rest = [
    { role: 'user', content: 'Hi' },
    own,
    { type: 'compaction', encrypted_content: 'F' },
    { type: 'future' },
  ];
  const input = [...rest.slice(0, 1), { ...own, encrypted_content: 'F' }, ...rest.slice(1)];
  const written = sent(openaiResponses, { input, future: 1 }, openai, offerOf(openaiOffers(), 'gpt-5'));
  expect(written).toMatchObject({ input: rest, future: 1 });
});

test('a Gemini request at another provider has a call that passes, and no foreign signature', () => {
  const call = { functionCall: { id: 'c', name: 'f', args: {} }, thoughtSignature: 'F1' };
  const contents = [
    { role: 'user', parts: [{ text: 'Hi' }] },
    {
      role: 'model',
      parts: [
        { text: 'x', thought: true },
        { text: 'own', thoughtSignature: 'G1' },
        call,
        { executableCode: { code: '1' }, thoughtSignature: 'F2' },
        { text: '', thoughtSignature: 'F3' },
      ],
    },
    { role: 'user', parts: [{ functionResponse: { id: 'c', name: 'f', response: { output: 'ok' } } }] },
  ];
  const written = sent(gemini, { contents }, googleAiStudio, offerOf(googleOffers(), 'gemini-3'));
  expect((written.contents as { parts: JsonObject[] }[])[1]!.parts).toEqual([
    { text: 'own', thoughtSignature: 'G1' },
    { ...call, thoughtSignature: 'skip_thought_signature_validator' },
    { executableCode: { code: '1' } },
  ]);
});

test('a chat request at another provider has the thoughts without the foreign signatures', () => {
  const details = (signature?: string) => [
    { type: 'reasoning.text', text: 'x', ...(signature && { signature, format: 'anthropic-claude-v1' }), index: 0 },
  ];
  const messages = (signature?: string) => [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Yes', reasoning_details: details(signature) },
    { role: 'user', content: 'Go on' },
  ];
  const offer = { ...offerOf(openaiOffers(), 'gpt-5'), providerModel: 'anthropic/claude' };
  expect(sent(openaiChat, { messages: messages('F1') }, openrouter, offer).messages).toEqual(messages());
  expect(sent(openaiChat, { messages: messages('O1') }, openrouter, offer).messages).toEqual(messages('O1'));
});
