import type { ServerResponse } from 'node:http';
import OpenAI from 'openai';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { createDatabase } from '../helpers/postgres.ts';
import { fixture, type Seen, sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';
import { clientOf } from '../server/identity/device-client.ts';

const GPT = 'openai/gpt-5';
const CLAUDE = 'claude-sonnet-4-6';

let upstream: Upstream;
/** Two processes on one database. */
let here: Gateway;
let there: Gateway;
let database: pg.Client;
/** Of another organisation than the bootstrap key's. */
let bob: { token: string; key: string; project: string };

/** Each provider in its own format; OpenAI's id is always the same. */
function respond(seen: Seen, response: ServerResponse): void {
  sendJson(
    response,
    200,
    fixture(seen.path.includes('/messages') ? 'anthropic/messages.json' : 'openai-responses/tools.json'),
  );
}

beforeAll(async () => {
  upstream = await startUpstream();
  upstream.respond = respond;
  const options = {
    providers: { openai: `${upstream.url}/v1`, anthropic: upstream.url },
    env: { DATABASE_URL: await createDatabase(), GATEWAY_SECRET: 'a-secret-for-tests-that-is-long-enough' },
  };
  here = await startGateway(options);
  there = await startGateway({ ...options, key: here.key });
  database = new pg.Client({ connectionString: options.env.DATABASE_URL });
  await database.connect();
  // Who signs in first is the owner of the bootstrap key's organisation.
  await signedIn('ann@example.com');
  bob = await signedIn('bob@example.com');
});
afterAll(async () => {
  await database?.end();
  await stopGateways();
  await upstream?.close();
});
beforeEach(() => {
  upstream.seen.length = 0;
});

async function signedIn(email: string) {
  await here.api('POST', '/api/v1/auth/email', { email });
  const [, code] = await here.logged(new RegExp(`sign-in code for ${email}: (\\d{6})`));
  const { body } = await clientOf(here.url).byEmail(email, code!);
  const token = String(body.access_token);
  const { organization } = (await here.api('GET', '/api/v1/me', undefined, token)).body;
  await database.query('update organizations set balance_nano = 100000000000 where id = $1', [organization.id]);
  const made = await here.api('POST', '/api/v1/me/keys', { name: 'test' }, token);
  return { token, key: made.body.raw as string, project: made.body.project as string };
}

const openai = (gateway = here, apiKey = gateway.key) =>
  new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
const ask = (client: OpenAI, model: string, more: object = {}) =>
  client.responses.create({ model, input: 'hi', max_output_tokens: 100, ...more });

test('what is removed in one process is gone in another that remembered it', async () => {
  const { id } = await ask(openai(), CLAUDE);
  await vi.waitFor(() => openai(there).responses.retrieve(id), { timeout: 5000 });
  await openai().responses.delete(id);
  await vi.waitFor(() => expect(openai(there).responses.retrieve(id)).rejects.toMatchObject({ status: 404 }), {
    timeout: 5000,
  });
});

test.each([GPT, CLAUDE])(
  "another organisation's answer of %s is neither read, nor removed, nor gone on from",
  async (model) => {
    const made = await ask(openai(), model);
    const called = upstream.seen.length;
    const client = openai(here, bob.key);
    await expect(client.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    await expect(client.responses.inputItems.list(made.id)).rejects.toMatchObject({ status: 404 });
    await expect(client.responses.delete(made.id)).rejects.toMatchObject({ status: 404 });
    for (const to of [GPT, CLAUDE]) {
      await expect(ask(client, to, { previous_response_id: made.id })).rejects.toMatchObject({
        status: 400,
        code: 'previous_response_not_found',
      });
      const item = { type: 'item_reference', id: made.output.find(({ type }) => type === 'message')!.id! };
      await expect(ask(client, to, { input: [item] })).rejects.toMatchObject({ status: 400 });
    }
    expect(upstream.seen).toHaveLength(called);
    expect(await openai().responses.retrieve(made.id)).toMatchObject({ id: made.id });
  },
);

test('an id that a provider gives twice is two answers, each of its own organisation', async () => {
  // This provider gives all of them one id: the other process must not come upon an older answer first, and remember it.
  await openai().responses.delete((await ask(openai(), GPT)).id);
  const ours = await ask(openai(), GPT, { input: 'ours' });
  const theirs = await ask(openai(here, bob.key), GPT, { input: 'theirs' });
  expect(theirs.id).toBe(ours.id);
  const inputOf = async (client: OpenAI) => JSON.stringify((await client.responses.inputItems.list(ours.id)).data);
  await vi.waitFor(async () => {
    expect(await inputOf(openai(there))).toContain('"ours"');
    expect(await inputOf(openai(there, bob.key))).toContain('"theirs"');
  }, 5000);
});

test('where answers are kept for no day, nothing is kept', async () => {
  const set = (days: number) =>
    here.api('PATCH', '/api/v1/projects/default', { response_retention_days: days }, bob.token);
  const rows = async () =>
    (await database.query('select id from responses where project_id = $1 order by id', [bob.project])).rows;
  const client = openai(here, bob.key);
  expect((await set(0)).status).toBe(200);
  const before = await rows();
  for (const model of [GPT, CLAUDE]) {
    const { id } = await ask(client, model, { store: true });
    if (model === CLAUDE) await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  }
  expect(JSON.parse(upstream.seen[0]!.body.toString())).toMatchObject({ store: false });
  // What is kept after them is written: so would they be.
  await set(30);
  const kept = await ask(client, CLAUDE);
  await vi.waitFor(async () => expect(await rows()).toHaveLength(before.length + 1));
  expect(await client.responses.retrieve(kept.id)).toMatchObject({ id: kept.id });
});
