import { describe, expect, it } from 'vitest';
import { leastCachedLength, withCacheMarks } from '../../../../server/dialects/neutral/cache-marks.ts';
import type { Message, NeutralRequest } from '../../../../server/dialects/neutral/request.ts';

const LONG = 'word '.repeat(1000);
const rules = { enabled: true, leastLength: 4096 };
const M5 = { ttl: '5m' } as const;
const H1 = { ttl: '1h' } as const;

const system = (text: string, cache?: typeof M5 | typeof H1): Message => ({
  role: 'system',
  content: [{ type: 'text', text, ...(cache && { cache }) }],
});
const user = (text: string, cache?: typeof M5 | typeof H1): Message => ({
  role: 'user',
  content: [{ type: 'text', text, ...(cache && { cache }) }],
});
const assistant: Message = { role: 'assistant', content: [{ type: 'text', text: 'ok' }] };
const result = (text: string): Message => ({ role: 'tool', callId: 'c', content: [{ type: 'text', text }] });

function request(messages: Message[], more: Partial<NeutralRequest> = {}): NeutralRequest {
  return { model: 'm', stream: false, messages, tools: [], choices: 1, extras: {}, ...more };
}

/** Which messages bear a mark, and for how long. */
function marks(messages: Message[], more: Partial<NeutralRequest> = {}): string[] {
  return withCacheMarks(request(messages, more), rules).messages.map((message) => {
    const all = [
      message.role === 'tool' ? message.cache : undefined,
      ...message.content.map((part) => 'cache' in part && part.cache),
    ];
    return all.flatMap((mark) => (mark ? [mark.ttl] : [])).join();
  });
}

describe('prompt-cache marks', () => {
  it('stand on a long system prompt and on the last two long user messages', () => {
    expect(
      marks([system(LONG), user(LONG), assistant, user(LONG), assistant, user(LONG), assistant, user('short')]),
    ).toEqual(['5m', '', '', '5m', '', '5m', '', '']);
  });

  it('stand at the end of a system prompt that is long as a whole', () => {
    expect(marks([system(LONG.slice(0, 3000)), system(LONG.slice(0, 3000)), user('x')])).toEqual(['', '5m', '']);
  });

  it('are not put on what is short', () => {
    expect(marks([system('short'), user('short')])).toEqual(['', '']);
  });

  it('stand on the last of the tool results that are long together', () => {
    expect(marks([user('x'), assistant, result(LONG), result('short')])).toEqual(['', '', '', '5m']);
  });

  it('stand on the last part that can bear one', () => {
    const content = [
      { type: 'text', text: LONG },
      { type: 'image', source: { kind: 'url', url: 'https://a.example/i.png' } },
      { type: 'text', text: ' ' },
    ] as const;
    const [message] = withCacheMarks(request([{ role: 'user', content: [...content] }]), rules).messages;
    expect(message!.content.map((part) => 'cache' in part)).toEqual([false, true, false]);
  });

  it('are left to the caller who has a mark of one hour among the messages', () => {
    expect(marks([system(LONG), user(LONG, H1), assistant, user(LONG)])).toEqual(['', '1h', '', '']);
    expect(marks([system(LONG), user(LONG)], { extras: { cache_control: { type: 'ephemeral', ttl: '1h' } } })).toEqual([
      '',
      '',
    ]);
  });

  it('are added after a mark of one hour on the system prompt', () => {
    expect(marks([system(LONG, H1), user(LONG)])).toEqual(['1h', '5m']);
  });

  it("are four at most, the caller's own included", () => {
    const tools = ['a', 'b'].map((name) => ({ type: 'function' as const, name, cache: M5 }));
    expect(marks([system(LONG), user(LONG, M5), assistant, user(LONG), assistant, user(LONG)], { tools })).toEqual([
      '5m',
      '5m',
      '',
      '',
      '',
      '',
    ]);
    expect(marks([system(LONG, M5), user(LONG), assistant, user(LONG), assistant, user(LONG)], { tools })).toEqual([
      '5m',
      '',
      '',
      '',
      '',
      '5m',
    ]);
  });

  it("are all taken away where the project wants none, the caller's own included", () => {
    const own = request([system(LONG, M5), user(LONG, H1), { ...result(LONG), cache: M5 } as Message], {
      tools: [{ type: 'function', name: 'f', cache: H1 }],
      extras: { cache_control: { type: 'ephemeral' }, other: 1 },
    });
    const before = JSON.stringify(own);
    const bare = withCacheMarks(own, { ...rules, enabled: false });
    expect(JSON.stringify(bare)).not.toMatch(/cache|1h|5m/);
    expect(bare.extras).toEqual({ other: 1 });
    expect(JSON.stringify(own)).toBe(before);
  });

  it('know how much each model wants at least', () => {
    const tokens = (model: string) => leastCachedLength(model) / 4;
    expect(tokens('claude-opus-4-6')).toBe(4096);
    expect(tokens('anthropic.claude-haiku-4-5-20251001-v1:0')).toBe(4096);
    expect(tokens('claude-sonnet-4.6')).toBe(2048);
    expect(tokens('claude-3-haiku-20240307')).toBe(2048);
    expect(tokens('claude-opus-4-8')).toBe(1024);
    expect(tokens('claude-sonnet-4-5')).toBe(1024);
  });
});
