import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccounting } from '../../../server/billing/accounting.ts';
import { createBudget } from '../../../server/billing/budget.ts';
import { openJournal } from '../../../server/billing/journal.ts';
import type { UsageRecord } from '../../../server/billing/record.ts';
import type { Config } from '../../../server/config.ts';
import { apiKeys, organizations, projects } from '../../../server/store/schema.ts';
import { openStore, type Store } from '../../../server/store/store.ts';
import { createDatabase } from '../../helpers/postgres.ts';

const log = pino({ level: 'silent' });
let store: Store;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-accounting-'));
  store = await openStore({ config: { databaseUrl: await createDatabase(), dataDir: folder } as Config, log });
  await store.db.insert(organizations).values({ id: 'org_1', name: 'one', balanceNano: 1_000_000n });
  await store.db.insert(projects).values({ id: 'prj_1', organizationId: 'org_1', name: 'one' });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const key = (id: string, fields: Partial<typeof apiKeys.$inferInsert> = {}) =>
  store.db.insert(apiKeys).values({
    id,
    organizationId: 'org_1',
    projectId: 'prj_1',
    name: id,
    prefix: 'sk',
    hash: id,
    permissions: [],
    ...fields,
  });

let count = 0;
const record = (fields: Partial<UsageRecord>): UsageRecord => ({
  id: `req_${++count}`,
  organization_id: 'org_1',
  project_id: 'prj_1',
  key_id: 'key_1',
  created_at: new Date().toISOString(),
  format: 'openai-chat',
  model: 'm',
  provider: 'p',
  provider_model: 'm',
  stream: false,
  status_code: 200,
  error_code: null,
  tokens_in: 1,
  tokens_cached: 0,
  tokens_cache_write: 0,
  tokens_out: 1,
  tokens_reasoning: 0,
  cost_nano: '10',
  estimated: false,
  latency_ms: 1,
  first_token_ms: 1,
  source: null,
  session: null,
  metadata: null,
  chain: ['key_1'],
  windows: null,
  ...fields,
});

async function accounting(name: string) {
  const journal = await openJournal(join(folder, name));
  return createAccounting({ store, budget: createBudget(), journal, log, sharesProcess: false });
}

const row = async (id: string) =>
  (
    await store.db.execute<Record<string, string>>(
      sql`select spent_nano, period_window, period_spent_nano from api_keys where id = ${id}`,
    )
  ).rows[0]!;

test('a record that the store refuses is set aside, and those around it are booked', async () => {
  await key('key_1');
  const books = await accounting('refused');
  for (let i = 0; i < 9; i++) books.record(record(i === 4 ? { id: 'req_bad', tokens_in: 3_000_000_000 } : {}));
  await books.flush();
  expect((await row('key_1')).spent_nano).toBe('80');
  const journal = join(folder, 'refused', 'journal', '0');
  expect(JSON.parse(readFileSync(join(journal, 'rejected.ndjson'), 'utf8'))).toMatchObject({ id: 'req_bad' });
  await books.close();
  expect(readdirSync(journal).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
});

test('what an earlier process left is booked once, however often it is read', async () => {
  await key('key_2');
  const records = Array.from({ length: 5 }, () => record({ key_id: 'key_2', chain: ['key_2'] }));
  for (const round of [1, 2]) {
    const journal = await openJournal(join(folder, `left-${round}`));
    for (const one of records) journal.append(JSON.stringify(one));
    journal.append('{"id":"torn by a full disk');
    await journal.close();
    const books = await accounting(`left-${round}`);
    expect(await books.replay()).toBe(5);
    await books.close();
  }
  expect((await row('key_2')).spent_nano).toBe('50');
});

test('a recurring limit counts by window, also when one batch spans two', async () => {
  await key('key_3', {
    period: '1h',
    periodLimitNano: 100n,
    periodAnchor: new Date(0),
    periodWindow: 6,
    periodSpentNano: 70n,
  });
  const books = await accounting('windows');
  for (const window of [7, 6, 7, 5])
    books.record(record({ key_id: 'key_3', chain: ['key_3'], windows: { key_3: window } }));
  await books.flush();
  expect(await row('key_3')).toEqual({ spent_nano: '40', period_window: 7, period_spent_nano: '20' });
  await books.close();
});

test('what was asked before a recurring limit was changed does not count against the new one', async () => {
  await key('key_4', { period: '1d', periodLimitNano: 100n, periodAnchor: new Date(), periodWindow: 0 });
  const books = await accounting('anchor');
  const before = new Date(Date.now() - 60_000).toISOString();
  books.record(record({ key_id: 'key_4', chain: ['key_4'], windows: { key_4: 57 }, created_at: before }));
  await books.flush();
  books.record(
    record({
      key_id: 'key_4',
      chain: ['key_4'],
      windows: { key_4: 0 },
      created_at: new Date(Date.now() + 1000).toISOString(),
    }),
  );
  await books.flush();
  expect(await row('key_4')).toEqual({ spent_nano: '20', period_window: 0, period_spent_nano: '10' });
  await books.close();
});
