import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { createCatalog } from '../../../server/catalog/catalog.ts';
import { offersOf, price } from '../../../server/catalog/offer.ts';

const catalog = createCatalog();
const ids = (name: string) => catalog.find(name).map((offer) => offer.id);

test.each([
  ['a bare name', 'claude-sonnet-4-6', 'anthropic/claude-sonnet-4.6', 'claude-sonnet-4-6'],
  ['dots for dashes', 'claude-sonnet-4.6', 'anthropic/claude-sonnet-4.6', 'claude-sonnet-4-6'],
  ['dashes for dots', 'gpt-5-4-mini', 'openai/gpt-5.4-mini', 'gpt-5.4-mini'],
  ['capital letters', 'MiniMax-M3', 'minimax/minimax-m3', 'MiniMax-M3'],
  ['a provider in front', 'anthropic/claude-opus-4.6', 'anthropic/claude-opus-4.6', 'claude-opus-4-6'],
  ['the gateway in front', 'gateway/gpt-4o-mini', 'openai/gpt-4o-mini', 'gpt-4o-mini'],
  ['the gateway and a provider in front', 'gateway/openai/gpt-4o', 'openai/gpt-4o', 'gpt-4o'],
  ['a dated version', 'gpt-4o-mini-2024-07-18', 'openai/gpt-4o-mini', 'gpt-4o-mini-2024-07-18'],
  ['a dated Claude', 'claude-haiku-4-5-20251001', 'anthropic/claude-haiku-4.5', 'claude-haiku-4-5-20251001'],
  [
    'a date that the list does not name',
    'claude-sonnet-4-5-20250514',
    'anthropic/claude-sonnet-4.5',
    'claude-sonnet-4-5',
  ],
  ['the maker’s alias', 'claude-sonnet-4-0', 'anthropic/claude-sonnet-4', 'claude-sonnet-4-20250514'],
  ['the latest', 'mistral-large-latest', 'mistral/mistral-large-2512', 'mistral-large-2512'],
  ['the other word order', 'anthropic/claude-4-5-haiku-latest', 'anthropic/claude-haiku-4.5', 'claude-haiku-4-5'],
  ['Google’s short name', 'google/gemini-2.5-pro', 'google-ai-studio/gemini-2.5-pro', 'gemini-2.5-pro'],
  ['a preview without the word', 'gemini-3.1-pro', 'google-ai-studio/gemini-3.1-pro-preview', 'gemini-3.1-pro-preview'],
  ['another name of xAI', 'x-ai/grok-4.1-fast', 'xai/grok-4.1-fast', 'grok-4-1-fast-reasoning'],
  ['another name of Z.ai', 'z-ai/glm-4.7-flash', 'zai/glm-4.7-flash', 'glm-4.7-flash'],
  ['another name of Moonshot', 'moonshotai/kimi-k2.5', 'moonshot/kimi-k2.5', 'kimi-k2.5'],
  ['a name that its maker retired', 'deepseek/deepseek-chat', 'deepseek/deepseek-v4-flash', 'deepseek-v4-flash'],
  ['a host’s own name', 'accounts/fireworks/models/glm-5p2', 'fireworks/glm-5.2', 'accounts/fireworks/models/glm-5p2'],
])('a model is found by %s', (_case, name, id, providerModel) => {
  expect(catalog.find(name)[0]).toMatchObject({ id, providerModel });
});

describe('a name that several providers serve', () => {
  test('gives every offer, the maker’s own first, then the cheapest', () => {
    const found = catalog.find('deepseek-v4-pro');
    expect(found[0]!.provider).toBe('deepseek');
    expect(found.length).toBeGreaterThan(3);
    const costs = found.slice(1).map((offer) => offer.price.inputPico + offer.price.outputPico);
    expect(costs).toEqual([...costs].sort((a, b) => (a < b ? -1 : 1)));
  });

  test('is pinned to one by a provider in front', () => {
    expect(ids('groq/llama-3.3-70b')).toEqual(['groq/llama-3.3-70b-instruct']);
    expect(ids('groq/openai/gpt-oss-120b')).toEqual(['groq/gpt-oss-120b']);
  });

  test('gives them all by a maker that does not serve it itself', () => {
    expect(ids('openai/gpt-oss-120b')).toEqual(ids('gpt-oss-120b'));
    expect(ids('meta-llama/llama-3.3-70b-instruct')).toEqual(ids('llama-3.3-70b-instruct'));
    expect(ids('deepseek/deepseek-v3.2')).toEqual(ids('deepseek-v3.2'));
  });
});

