import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSecrets } from '../../server/identity/secrets.ts';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { createDatabase } from '../helpers/postgres.ts';
import { asProvider, startUpstream, type Upstream } from '../helpers/upstream.ts';

const SECRET = 'a-secret-for-tests-that-is-long-enough';
const CHAT = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };

let upstream: Upstream;
let gateway: Gateway;
let database: pg.Client;
let organization: string;

beforeAll(async () => {
  upstream = await startUpstream();
  const url = await createDatabase();
  gateway = await startGateway({
    providers: { openai: `${upstream.url}/v1` },
    credit: '0',
    env: { DATABASE_URL: url, GATEWAY_SECRET: SECRET },
  });
  database = new pg.Client({ connectionString: url });
  await database.connect();
  organization = (await database.query('select id from organizations')).rows[0].id;
});
afterAll(async () => {
  await database?.end();
  await stopGateways();
  await upstream?.close();
});
beforeEach(async () => {
  upstream.respond = asProvider;
  upstream.seen.length = 0;
  await database.query('delete from provider_keys');
  await tell();
});

/** What another process says when it has changed the keys. */
const tell = () => database.query(`select pg_notify('gateway_changes', 'provider:${organization}')`);

/** As another process would add it, whose owner it is that runs the server. */
async function addKey(provider: string): Promise<void> {
  const sealed = createSecrets(SECRET).encrypt('provider-key', JSON.stringify({ key: 'sk-our-own', settings: {} }));
  await database.query(
    `insert into provider_keys (id, organization_id, provider, label, base_url, settings, sealed, hint, created_by)
     values ('pvk_1', $1, $2, 'default', $3, '{}', $4, '', (select id from users where is_owner))`,
    [organization, provider, `${upstream.url}/v1`, sealed],
  );
  await tell();
}

const ask = (body: unknown, key = gateway.key) =>
  fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });

/** The answer once the server has heard of the change: within a second. */
async function until(status: number, body: unknown, key?: string): Promise<Response> {
  let answer = await ask(body, key);
  await expect
    .poll(
      async () => {
        if (answer.status !== status) answer = await ask(body, key);
        return answer.status;
      },
      { timeout: 2000, interval: 50 },
    )
    .toBe(status);
  return answer;
}

test('an organisation without credit is served with its own key, whole and streamed, and pays nothing', async () => {
  await until(402, CHAT);
  await addKey('openai');
  const whole = await until(200, CHAT);
  expect(await whole.json()).toMatchObject({ usage: { cost: expect.any(Number) } });
  expect(upstream.seen.at(-1)!.headers.authorization).toBe('Bearer sk-our-own');
  const streamed = await ask({ ...CHAT, stream: true });
  expect(streamed.status).toBe(200);
  expect(await streamed.text()).toContain('[DONE]');
  const { body } = await gateway.api('GET', '/api/v1/usage?days=1');
  expect(Number(body.total_cost_usd)).toBeGreaterThan(0);
  const { rows } = await database.query('select own_key, cost_nano from usage_records where status_code = 200');
  expect(rows.map((row) => [row.own_key, Number(row.cost_nano) > 0])).toEqual([
    [true, true],
    [true, true],
  ]);
  expect((await database.query('select * from ledger')).rows).toEqual([]);
  expect((await database.query('select balance_nano from organizations')).rows).toEqual([{ balance_nano: '0' }]);
});

test('it goes back to the credit of the server when the key is gone', async () => {
  await addKey('openai');
  await until(200, CHAT);
  await database.query('delete from provider_keys');
  await tell();
  const refused = await until(402, CHAT);
  expect(await refused.json()).toMatchObject({ error: { code: 'insufficient_balance' } });
});

test('a provider that refuses the own key is no fault of whoever runs the server', async () => {
  await addKey('openai');
  await until(200, CHAT);
  upstream.respond = (_request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(
      '{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","code":"invalid_api_key"}}',
    );
  };
  const refused = await ask(CHAT);
  expect(refused.status).toBe(502);
  const { error } = (await refused.json()) as { error: { code: string; message: string } };
  expect(error.code).toBe('provider_credentials');
  expect(error.message).toContain('`gateway providers test openai`');
  expect(error.message).not.toContain('Whoever runs the server');
});

test("a key's own limit holds also for what an own key at a provider serves", async () => {
  await addKey('openai');
  await until(200, CHAT);
  const { body } = await gateway.api('POST', '/api/v1/me/keys', { name: 'small', limit_usd: '0.000001' });
  const refused = await ask(CHAT, body.raw);
  expect(refused.status).toBe(402);
  expect(await refused.json()).toMatchObject({ error: { code: 'key_limit_reached' } });
});

test('a provider of their own serves any model by name', async () => {
  const custom = { ...CHAT, model: 'acme/llama' };
  await until(404, custom);
  await addKey('acme');
  await until(200, custom);
  expect(JSON.parse(upstream.seen.at(-1)!.body.toString()).model).toBe('llama');
});

test('the list of models has those of an own key for whoever sends its key, and not for others', async () => {
  await addKey('deepseek');
  await until(200, { ...CHAT, model: 'deepseek/deepseek-v4-pro' });
  const listed = async (headers: Record<string, string>) => {
    const { data } = (await (await fetch(`${gateway.url}/v1/models`, { headers })).json()) as {
      data: { provider: string }[];
    };
    return new Set(data.map(({ provider }) => provider));
  };
  expect(await listed({ authorization: `Bearer ${gateway.key}` })).toEqual(new Set(['gateway', 'openai', 'deepseek']));
  expect(await listed({})).toEqual(new Set(['gateway', 'openai']));
  expect(await listed({ authorization: 'Bearer sk-gw-nobody' })).toEqual(new Set(['gateway', 'openai']));
});
