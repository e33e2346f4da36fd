import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../server/dialects/anthropic-messages/index.ts';
import { gemini } from '../../../server/dialects/gemini/index.ts';
import { PROVIDER_SIDES } from '../../../server/dialects/index.ts';
import type { NeutralEvent } from '../../../server/dialects/neutral/answer.ts';
import { foldAnswer } from '../../../server/dialects/neutral/fold.ts';
import type { NeutralRequest } from '../../../server/dialects/neutral/request.ts';
import { NO_TOKENS, type RequestFacts } from '../../../server/dialects/neutral.ts';
import { openaiChat } from '../../../server/dialects/openai-chat/index.ts';
import { openaiResponses } from '../../../server/dialects/openai-responses/index.ts';
import { KINDS, type Kind } from '../../helpers/providers/kinds.ts';
import { REPLIES } from '../../helpers/providers/scenario.ts';
import { FORMATS } from './callers.ts';
import { ANSWERS } from './wrong-format.ts';

const DIALECTS = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  gemini,
};

/** The stream of a provider with everything in it. */
function streamOf(kind: Kind): Buffer {
  const reply = { scenario: 'small', ...REPLIES.small! };
  return Buffer.concat([...ANSWERS[kind].frames(reply)].map((frame) => Buffer.from(frame)));
}

function eventsOf(kind: Kind, pieces: readonly Buffer[]): NeutralEvent[] {
  const source = PROVIDER_SIDES[kind]!.createSource();
  const events = pieces.flatMap((piece) => source.push(piece));
  events.push(...source.end());
  expect(source.complete).toBe(true);
  // A provider that names no ids gets new ones each time.
  if (kind !== 'gemini') return events;
  return events.map((event) => (event.type === 'tool-call' ? { ...event, id: `made-${event.call}` } : event));
}

const FACTS: RequestFacts = {
  model: 'm',
  stream: true,
  maxOutputTokens: undefined,
  choices: 1,
  wantsUsageChunk: true,
  textBytes: 10,
};
const REQUEST: NeutralRequest = { model: 'm', stream: true, messages: [], tools: [], choices: 1, extras: {} };

/** Ids of our own making, and the time. */
const CHANGING = /"(?:id|item_id|obfuscation)":"[^"]*"|"completed_at":\d+/g;

describe.each(KINDS)('a stream of %s', (kind) => {
  const whole = streamOf(kind);

  test('gives the same events however it is cut in two', () => {
    const events = eventsOf(kind, [whole]);
    expect(events.length).toBeGreaterThan(10);
    for (let at = 1; at < whole.length; at++) {
      const cut = eventsOf(kind, [whole.subarray(0, at), whole.subarray(at)]);
      if (JSON.stringify(cut) !== JSON.stringify(events)) expect([at, cut]).toEqual([at, events]);
    }
  });

  test('gives the same events byte by byte', () => {
    const bytes = Array.from(whole, (byte) => Buffer.from([byte]));
    expect(eventsOf(kind, bytes)).toEqual(eventsOf(kind, [whole]));
  });

  test('means what the whole answer means', () => {
    const reply = { scenario: 'small', ...REPLIES.small! };
    const json = PROVIDER_SIDES[kind]!.readAnswer(JSON.parse(ANSWERS[kind].json(reply)));
    const { choices, usage } = foldAnswer(json!);
    const streamed = foldAnswer(eventsOf(kind, [whole]));
    const kinds = (content: { type: string }[]) => content.map(({ type }) => type);
    expect(kinds(streamed.choices[0]!.content)).toEqual(kinds(choices[0]!.content));
    expect(streamed.choices[0]!.stop).toBe(choices[0]!.stop);
    expect(streamed.usage).toEqual(usage);
  });

  test.each(FORMATS)('is written the same for a caller of %s, event by event', (format) => {
    const write = (events: readonly NeutralEvent[]) => {
      const writer = DIALECTS[format].caller.createWriter({
        requestId: 'r',
        facts: FACTS,
        request: REQUEST,
        created: 1,
      });
      const body = events.filter(({ type }) => !['usage', 'tier', 'error'].includes(type));
      return (
        body.map((event) => writer.write(event)).join('') + writer.end({ usage: NO_TOKENS, cost: {}, estimated: false })
      );
    };
    const written = write(eventsOf(kind, [whole])).replaceAll(CHANGING, '""');
    const bytes = Array.from(whole, (byte) => Buffer.from([byte]));
    expect(write(eventsOf(kind, bytes)).replaceAll(CHANGING, '""')).toBe(written);
    expect(written).toContain('get_weather');
  });
});
