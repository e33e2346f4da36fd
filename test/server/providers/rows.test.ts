import { expect, test } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import type { ProviderFormat } from '../../../server/dialects/dialect.ts';
import type { NeutralRequest } from '../../../server/dialects/neutral/request.ts';
import * as providers from '../../../server/providers/index.ts';
import { type Provider, quirksOf } from '../../../server/providers/provider.ts';
import { createUpstreams } from '../../../server/providers/upstreams.ts';

const ALL: readonly Provider[] = Object.values(providers);

/** Where a call of this provider goes, with these variables. */
function destination(env: Record<string, string>, name: string, format: ProviderFormat): string | undefined {
  const upstream = createUpstreams(readConfig(env, '/nowhere'), '0').get(name);
  if (!upstream?.formats.includes(format)) return undefined;
  const { origin, path } = upstream.route({ format, model: 'm', stream: false });
  return origin + path;
}

test('every provider has a name of its own that a variable can spell, and a title', () => {
  expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
  for (const { name, title } of ALL) {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(title).not.toBe('');
  }
});

test('at least twenty providers speak chat completions, each over TLS unless it is on this machine', () => {
  const chat = ALL.filter(({ formats }) => 'openai-chat' in formats);
  expect(chat.length).toBeGreaterThanOrEqual(30);
  for (const { baseUrl, keyless } of chat) {
    const url = new URL(typeof baseUrl === 'string' ? baseUrl : baseUrl({ resource: 'r' }));
    expect([url.protocol, url.hostname]).toEqual(keyless ? ['http:', '127.0.0.1'] : ['https:', expect.any(String)]);
    expect(url.pathname).toMatch(/^\/$|[^/]$/);
  }
});

test.each([
  ['deepseek', 'anthropic-messages', 'https://api.deepseek.com/anthropic/v1/messages'],
  ['moonshot', 'anthropic-messages', 'https://api.moonshot.ai/anthropic/v1/messages'],
  ['zai', 'anthropic-messages', 'https://api.z.ai/api/anthropic/v1/messages'],
  ['zai', 'openai-chat', 'https://api.z.ai/api/paas/v4/chat/completions'],
  ['minimax', 'anthropic-messages', 'https://api.minimax.io/anthropic/v1/messages'],
  ['novita', 'anthropic-messages', 'https://api.novita.ai/anthropic/v1/messages'],
  ['xiaomi', 'anthropic-messages', 'https://api.xiaomimimo.com/anthropic/v1/messages'],
  ['openrouter', 'anthropic-messages', 'https://openrouter.ai/api/v1/messages'],
  ['openrouter', 'openai-responses', 'https://openrouter.ai/api/v1/responses'],
  ['openai', 'openai-responses', 'https://api.openai.com/v1/responses'],
  ['xai', 'openai-responses', 'https://api.x.ai/v1/responses'],
  ['groq', 'openai-chat', 'https://api.groq.com/openai/v1/chat/completions'],
  ['groq', 'openai-responses', undefined],
] as const)('%s is asked in %s at %s', (name, format, url) => {
  expect(destination({ [`LLM_${name.toUpperCase()}_API_KEY`]: 'k' }, name, format)).toBe(url);
});

test.each([
  [{}, 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions'],
  [{ LLM_ALIBABA_REGION: 'us' }, 'https://dashscope-us.aliyuncs.com/compatible-mode/v1/chat/completions'],
  [{ LLM_ALIBABA_REGION: 'beijing' }, 'https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions'],
  [
    { LLM_ALIBABA_REGION: 'frankfurt', LLM_ALIBABA_WORKSPACE: 'ws1' },
    'https://ws1.eu-central-1.maas.aliyuncs.com/compatible-mode/v1/chat/completions',
  ],
])('Alibaba is where its region is, with %j', (env, url) => {
  expect(destination({ LLM_ALIBABA_API_KEY: 'k', ...env }, 'alibaba', 'openai-chat')).toBe(url);
});

test('Alibaba answers Anthropic messages only in the regions that have them', () => {
  const asked = (region: string) =>
    destination({ LLM_ALIBABA_API_KEY: 'k', LLM_ALIBABA_REGION: region }, 'alibaba', 'anthropic-messages');
  expect(asked('singapore')).toBe('https://dashscope-intl.aliyuncs.com/apps/anthropic/v1/messages');
  expect(asked('us')).toBeUndefined();
});

test("a provider's bare host is its own base URL, another host gets the version", () => {
  const asked = (url: string) => destination({ LLM_GROQ_API_KEY: 'k', LLM_GROQ_BASE_URL: url }, 'groq', 'openai-chat');
  expect(asked('https://api.groq.com')).toBe('https://api.groq.com/openai/v1/chat/completions');
  expect(asked('http://127.0.0.1:9')).toBe('http://127.0.0.1:9/v1/chat/completions');
});

test('a server on this machine needs no key and serves any model name', () => {
  const upstream = createUpstreams(readConfig({ LLM_OLLAMA_BASE_URL: 'http://127.0.0.1:11434' }, '/nowhere'), '0').get(
    'ollama',
  )!;
  expect(upstream.custom).toBe(true);
  expect(upstream.route({ format: 'anthropic-messages', model: 'm', stream: true }).path).toBe('/v1/messages');
  expect(upstream.route({ format: 'openai-chat', model: 'm', stream: true }).headers).not.toContain('authorization');
});

const request = (more: Partial<NeutralRequest>) => ({ messages: [], ...more }) as unknown as NeutralRequest;
const tool = { type: 'function', name: 'f' } as const;

test.each([
  ['a Codex model', 'gpt-5.3-codex', {}, 'openai-responses'],
  ['a pro model', 'gpt-5-pro-2026-01-01', {}, 'openai-responses'],
  ['a web search', 'gpt-5-mini', { tools: [{ type: 'web_search' }] }, 'openai-responses'],
  [
    'tools with reasoning from GPT-5.4 on',
    'gpt-5.4',
    { tools: [tool], reasoning: { effort: 'low' } },
    'openai-responses',
  ],
  ['tools with reasoning before it', 'gpt-5.1', { tools: [tool], reasoning: { effort: 'low' } }, undefined],
  ['tools without reasoning', 'gpt-5.4', { tools: [tool], reasoning: { effort: 'none' } }, undefined],
  ['a plain question', 'gpt-5.4', {}, undefined],
] as const)('OpenAI is asked for %s where it answers', (_case, model, more, format) => {
  expect(providers.openai.prefers!(model, request(more as Partial<NeutralRequest>))).toBe(format);
});

test("a model's own quirks hold over those of its provider", () => {
  expect(quirksOf(providers.moonshot, 'kimi-k3')).toMatchObject({
    reasoning: 'reasoning_effort',
    efforts: ['low', 'high', 'max'],
    reasoningBack: 'reasoning_content',
  });
  expect(quirksOf(providers.moonshot, 'kimi-k2.6').reasoning).toBe('thinking');
  expect(quirksOf(providers.moonshot, 'moonshot-v1-8k').reasoning).toBe('none');
  expect(quirksOf(providers.anthropic, 'claude-sonnet-4-6')).toEqual({});
});
