import { describe, expect, it } from 'vitest';
import { azure } from '../../../../server/providers/azure.ts';
import { deepseek } from '../../../../server/providers/deepseek.ts';
import { mistral } from '../../../../server/providers/mistral.ts';
import { openai } from '../../../../server/providers/openai.ts';
import { openrouter } from '../../../../server/providers/openrouter.ts';
import { rewritten, target } from './targets.ts';

const HEAD = '{"model":"x", "messages" : [{"role":"user","content":"Hi"}]';
const THINKS = { model: 'gpt-5.1', capabilities: ['reasoning'] };
const own = target({ chat: undefined }, { offer: { priceUnknown: true } as never });

describe('a body for a provider of the same dialect', () => {
  it.each([
    ['OpenAI', openai, 'gpt-5', true],
    ['OpenAI’s model on Azure', azure, 'gpt-5', true],
    ['another model on Azure', azure, 'mistral-large', false],
  ])('with Anthropic’s marks is translated for %s: %s', (_name, provider, model, anew) => {
    const body =
      '{"model":"x","messages":[{"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]}]}';
    expect(rewritten(body, target(provider, { model })) === undefined).toBe(anew);
  });

  it('stays byte for byte but for the model and what is ours', () => {
    const body = `${HEAD},"seed":9007199254740993,"routing":"price","plugins":[], "new_param": { "a" : 1 } }`;
    expect(rewritten(body, target())).toBe(
      `{"model":"gpt-4o", "messages" : [{"role":"user","content":"Hi"}],"seed":9007199254740993, "new_param": { "a" : 1 } }`,
    );
  });

  it('keeps OpenAI’s own words for reasoning as they are, whatever the model makes of them', () => {
    const body = `${HEAD},"reasoning_effort":"minimal"}`;
    expect(rewritten(body, target({}, THINKS))).toContain('"reasoning_effort":"minimal"');
  });

  it.each([
    [
      'the reasoning object',
      '"reasoning":{"effort":"low"}',
      target({}, THINKS),
      ['"reasoning_effort":"low"'],
      '"reasoning":',
    ],
    [
      'Anthropic’s thinking',
      '"thinking":{"type":"enabled","budget_tokens":30000}',
      target({}, THINKS),
      ['"reasoning_effort":"high"'],
      '"thinking":',
    ],
    [
      'an effort',
      '"reasoning_effort":"high"',
      target(deepseek, { model: 'deepseek-v4', capabilities: ['reasoning'] }),
      ['"thinking":{"type":"enabled"}', '"reasoning_effort":"high"'],
      '"reasoning":',
    ],
    ['an effort of none', '"reasoning_effort":"none"', target(), [], '"reasoning_effort"'],
    [
      'an effort for a model that cannot be told',
      '"reasoning_effort":"high"',
      target(mistral, { model: 'mistral-large', capabilities: ['reasoning'] }),
      [],
      '"reasoning_effort"',
    ],
    [
      'the reasoning object, at OpenRouter',
      '"reasoning":{"effort":"low","max_tokens":9}',
      target(openrouter, THINKS),
      ['"reasoning":{"effort":"low","max_tokens":9}'],
      '"reasoning_effort"',
    ],
    [
      'thinking, at a provider of unknown make',
      '"thinking":{"type":"enabled"}',
      own,
      ['"thinking":{"type":"enabled"}'],
      '"reasoning_effort"',
    ],
    [
      'the reasoning object, at a provider of unknown make',
      '"reasoning":{"effort":"low"}',
      own,
      ['"reasoning_effort":"low"'],
      '"reasoning":',
    ],
  ])('tells %s in the provider’s words', (_what, members, to, sent, gone) => {
    const body = rewritten(`${HEAD},${members}}`, to)!;
    for (const member of sent) expect(body).toContain(member);
    expect(body).not.toContain(gone);
  });

  it('has its output limit where the provider reads it', () => {
    const limit = (member: string, to: ReturnType<typeof target>) =>
      Object.entries(JSON.parse(rewritten(`${HEAD},${member}}`, to)!) as object).filter(([key]) =>
        key.startsWith('max_'),
      );
    expect(limit('"max_tokens":90', target({}, THINKS))).toEqual([['max_completion_tokens', 90]]);
    expect(limit('"max_tokens":90', target())).toEqual([['max_tokens', 90]]);
    expect(limit('"max_completion_tokens":90', target(deepseek))).toEqual([['max_tokens', 90]]);
    expect(
      limit(
        '"max_completion_tokens":90',
        target({ ...deepseek, chat: {} }, { offer: { priceUnknown: true } as never }),
      ),
    ).toEqual([['max_completion_tokens', 90]]);
    expect(limit('"max_tokens":90', target({}, { ...THINKS, maxOutputTokens: 40 }))).toEqual([
      ['max_completion_tokens', 40],
    ]);
  });

  it('loses and renames what the provider refuses, and asks for no usage where that is told anyway', () => {
    const body = `${HEAD},"stream":true,"stream_options":{"include_usage":true},"seed":9007199254740993,"user":"u","store":false}`;
    expect(rewritten(body, target(mistral))).toBe(
      `{"model":"gpt-4o", "messages" : [{"role":"user","content":"Hi"}],"stream":true,"random_seed":9007199254740993}`,
    );
  });
});

it('passes as it is when a message only writes about such members', () => {
  const said = 'Put "extra_content" and "cache_control" there';
  const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: said }] });
  expect(rewritten(body, target())).toBe(body);
});

describe('a body is translated', () => {
  const messages = (...list: object[]) => ({ model: 'x', messages: list });
  const hi = { role: 'user', content: 'Hi' };
  const tool = { type: 'function', function: { name: 'f' } };

  it.each([
    ['for the developer role', messages({ role: 'developer', content: 'A' }, hi), target(deepseek)],
    [
      'for a JSON Schema',
      { ...messages(hi), response_format: { type: 'json_schema', json_schema: { name: 'x', schema: {} } } },
      target(deepseek),
    ],
    ['for a web search', { ...messages(hi), tools: [{ type: 'web_search' }] }, target()],
    [
      'for a free-form tool',
      { ...messages(hi), tools: [{ type: 'custom', custom: { name: 'sh' } }] },
      target(deepseek),
    ],
    [
      'for the signatures of another provider',
      messages({ role: 'assistant', content: 'a', extra_content: { google: { thought_signature: 'x' } } }, hi),
      target(),
    ],
    [
      'for cache marks that OpenAI refuses',
      messages({ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] }),
      target(),
    ],
    [
      'for tools together with reasoning, which the newest models take at /responses alone',
      { ...messages(hi), tools: [tool], reasoning_effort: 'low' },
      target(openai, { model: 'gpt-5.4', capabilities: ['reasoning'] }),
    ],
    ['for models that answer at /responses alone', messages(hi), target(openai, { model: 'gpt-5.3-codex' })],
  ])('%s', (_why, body, to) => {
    expect(rewritten(body, to)).toBeUndefined();
  });

  it('and not where nothing of that stands in it', () => {
    const body = {
      ...messages({ role: 'developer', content: 'A "web_search" of "custom" things' }, hi),
      tools: [tool],
    };
    expect(rewritten(body, target(openai, { model: 'gpt-5.4', capabilities: ['reasoning'] }))).toBeDefined();
    expect(
      rewritten(
        { ...body, reasoning_effort: 'none' },
        target(openai, { model: 'gpt-5.4', capabilities: ['reasoning'] }),
      ),
    ).toBeDefined();
    expect(rewritten(messages(hi), target(deepseek))).toBeDefined();
  });
});
