import { expect, test } from 'vitest';
import { createCatalog } from '../../../server/catalog/catalog.ts';
import { readConfig } from '../../../server/config.ts';
import { createUpstreams, type OwnKey } from '../../../server/providers/upstreams.ts';
import { offeredTo, plan } from '../../../server/routing/plan.ts';

const key = (provider: string, more: Partial<OwnKey> = {}): OwnKey => ({
  provider,
  credential: { key: `own-${provider}`, settings: {} },
  baseUrl: undefined,
  fenced: true,
  ...more,
});

const services = (env: Record<string, string> = {}) => ({
  catalog: createCatalog(),
  upstreams: createUpstreams(readConfig(env, '/nowhere'), 'test'),
});
type Made = ReturnType<typeof services>;

const planned = (made: Made, organizationId: string, model: string) =>
  plan(offeredTo(made, { organizationId }), model).map(({ offer, upstream }) => [
    offer.provider,
    upstream.own,
    upstream.route({ format: 'openai-chat', model, stream: false }).credential.key,
  ]);

test('an organisation with a key of its own is served with it, and another with that of the server', () => {
  const made = services({ LLM_DEEPSEEK_API_KEY: 'server' });
  made.upstreams.replace('org_1', [key('deepseek')]);
  expect(planned(made, 'org_1', 'deepseek/deepseek-v4-pro')).toEqual([['deepseek', true, 'own-deepseek']]);
  expect(planned(made, 'org_2', 'deepseek/deepseek-v4-pro')).toEqual([['deepseek', false, 'server']]);
});

test('what costs no credit comes first, even where the maker itself is configured', () => {
  const made = services({ LLM_DEEPSEEK_API_KEY: 'server', LLM_TOGETHER_AI_API_KEY: 'server' });
  made.upstreams.replace('org_1', [key('together-ai')]);
  const providers = planned(made, 'org_1', 'deepseek-v4-pro').map(([provider]) => provider);
  expect(providers[0]).toBe('together-ai');
  expect(providers).toContain('deepseek');
  expect(planned(made, 'org_2', 'deepseek-v4-pro')[0]![0]).toBe('deepseek');
});

test('several own keys take turns, each at its own address', () => {
  const made = services();
  made.upstreams.replace('org_1', [
    key('openai'),
    key('openai', { credential: { key: 'second', settings: {} }, baseUrl: 'https://proxy.example/v1' }),
  ]);
  const upstream = made.upstreams.of('org_1').get('openai')!;
  const routes = [1, 2, 3].map(() => upstream.route({ format: 'openai-chat', model: 'm', stream: false }));
  const asked = routes.map(({ origin, credential }) => `${origin} ${credential.key}`);
  expect(new Set(asked)).toEqual(new Set(['https://proxy.example second', 'https://api.openai.com own-openai']));
  expect(asked[0]).toBe(asked[2]);
});

test('a provider of their own serves any model name, to nobody else', () => {
  const made = services();
  made.upstreams.replace('org_1', [key('acme', { baseUrl: 'https://llm.acme.example/v1' })]);
  expect(planned(made, 'org_1', 'acme/anything')).toEqual([['acme', true, 'own-acme']]);
  expect(() => planned(made, 'org_2', 'acme/anything')).toThrow(/does not exist/);
});

test('with the last key of its own gone an organisation is served by the server again', () => {
  const made = services({ LLM_DEEPSEEK_API_KEY: 'server' });
  made.upstreams.replace('org_1', [key('deepseek')]);
  made.upstreams.replace('org_1', []);
  expect(planned(made, 'org_1', 'deepseek/deepseek-v4-pro')).toEqual([['deepseek', false, 'server']]);
});

test.each(['http://127.0.0.1:1/v1', 'http://[::1]:1', 'http://localhost:1/v1'])(
  'a fenced credential is not sent to %s',
  (baseUrl) => {
    const made = services();
    const ask = (fenced: boolean) => {
      made.upstreams.replace('org_1', [key('acme', { baseUrl, fenced })]);
      return made.upstreams.of('org_1').get('acme')!.route({ format: 'openai-chat', model: 'm', stream: false });
    };
    expect(() => ask(true)).toThrow(/own network/);
    expect(ask(false).path).toMatch(/chat/);
  },
);

test('a fenced credential and an open one at the same address share no connection', () => {
  const made = services({ LLM_OPENAI_API_KEY: 'server' });
  made.upstreams.replace('org_1', [key('openai')]);
  const pool = (organizationId: string) =>
    made.upstreams.of(organizationId).get('openai')!.route({ format: 'openai-chat', model: 'm', stream: false }).pool;
  expect(pool('org_1')).not.toBe(pool('org_2'));
});
