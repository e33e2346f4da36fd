import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditLog } from '../../../server/store/schema.ts';
import { ENGINES, type Harness, type SignedIn, startApi } from '../api/harness.ts';

const KEYS = '/api/v1/me/keys';
const DENY_GROQ = { rule_type: 'deny_providers', rule_value: { providers: ['groq'] } };

describe.each(ENGINES)('rules of keys, on %s', (engine) => {
  let api: Harness;
  let ada: SignedIn;
  beforeAll(async () => {
    api = await startApi(engine, {
      LLM_ACME_BASE_URL: 'http://127.0.0.1:9/v1',
      LLM_ZHIPU_BASE_URL: 'http://127.0.0.1:9/v1',
      GATEWAY_TRUST_PROXY: '1',
    });
    ada = await api.signUp('ada', 5_000_000_000n);
  });
  afterAll(() => api?.close());

  const rules = (id: string, as = ada.token) => api.call('GET', `${KEYS}/${id}/iam`, { as });
  const add = (id: string, body: unknown, as = ada.token) => api.call('POST', `${KEYS}/${id}/iam`, { as, body });
  const change = (id: string, rule: string, body: unknown, as = ada.token) =>
    api.call('PATCH', `${KEYS}/${id}/iam/${rule}`, { as, body });
  const remove = (id: string, rule: string, as = ada.token) => api.call('DELETE', `${KEYS}/${id}/iam/${rule}`, { as });

  test('are added, listed newest first, shown, changed and removed', async () => {
    const key = await api.newKey(ada.token);
    const first = await add(key.id, DENY_GROQ);
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      id: expect.stringMatching(/^iam_/),
      key: key.id,
      ...DENY_GROQ,
      status: 'active',
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const second = await add(key.id, {
      rule_type: 'allow_models',
      rule_value: { models: ['gpt-4o', 'acme/anything'] },
    });
    expect((await rules(key.id)).body).toEqual({ data: [second.body, first.body], next_cursor: null });
    expect((await api.call('GET', `${KEYS}/${key.id}/iam/${first.body.id}`, { as: ada.token })).body).toEqual(
      first.body,
    );

    const off = await change(key.id, first.body.id, { status: 'inactive' });
    expect(off.body).toMatchObject({ ...DENY_GROQ, status: 'inactive' });
    const other = await change(key.id, second.body.id, {
      rule_type: 'allow_ip_cidrs',
      rule_value: { ip_cidrs: ['::ffff:10.0.0.0/104', '192.0.2.1'] },
    });
    expect(other.body).toMatchObject({
      rule_type: 'allow_ip_cidrs',
      rule_value: { ip_cidrs: ['10.0.0.0/8', '192.0.2.1/32'] },
    });

    expect((await remove(key.id, first.body.id)).body).toEqual({ id: first.body.id, key: key.id, deleted: true });
    expect((await remove(key.id, first.body.id)).status).toBe(404);
    expect((await rules(key.id)).body.data).toEqual([other.body]);
  });

  test('are listed page by page', async () => {
    const key = await api.newKey(ada.token, { iam: [DENY_GROQ, DENY_GROQ, DENY_GROQ] });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: { data: { id: string }[]; next_cursor: string | null } } = await api.call(
        'GET',
        `${KEYS}/${key.id}/iam?limit=2${cursor && `&cursor=${cursor}`}`,
        { as: ada.token },
      );
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.next_cursor;
    }
    expect(new Set(seen).size).toBe(3);
  });

  test('come with a new key, all or none', async () => {
    const key = await api.newKey(ada.token, {
      name: 'ruled',
      iam: [DENY_GROQ, { rule_type: 'allow_pricing', rule_value: { max_input_price: 0.15 } }],
    });
    const { body } = await rules(key.id);
    expect(body.data.map((rule: { rule_value: unknown }) => rule.rule_value)).toEqual(
      expect.arrayContaining([{ providers: ['groq'] }, { max_input_price: '0.15' }]),
    );
    const bad = await api.call('POST', KEYS, {
      as: ada.token,
      body: {
        name: 'half',
        iam: [DENY_GROQ, { rule_type: 'deny_models', rule_value: { models: ['gpt-4o', 'gpt-40'] } }],
      },
    });
    expect([bad.status, bad.body.error.param]).toEqual([400, 'iam.1.rule_value.models.1']);
    expect((await api.call('GET', `${KEYS}?name=half`, { as: ada.token })).body.data).toEqual([]);
  });

  test('know a provider by its other names, and keep its own', async () => {
    const key = await api.newKey(ada.token);
    const { body } = await add(key.id, {
      rule_type: 'allow_providers',
      rule_value: { providers: ['Google', 'x-ai', 'acme'] },
    });
    expect(body.rule_value.providers).toEqual(['google-ai-studio', 'xai', 'acme']);
  });

  test('mean a custom provider by its name, also where another is called by that', async () => {
    const key = await api.newKey(ada.token);
    const { body } = await add(key.id, { rule_type: 'deny_providers', rule_value: { providers: ['Zhipu', 'z-ai'] } });
    expect(body.rule_value.providers).toEqual(['zhipu', 'zai']);
  });

  test('and lists of models keep names without the gateway’s in front', async () => {
    const key = await api.newKey(ada.token, { models: ['gateway/acme/foo', 'Gateway/gpt-4o'] });
    expect(key.models).toEqual(['acme/foo', 'gpt-4o']);
    const { body } = await api.call('PATCH', `${KEYS}/${key.id}`, {
      as: ada.token,
      body: { models: ['gateway/gateway/acme/bar', 'openai/gpt-4o'] },
    });
    expect(body.models).toEqual(['acme/bar', 'openai/gpt-4o']);
    const renamed = await api.call('PATCH', `${KEYS}/${key.id}`, { as: ada.token, body: { name: 'renamed' } });
    expect(renamed.body.models).toEqual(['acme/bar', 'openai/gpt-4o']);
    const open = await api.call('PATCH', `${KEYS}/${key.id}`, { as: ada.token, body: { models: null } });
    expect(open.body.models).toBeNull();
    const rule = { rule_type: 'allow_models', rule_value: { models: ['gateway/acme/foo', 'gpt-4o'] } };
    const { body: added } = await add(key.id, rule);
    expect(added.rule_value).toEqual({ models: ['acme/foo', 'gpt-4o'] });
    const changed = await change(key.id, added.id, { rule_value: { models: ['gateway/acme/bar'] } });
    expect(changed.body.rule_value).toEqual({ models: ['acme/bar'] });
  });

  test.each(['acme//foo', 'acme/./foo', 'acme/', 'acme/%66oo', 'gateway/'])(
    'refuse the name %s, which no model can be asked for by',
    async (name) => {
      const key = await api.newKey(ada.token);
      const answer = await add(key.id, { rule_type: 'deny_models', rule_value: { models: ['gpt-4o', name] } });
      expect([answer.status, answer.body.error.param]).toEqual([400, 'rule_value.models.1']);
    },
  );

  test.each<[string, unknown, string, RegExp]>([
    ['a type that there is not', { rule_type: 'allow_all', rule_value: {} }, 'rule_type', /allow_models/],
    ['no value', { rule_type: 'allow_models' }, 'rule_value', /is required/],
    [
      'an empty value',
      { rule_type: 'deny_pricing', rule_value: {} },
      'rule_value',
      /needs pricing_type or max_input_price/,
    ],
    ['an empty list', { rule_type: 'deny_models', rule_value: { models: [] } }, 'rule_value.models', /./],
    [
      'a field of another type',
      { rule_type: 'deny_models', rule_value: { models: ['gpt-4o'], providers: ['groq'] } },
      'rule_value.providers',
      /does not go with deny_models, which takes models/,
    ],
    [
      'an unknown field',
      { rule_type: 'deny_models', rule_value: { model: 'gpt-4o' } },
      'rule_value.model',
      /not known/,
    ],
    [
      'a misspelt model',
      { rule_type: 'deny_models', rule_value: { models: ['gpt-40'] } },
      'rule_value.models.0',
      /gpt-4o/,
    ],
    [
      'a misspelt provider',
      { rule_type: 'deny_providers', rule_value: { providers: ['opnai'] } },
      'rule_value.providers.0',
      /Did you mean .*openai/,
    ],
    [
      'an address that is none',
      { rule_type: 'allow_ip_cidrs', rule_value: { ip_cidrs: ['10.0.0.0/33'] } },
      'rule_value.ip_cidrs.0',
      /10\.0\.0\.0\/8/,
    ],
    [
      'a price that is none',
      { rule_type: 'allow_pricing', rule_value: { max_input_price: '1e3' } },
      'rule_value.max_input_price',
      /per million/,
    ],
  ])('refuse %s, naming it', async (_case, body, param, message) => {
    const key = await api.newKey(ada.token);
    const answer = await add(key.id, body);
    expect([answer.status, answer.body.error.param]).toEqual([400, param]);
    expect(answer.body.error.message).toMatch(message);
    expect((await rules(key.id)).body.data).toEqual([]);
  });

  test('a changed type must fit the value that stays', async () => {
    const key = await api.newKey(ada.token, { iam: [DENY_GROQ] });
    const [{ id }] = (await rules(key.id)).body.data;
    const answer = await change(key.id, id, { rule_type: 'allow_models' });
    expect([answer.status, answer.body.error.param]).toEqual([400, 'rule_value.providers']);
    expect((await change(key.id, id, { rule_type: 'allow_providers' })).body.rule_type).toBe('allow_providers');
    expect((await change(key.id, id, {})).status).toBe(400);
  });

  test('a key may not change its own rules, only those of keys below it', async () => {
    const manager = await api.newKey(ada.token, { permissions: ['inference', 'manage'], iam: [DENY_GROQ] });
    const child = await api.newKey(manager.raw, { iam: [DENY_GROQ] });
    const [own] = (await rules(manager.id, manager.raw)).body.data;
    for (const answer of [
      await add(manager.id, DENY_GROQ, manager.raw),
      await change(manager.id, own.id, { status: 'inactive' }, manager.raw),
      await remove(manager.id, own.id, manager.raw),
    ])
      expect([answer.status, answer.body.error.code]).toEqual([403, 'permission_denied']);
    const [below] = (await rules(child.id, manager.raw)).body.data;
    expect((await change(child.id, below.id, { status: 'inactive' }, manager.raw)).status).toBe(200);
    expect((await remove(child.id, below.id, manager.raw)).status).toBe(200);
    // a rule is found only under its own key
    expect((await remove(child.id, own.id, manager.raw)).status).toBe(404);
    expect((await rules(manager.id, manager.raw)).body.data).toHaveLength(1);
  });

  test('others neither see nor change them', async () => {
    const eve = await api.signUp(`eve-${engine}`);
    const key = await api.newKey(ada.token, { iam: [DENY_GROQ] });
    const [{ id }] = (await rules(key.id)).body.data;
    expect((await rules(key.id, eve.token)).status).toBe(404);
    expect((await remove(key.id, id, eve.token)).status).toBe(404);
    expect((await add(key.id, DENY_GROQ, eve.token)).status).toBe(404);
    const plain = await api.newKey(ada.token);
    expect((await rules(key.id, plain.raw)).body.error.code).toBe('permission_denied');
  });

  test('of a revoked key stay as they are, and there are only so many', async () => {
    const key = await api.newKey(ada.token, { iam: Array.from({ length: 100 }, () => DENY_GROQ) });
    expect((await add(key.id, DENY_GROQ)).body.error.code).toBe('conflict');
    await api.call('DELETE', `${KEYS}/${key.id}`, { as: ada.token });
    const [{ id }] = (await rules(key.id)).body.data;
    expect((await remove(key.id, id)).body.error.code).toBe('conflict');
  });

  test('leave a line in the audit log for each change', async () => {
    const key = await api.newKey(ada.token);
    const { id } = (await add(key.id, DENY_GROQ)).body;
    await change(key.id, id, { status: 'inactive' });
    await remove(key.id, id);
    const lines = await api.services.store.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.target, key.id))
      .orderBy(asc(auditLog.id));
    expect(lines.map(({ action }) => action)).toEqual([
      'key.created',
      'key.rule_added',
      'key.rule_updated',
      'key.rule_removed',
    ]);
    expect(lines[2]).toMatchObject({
      actor: ada.person.userId,
      details: { rule: id, ...DENY_GROQ, status: 'inactive' },
    });
  });

  test('about addresses hold for the management API too, of the keys above as well', async () => {
    const office = { rule_type: 'allow_ip_cidrs', rule_value: { ip_cidrs: ['203.0.113.0/24'] } };
    const manager = await api.newKey(ada.token, { permissions: ['manage'], iam: [office] });
    const from = (raw: string, address: string) =>
      api.call('GET', '/api/v1/balance', { as: raw, headers: { 'x-forwarded-for': address } });
    expect((await from(manager.raw, '203.0.113.7')).status).toBe(200);
    const outside = await from(manager.raw, '203.0.113.7, 192.0.2.1');
    expect([outside.status, outside.body.error.code]).toEqual([403, 'permission_denied']);
    expect(outside.body.error.message).toContain('not from 192.0.2.1');
    const made = await api.call('POST', KEYS, {
      as: manager.raw,
      body: { name: 'below', permissions: ['manage'] },
      headers: { 'x-forwarded-for': '203.0.113.7' },
    });
    expect((await from(made.body.raw, '203.0.113.7')).status).toBe(200);
    expect((await from(made.body.raw, '192.0.2.1')).body.error.message).toContain('above this key');
  });
});