test.each([
  ['an unknown model', 'gpt-9'],
  ['a provider that does not serve it', 'anthropic/gpt-4o'],
  ['a region in which nobody serves it', 'openai/gpt-5.2:eu-west'],
  ['another gateway’s free variant', 'deepseek/deepseek-v4-flash:free'],
  ['nothing', ''],
  ['a provider alone', 'openai/'],
  ['a property of every object', '__proto__'],
  ['an endless name', 'gpt-4o'.repeat(10_000)],
])('%s is not found', (_case, name) => {
  expect(catalog.find(name)).toEqual([]);
});

test('spellings made up by callers are forgotten again', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const before = used();
  // Remembered, these names alone would be some 30 MB.
  for (let i = 0; i < 200_000; i++) catalog.find(`openai/gpt-4o-mini:${'x'.repeat(100)}${i}`);
  expect(used() - before).toBeLessThan(10);
});

test.each([
  ['gpt-4o-mni', 'gpt-4o-mini'],
  ['openai/gpt4o', 'gpt-4o'],
  ['claude-sonet-4.6', 'claude-sonnet-4.6'],
  ['gemini-2.5-flsh', 'gemini-2.5-flash'],
])('the names nearest to %s begin with %s', (wrong, right) => {
  expect(catalog.nearest(wrong)).toHaveLength(3);
  expect(catalog.nearest(wrong, 1)).toEqual([right]);
});

test('nothing is near to a name of another kind', () => {
  expect(catalog.nearest('xxxxxxxxxxxxxxxxxxxxxx')).toEqual([]);
});

describe('a price that changes', () => {
  const row = (more: object) => offersOf('acme', [['m', 'M', '2026-01-01', 1000, 100, '1 2', 'tools', more]]);
  const input = (at: string, more: object) =>
    createCatalog(row(more), () => Date.parse(at)).find('m')[0]!.price.inputPico;

  test('holds from its day on', () => {
    const more = { changes: [{ from: '2027-01-01', price: '3 4' }] };
    expect(input('2026-12-31T23:59:59.999Z', more)).toBe(1_000_000n);
    expect(input('2027-01-01T00:00:00Z', more)).toBe(3_000_000n);
  });

  test('holds in its hours, also for a catalogue that is already running', () => {
    let now = Date.parse('2026-11-21T00:59:00Z');
    const running = createCatalog(row({ changes: [{ hours: [1, 4], price: '3 4' }] }), () => now);
    const seen = ['00:59', '01:00', '03:59', '04:00'].map((time) => {
      now = Date.parse(`2026-11-21T${time}:00Z`);
      return [running.find('m')[0]!.price.inputPico, running.offers[0]!.price.inputPico];
    });
    expect(seen).toEqual([1, 3, 3, 1].map((usd) => [BigInt(usd * 1e6), BigInt(usd * 1e6)]));
  });
});

describe('a price as text', () => {
  test('is exact where a float is not', () => {
    expect(price('0.0028 0.1 0.003625 - 1.000001')).toEqual({
      inputPico: 2800n,
      outputPico: 100_000n,
      cachedInputPico: 3625n,
      cacheWritePico: null,
      cacheWrite1hPico: 1_000_001n,
      requestNano: 0n,
    });
    expect(price('1 1', '12').requestNano).toBe(12_000_000n);
  });

  test.each(['1', '- 1', '1,5 2', '0.0000001 1', '-1 2', '1e3 2'])('%s is refused', (text) => {
    expect(() => price(text)).toThrow(RangeError);
  });
});
