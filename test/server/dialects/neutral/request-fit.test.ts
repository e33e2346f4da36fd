import { describe, expect, test } from 'vitest';
import type { Offer } from '../../../../server/catalog/types.ts';
import type { Message, NeutralRequest, UserPart } from '../../../../server/dialects/neutral/request.ts';
import { fitRequest } from '../../../../server/dialects/neutral/request-fit.ts';

const data = { kind: 'base64', data: 'AAAA' } as const;
const IMAGE: UserPart = { type: 'image', source: { ...data, mediaType: 'image/png' } };
const PDF: UserPart = { type: 'document', source: { ...data, mediaType: 'application/pdf' } };
const NOTES: UserPart = { type: 'document', source: { kind: 'text', text: 'x', mediaType: 'text/plain' } };
const AUDIO: UserPart = { type: 'audio', source: { ...data, mediaType: 'audio/wav' } };

const asking = (messages: Message[], format: NeutralRequest['format'] = 'openai-chat'): NeutralRequest => ({
  format: format!,
  model: 'm',
  stream: false,
  messages,
  tools: [],
  choices: 1,
  extras: {},
});
const shown = (part: UserPart, format?: NeutralRequest['format']) =>
  asking([{ role: 'user', content: [part] }], format);
const offer = (...capabilities: string[]) => ({ id: 'acme/m', capabilities }) as unknown as Offer;

describe('what a user shows to a model that cannot perceive it', () => {
  test.each([
    ['an image', IMAGE, 'openai-chat', 'messages', 'vision'],
    ['an image', IMAGE, 'openai-responses', 'input', 'vision'],
    ['a document', PDF, 'gemini', 'contents', 'documents'],
    ['audio', AUDIO, 'anthropic-messages', 'messages', 'audio'],
  ] as const)('%s is refused in the caller’s words, naming who can: %#', (_what, part, format, param, capability) => {
    expect(() => fitRequest(shown(part, format), offer('tools'), 'openai-chat')).toThrow(
      expect.objectContaining({
        code: 'model_not_supported',
        param,
        hint: `Run \`gateway models --capability ${capability}\` to see the models that do.`,
      }),
    );
  });

  test.each([
    ['it sees', IMAGE, offer('vision')],
    ['it is shown the pages', PDF, offer('vision')],
    ['it reads documents', PDF, offer('documents')],
    ['the document is only text', NOTES, offer()],
    ['it hears', AUDIO, offer('audio')],
    ['nothing is known of it', IMAGE, { ...offer(), priceUnknown: true }],
  ])('is sent on when %s', (_when, part, at) => {
    const request = shown(part);
    expect(fitRequest(request, at, 'openai-chat')).toBe(request);
  });
});

test('a picture among the results of a tool becomes a note where nobody can see it', () => {
  const result = (part: Message['content'][number]) =>
    asking([{ role: 'tool', callId: 'c', content: [{ type: 'text', text: 'a.png' }, part] } as Message]);
  const request = result(IMAGE);
  expect(fitRequest(request, offer('vision'), 'openai-chat')).toBe(request);
  expect(fitRequest(request, offer('tools'), 'openai-chat')).toEqual(
    result({ type: 'text', text: '[An image was left out here: this model cannot see images.]' }),
  );
});

test('content of no known type goes to its own family alone', () => {
  const part = { type: 'native', family: 'anthropic', value: { type: 'bogus' } } as const;
  const request = shown({ ...part, unknownAt: 'messages.0.content.0.type' }, 'anthropic-messages');
  expect(fitRequest(request, offer(), 'anthropic-messages')).toBe(request);
  expect(() => fitRequest(request, offer(), 'openai-chat')).toThrow(
    expect.objectContaining({ code: 'invalid_request', param: 'messages.0.content.0.type' }),
  );
  expect(fitRequest(shown(part), offer(), 'openai-chat')).toMatchObject({ messages: [{ content: [part] }] });
});
