import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eq, sql } from 'drizzle-orm';
import pino from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { createCatalog } from '../../../../server/catalog/catalog.ts';
import { openCatalogUpdates } from '../../../../server/catalog/update/updates.ts';
import { catalogUpdates, users } from '../../../../server/store/schema.ts';
import { ENGINES, type Harness, startApi } from '../../api/harness.ts';

const LIST = readFileSync(new URL('../../../fixtures/models-dev/api.json', import.meta.url), 'utf8');
const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

/** A place on the loopback where a list is, and what it was asked. */
async function place(answer: { status?: number; body: string }): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server: Server = createServer((_request, response) => {
    asked++;
    response.writeHead(answer.status ?? 200).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => server.close() });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api.json`, asked: () => asked };
}

async function api(
  engine: (typeof ENGINES)[number],
  env: Record<string, string> = {},
): Promise<Harness & { owner: string }> {
  const harness = await startApi(engine, env);
  open.push(harness);
  const { token, person } = await harness.signUp('ada');
  await harness.services.store.db.update(users).set({ isOwner: true }).where(eq(users.id, person.userId));
  return { ...harness, owner: token };
}

const cheap = (harness: Harness) => harness.services.catalog.find('openai/gpt-4o-mini')[0]!.price.inputPico;

describe.each(ENGINES)('on %s', (engine) => {
  test('the owner takes a list from a URL: it holds at once, and for every process that starts later', async () => {
    const harness = await api(engine);
    const { url } = await place({ body: LIST });
    const answer = await harness.call('POST', '/api/v1/catalog/refresh', { as: harness.owner, body: { url } });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        source: url,
        age_s: expect.any(Number),
        changed: 4,
        added: 1,
        held: ['openai/gpt-4.1'],
        unread: 1,
        last_error: null,
      },
    });
    expect(cheap(harness)).toBe(120_000n);
    const later = createCatalog();
    const log = pino({ level: 'silent' });
    await openCatalogUpdates({ ...harness.services, log, catalog: later });
    expect(later.find('gpt-7-sol')).toHaveLength(1);
  });

  test('another process hears of it', async () => {
    const harness = await api(engine);
    const other = createCatalog();
    await openCatalogUpdates({ ...harness.services, catalog: other });
    await harness.services.catalogUpdates.refresh({ document: LIST, source: 'models.json' });
    await expect.poll(() => other.find('gpt-7-sol').length).toBe(1);
  });

  test('of several processes one looks for a list that is due, and after a failure not before an hour', async () => {
    const { url, asked } = await place({ status: 500, body: '' });
    const harness = await api(engine, { GATEWAY_CATALOG_URL: url });
    const updates = [
      harness.services.catalogUpdates,
      await openCatalogUpdates(harness.services),
      await openCatalogUpdates(harness.services),
    ];
    await Promise.all(updates.map((each) => each.refreshIfDue()));
    expect(asked()).toBe(1);
    expect(cheap(harness)).toBe(150_000n);
    const state = await harness.call('GET', '/api/v1/catalog', { as: harness.owner });
    expect(state.body).toMatchObject({
      source: 'built-in',
      fetched_at: null,
      last_error: expect.stringContaining('status 500'),
    });
    await harness.services.store.db.update(catalogUpdates).set({ fetchedAt: sql`now() - interval '61 minutes'` });
    await Promise.all(updates.map((each) => each.refreshIfDue()));
    expect(asked()).toBe(2);
  });
});

test('a list that cannot be believed, or reached, changes nothing and says why', async () => {
  const harness = await api('the embedded engine');
  const refresh = (body: object) => harness.call('POST', '/api/v1/catalog/refresh', { as: harness.owner, body });
  await refresh({ document: LIST, source: 'models.json' });
  const { url } = await place({ body: '<html>' });
  expect(await refresh({ url })).toMatchObject({ status: 422, body: { error: { code: 'catalog_refused' } } });
  expect(await refresh({ url: 'http://127.0.0.1:9/api.json' })).toMatchObject({
    status: 502,
    body: { error: { code: 'catalog_unreachable' } },
  });
  expect(await refresh({ url: 'file:///etc/passwd' })).toMatchObject({ status: 400 });
  expect(await refresh({ url, document: LIST })).toMatchObject({ status: 400 });
  expect(cheap(harness)).toBe(120_000n);
  const state = await harness.call('GET', '/api/v1/catalog', { as: harness.owner });
  expect(state.body).toMatchObject({ source: 'models.json', last_error: expect.stringContaining('127.0.0.1:9') });
});

test('a list larger than the usual call is taken, one beyond all bounds is not', async () => {
  const harness = await api('the embedded engine');
  const padded = (bytes: number) => LIST.trimEnd().replace(/\}$/, `,"pad":{"models":{},"x":"${'x'.repeat(bytes)}"}}`);
  const refresh = (document: string) =>
    harness.call('POST', '/api/v1/catalog/refresh', { as: harness.owner, body: { document } });
  expect((await refresh(padded(3_000_000))).status).toBe(200);
  expect((await refresh(padded(17_000_000))).status).toBe(400);
});

test('nobody else may change what models cost', async () => {
  const harness = await startApi('the embedded engine');
  open.push(harness);
  const { token } = await harness.signUp('bob');
  expect(await harness.call('POST', '/api/v1/catalog/refresh', { as: token, body: {} })).toMatchObject({
    status: 403,
    body: { error: { code: 'permission_denied' } },
  });
  expect((await harness.call('GET', '/api/v1/catalog', { as: token })).body).toMatchObject({
    source: 'built-in',
    refresh_hours: 24,
  });
});

test('a stored list that this release cannot read is left aside at the start', async () => {
  const harness = await api('the embedded engine');
  const row = { id: 'current', source: 'somewhere', document: '[]', fetchedAt: new Date() };
  await harness.services.store.db.insert(catalogUpdates).values(row);
  const fresh = createCatalog();
  await openCatalogUpdates({ ...harness.services, catalog: fresh });
  expect(fresh.find('openai/gpt-4o-mini')).toHaveLength(1);
  expect(harness.log.some(({ msg }) => String(msg).includes('cannot be used'))).toBe(true);
});

test('0 hours means never', async () => {
  const { url, asked } = await place({ body: LIST });
  const harness = await api('the embedded engine', { GATEWAY_CATALOG_URL: url, GATEWAY_CATALOG_REFRESH_HOURS: '0' });
  await harness.services.catalogUpdates.refreshIfDue();
  expect(asked()).toBe(0);
});
