import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditLog, members, providerKeys, users } from '../../../server/store/schema.ts';
import { ENGINES, type Harness, type SignedIn, startApi } from './harness.ts';

const SECRET = 'sk-upstream-0123456789abcdef';

/** A provider that knows one key: it lists its models, and answers a completion. */
function startProvider(): Promise<{ server: Server; url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const good = request.headers.authorization === `Bearer ${SECRET}`;
    response.writeHead(good ? 200 : 401, { 'content-type': 'application/json' });
    response.end(good ? '{"data":[]}' : '{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}');
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({ server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked }),
    );
  });
}

describe.each(ENGINES)("an organisation's own keys at providers, on %s", (engine) => {
  let api: Harness;
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let serverOwner: SignedIn;
  let count = 0;
  beforeAll(async () => {
    provider = await startProvider();
    api = await startApi(engine, { LLM_OPENAI_API_KEY: 'sk-of-the-server' });
    serverOwner = await api.signUp('runs-the-server');
    const { db } = api.services.store;
    await db.update(users).set({ isOwner: true }).where(eq(users.id, serverOwner.person.userId));
  });
  afterAll(async () => {
    await api?.close();
    provider?.server.close();
  });

  const somebody = () => api.signUp(`p${++count}`);
  const call = (who: SignedIn, method: string, path: string, body?: unknown, headers = {}) =>
    api.call(method, `/api/v1${path}`, { as: who.token, body, headers });
  const add = (who: SignedIn, body: unknown) => call(who, 'POST', '/provider-keys', body);
  const upstreamOf = (name: string) => api.services.upstreams.of(serverOwner.person.organization.id).get(name);
  /** Until the process has heard of a change. */
  const heard = async (who: SignedIn, name: string, own: boolean) => {
    await expect
      .poll(() => api.services.upstreams.of(who.person.organization.id).get(name)?.own ?? false, { timeout: 2000 })
      .toBe(own);
    return api.services.upstreams.of(who.person.organization.id).get(name);
  };

  test('are added, listed, changed and removed, and no answer tells the key', async () => {
    const ann = await somebody();
    const added = await add(ann, { provider: 'deepseek', key: SECRET });
    expect(added).toMatchObject({ status: 201 });
    expect(added.body).toEqual({
      id: expect.stringMatching(/^pvk_/),
      provider: 'deepseek',
      label: 'default',
      base_url: null,
      settings: {},
      key_hint: 'cdef',
      status: 'active',
      health: { state: 'ok', reason: null, since: null },
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect((await call(ann, 'GET', '/provider-keys')).body).toEqual({ data: [added.body], next_cursor: null });
    expect((await call(ann, 'GET', '/provider-keys/deepseek')).body).toEqual(added.body);
    const changed = await call(ann, 'PATCH', `/provider-keys/${added.body.id}`, { label: 'main', key: `${SECRET}-2` });
    expect(changed.body).toMatchObject({ label: 'main', key_hint: 'ef-2' });
    const removed = await call(ann, 'DELETE', '/provider-keys/deepseek%2Fmain');
    expect(removed.body).toEqual({ id: added.body.id, provider: 'deepseek', label: 'main', removed: true });
    expect((await call(ann, 'GET', '/provider-keys')).body.data).toEqual([]);
    const log = await api.services.store.db.select().from(auditLog).where(eq(auditLog.target, added.body.id));
    expect(log.map(({ action }) => action)).toEqual([
      'provider_key.added',
      'provider_key.updated',
      'provider_key.removed',
    ]);
    expect(JSON.stringify([added, changed, log])).not.toContain(SECRET);
  });

  test('are sealed in the store', async () => {
    const ann = await somebody();
    const { body } = await add(ann, { provider: 'deepseek', key: SECRET });
    const [row] = await api.services.store.db.select().from(providerKeys).where(eq(providerKeys.id, body.id));
    expect(JSON.stringify(row)).not.toContain(SECRET);
    expect(api.services.secrets.decrypt('provider-key', row!.sealed)).toContain(SECRET);
  });

  test('serve their organisation from then on, until they are disabled', async () => {
    const [ann, bob] = [await somebody(), await somebody()];
    const { body } = await add(ann, { provider: 'openai', key: SECRET });
    const upstream = await heard(ann, 'openai', true);
    const route = upstream!.route({ format: 'openai-chat', model: 'm', stream: false });
    expect(route.headers).toContain(`Bearer ${SECRET}`);
    expect(api.services.upstreams.of(bob.person.organization.id).get('openai')!.own).toBe(false);
    await call(ann, 'PATCH', `/provider-keys/${body.id}`, { status: 'disabled' });
    await heard(ann, 'openai', false);
    await call(ann, 'PATCH', `/provider-keys/${body.id}`, { status: 'active' });
    await heard(ann, 'openai', true);
    await call(ann, 'DELETE', `/provider-keys/${body.id}`);
    await heard(ann, 'openai', false);
  });

  test('take several of one provider by label, and one label once', async () => {
    const ann = await somebody();
    await add(ann, { provider: 'groq', key: SECRET });
    expect(await add(ann, { provider: 'groq', key: SECRET })).toMatchObject({ status: 409 });
    expect(await add(ann, { provider: 'groq', label: 'second', key: SECRET })).toMatchObject({ status: 201 });
    const { status, body } = await call(ann, 'DELETE', '/provider-keys/groq');
    expect([status, body.error.message]).toEqual([409, expect.stringContaining('groq/second')]);
    expect(await call(ann, 'DELETE', '/provider-keys/groq%2Fsecond')).toMatchObject({ status: 200 });
  });

  test('are added once, however often the call is repeated with its Idempotency-Key', async () => {
    const ann = await somebody();
    const again = () =>
      call(ann, 'POST', '/provider-keys', { provider: 'xai', key: SECRET }, { 'idempotency-key': 'once' });
    const [first, second] = [await again(), await again()];
    expect(second.body).toEqual(first.body);
    expect((await call(ann, 'GET', '/provider-keys')).body.data).toHaveLength(1);
  });

  test('keep secret settings sealed and show the others', async () => {
    const ann = await somebody();
    const settings = { region: 'eu-west-1', access_key_id: 'AKIAEXAMPLE', secret_access_key: 'very-secret-indeed' };
    const { status, body } = await add(ann, { provider: 'aws-bedrock', settings });
    expect(status).toBe(201);
    expect(body.settings).toMatchObject({ region: 'eu-west-1' });
    expect(JSON.stringify(body)).not.toContain('very-secret');
    const upstream = await heard(ann, 'aws-bedrock', true);
    const { credential } = upstream!.route({ format: 'bedrock-converse', model: 'm', stream: false });
    expect(credential.settings).toMatchObject(settings);
  });

  test.each([
    ['a provider nobody knows', { provider: 'opnai', key: SECRET }, 'provider', /Did you mean openai/],
    ['no key', { provider: 'openai' }, 'key', /./],
    ['a key of two lines', { provider: 'openai', key: 'a\nb' }, 'key', /./],
    [
      'a setting that it does not have',
      { provider: 'openai', key: 'k', settings: { region: 'x' } },
      'settings.region',
      /./,
    ],
    ['an address that is none', { provider: 'acme', key: 'k', base_url: 'file:///etc/passwd' }, 'base_url', /./],
    ['an address with a password', { provider: 'acme', key: 'k', base_url: 'https://u:p@a.example' }, 'base_url', /./],
    ['a name that is none', { provider: 'a/b', key: 'k', base_url: 'https://a.example' }, 'provider', /./],
  ])('are refused with %s', async (_case, body, param, hint) => {
    const answer = await add(await somebody(), body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request', param } } });
    expect(answer.body.error.message).toMatch(hint);
  });

  test("lead into the server's own network only for the one who runs the server", async () => {
    const body = { provider: 'local', base_url: provider.url, key: SECRET };
    const refused = await add(await somebody(), body);
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'permission_denied', param: 'base_url' } } });
    expect(await add(serverOwner, body)).toMatchObject({ status: 201 });
    const tried = await call(serverOwner, 'POST', '/provider-keys/local/test', {});
    expect(tried.body).toMatchObject({ ok: true, checked: 'models', status_code: 200, error: null });
    expect(provider.asked.at(-1)).toBe('GET /v1/models');
  });

  test('that the provider refuses are told as set aside, until a test of them succeeds', async () => {
    const keys = [
      { label: 'one', key: 'sk-of-somebody-else' },
      { label: 'two', key: SECRET },
    ];
    for (const key of keys) await add(serverOwner, { provider: 'refusing', base_url: provider.url, ...key });
    await expect.poll(() => upstreamOf('refusing')?.keys().length).toBe(2);
    for (const { id } of upstreamOf('refusing')!.keys()) upstreamOf('refusing')!.failed(id, 'unauthorized');
    const health = async () => {
      const { body } = await call(serverOwner, 'GET', '/providers?limit=100');
      const { own_keys } = body.data.find(({ name }: { name: string }) => name === 'refusing');
      return own_keys.map((key: { health: unknown }) => key.health);
    };
    const aside = { state: 'set_aside', reason: 'unauthorized', since: expect.stringMatching(/^\d{4}-.*Z$/) };
    expect(await health()).toEqual([aside, aside]);
    expect((await call(serverOwner, 'GET', '/provider-keys/refusing%2Ftwo')).body.health).toEqual(aside);
    const tried = ['one', 'two'].map((label) =>
      call(serverOwner, 'POST', `/provider-keys/refusing%2F${label}/test`, {}),
    );
    expect((await Promise.all(tried)).map(({ body }) => body.ok)).toEqual([false, true]);
    expect(await health()).toEqual([aside, { state: 'ok', reason: null, since: null }]);
    await call(serverOwner, 'PATCH', '/provider-keys/refusing%2Fone', { key: SECRET });
    const ok = { state: 'ok', reason: null, since: null };
    await expect.poll(health).toEqual([ok, ok]);
  });

  test('stay out of it when the one who runs the server changes what another gave an address', async () => {
    const bob = await somebody();
    const { body } = await add(bob, { provider: 'alibaba', key: SECRET, base_url: 'https://names.example/v1' });
    const owns = { userId: serverOwner.person.userId, role: 'admin' as const };
    await api.services.store.db.insert(members).values({ ...owns, organizationId: bob.person.organization.id });
    const move = (organization: string) => call(serverOwner, 'PUT', '/me/organization', { organization });
    await move(bob.person.organization.id);
    const changed = await call(serverOwner, 'PATCH', `/provider-keys/${body.id}`, { settings: { region: 'us' } });
    await move(serverOwner.person.organization.id);
    expect(changed).toMatchObject({ status: 200 });
    const [row] = await api.services.store.db.select().from(providerKeys).where(eq(providerKeys.id, body.id));
    expect(row!.createdBy).toBe(bob.person.userId);
  });

  test('lead there no longer once somebody else has changed their settings', async () => {
    const bob = await somebody();
    const { db } = api.services.store;
    const organizationId = serverOwner.person.organization.id;
    await db.insert(members).values({ organizationId, userId: bob.person.userId, role: 'admin' });
    await call(bob, 'PUT', '/me/organization', { organization: organizationId });
    await add(serverOwner, { provider: 'alibaba', base_url: provider.url, key: SECRET });
    expect((await call(serverOwner, 'POST', '/provider-keys/alibaba/test', {})).body).toMatchObject({ ok: true });
    expect(await call(bob, 'PATCH', '/provider-keys/alibaba', { settings: { region: 'us' } })).toMatchObject({
      status: 200,
    });
    const { body } = await call(serverOwner, 'POST', '/provider-keys/alibaba/test', {});
    expect(body).toMatchObject({ ok: false, status_code: null, error: expect.stringMatching(/own network/) });
  });

  test('move to another base URL, by the rules that hold when they are added', async () => {
    const ann = await somebody();
    await add(ann, { provider: 'acme', base_url: 'https://llm.acme.example/v1', key: SECRET });
    const to = { base_url: 'https://new.acme.example/v1/' };
    const blind = await call(ann, 'PATCH', '/provider-keys/acme', to);
    expect(blind).toMatchObject({ status: 400, body: { error: { param: 'key' } } });
    const moved = await call(ann, 'PATCH', '/provider-keys/acme', { ...to, key: SECRET });
    expect(moved).toMatchObject({ status: 200, body: { base_url: 'https://new.acme.example/v1', key_hint: 'cdef' } });
    await expect
      .poll(() => api.services.upstreams.of(ann.person.organization.id).get('acme')?.modelsRoute()?.origin)
      .toBe('https://new.acme.example');
    const inside = await call(ann, 'PATCH', '/provider-keys/acme', { base_url: provider.url });
    expect(inside).toMatchObject({ status: 403, body: { error: { code: 'permission_denied', param: 'base_url' } } });
    const none = await call(ann, 'PATCH', '/provider-keys/acme', { base_url: 'ftp://acme.example' });
    expect(none).toMatchObject({ status: 400, body: { error: { param: 'base_url' } } });
    expect((await call(ann, 'GET', '/provider-keys/acme')).body.base_url).toBe('https://new.acme.example/v1');
  });

  test('need no key where the provider needs none, or is one of their own', async () => {
    const ann = await somebody();
    const custom = await add(ann, { provider: 'acme', base_url: 'https://llm.acme.example/v1' });
    expect(custom).toMatchObject({ status: 201, body: { key_hint: '' } });
    expect(await add(serverOwner, { provider: 'ollama' })).toMatchObject({ status: 201, body: { key_hint: '' } });
  });

  test('are tried at the provider, which says what is wrong', async () => {
    await add(serverOwner, { provider: 'mine', base_url: provider.url, key: 'sk-wrong-wrong-wrong' });
    const { status, body } = await call(serverOwner, 'POST', '/provider-keys/mine/test', {});
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ok: false,
      status_code: 401,
      error: 'mine answered 401: Incorrect API key provided',
    });
    const model = await call(serverOwner, 'POST', '/provider-keys/mine/test', { model: 'llama' });
    expect(model.body).toMatchObject({ ok: false, checked: 'completion', status_code: 401 });
    expect(provider.asked.at(-1)).toBe('POST /v1/chat/completions');
  });

  test('are no matter of developers, of API keys, and of other organisations', async () => {
    const [ann, dev, eve] = [await somebody(), await somebody(), await somebody()];
    const { body } = await add(ann, { provider: 'deepseek', key: SECRET });
    const organizationId = ann.person.organization.id;
    await api.services.store.db
      .insert(members)
      .values({ organizationId, userId: dev.person.userId, role: 'developer' });
    await call(dev, 'PUT', '/me/organization', { organization: organizationId });
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/deepseek'],
      ['PATCH', '/deepseek'],
      ['DELETE', '/deepseek'],
      ['POST', '/deepseek/test'],
    ] as const) {
      const given = method === 'PATCH' || method === 'POST' ? {} : undefined;
      expect((await call(dev, method, `/provider-keys${path}`, given)).status).toBe(403);
    }
    expect((await add(dev, { provider: 'xai', key: SECRET })).status).toBe(403);
    expect((await call(eve, 'GET', `/provider-keys/${body.id}`)).status).toBe(404);
    const key = await api.newKey(ann.token);
    expect((await api.call('GET', '/api/v1/provider-keys', { as: key.raw })).status).toBe(403);
  });

  test('stand beside the providers there are: who has a key, and what each takes', async () => {
    const ann = await somebody();
    await add(ann, { provider: 'groq', key: SECRET });
    await add(ann, { provider: 'acme', key: SECRET, base_url: 'https://llm.acme.example/v1' });
    await heard(ann, 'acme', true);
    const all: Record<string, unknown>[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '?limit=10' : `?limit=10&cursor=${cursor}`;
      const { body }: { body: { data: []; next_cursor: string | null } } = await call(ann, 'GET', `/providers${query}`);
      all.push(...body.data);
      cursor = body.next_cursor;
    }
    const named = (name: string) => all.find((row) => row.name === name);
    const names = all.map((row) => row.name as string);
    expect(names).toEqual([...new Set(names)].toSorted((a, b) => (a < b ? -1 : 1)));
    expect(named('openai')).toMatchObject({ configured_by: 'server', key: 'required', known: true });
    expect(named('groq')).toMatchObject({ configured_by: 'organization' });
    expect(named('acme')).toMatchObject({ configured_by: 'organization', known: false, any_model: true });
    expect(named('ollama')).toMatchObject({ configured_by: null, key: 'optional' });
    expect(named('alibaba')).toMatchObject({
      formats: ['openai-chat', 'anthropic-messages'],
      settings: [{ name: 'region', default: 'singapore', required: false, secret: false }, { name: 'workspace' }],
    });
    const key = await api.newKey(ann.token);
    expect((await api.call('GET', '/api/v1/providers', { as: key.raw })).status).toBe(200);
  });
});
