import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commit } from '../../../server/billing/commit.ts';
import { arrayLiteral } from '../../../server/billing/insert.ts';
import type { UsageRecord } from '../../../server/billing/record.ts';
import { apiKeys, organizations, projects, usageRecords } from '../../../server/store/schema.ts';
import { openStore, type Store } from '../../../server/store/store.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'gateway-insert-'));
let store: Store;
beforeAll(async () => {
  store = await openStore({ config: { dataDir, databaseUrl: undefined } as never, log: pino({ level: 'silent' }) });
  await store.db.insert(organizations).values({ id: 'o', name: 'O', balanceNano: 1_000_000n });
  await store.db.insert(projects).values({ id: 'p', organizationId: 'o', name: 'P' });
  await store.db
    .insert(apiKeys)
    .values({ id: 'k', organizationId: 'o', projectId: 'p', name: 'K', prefix: 'sk', hash: 'h', permissions: [] });
});
afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const AWKWARD = [
  'null',
  '',
  'a,b',
  '{x}',
  '"q"',
  'back\\slash',
  'two\nlines',
  ' space ',
  '𝄞 é',
  "o'clock",
  '$1',
  'NULL',
];

const record = (id: string, more: Partial<UsageRecord> = {}): UsageRecord => ({
  id,
  organization_id: 'o',
  project_id: 'p',
  key_id: 'k',
  created_at: '2026-11-21T06:00:00.123Z',
  format: 'openai-chat',
  model: 'm',
  provider: null,
  provider_model: null,
  stream: true,
  status_code: 200,
  error_code: null,
  tokens_in: 1,
  tokens_cached: 0,
  tokens_cache_write: 0,
  tokens_out: 2,
  tokens_reasoning: 0,
  cost_nano: '10',
  estimated: false,
  latency_ms: 5,
  first_token_ms: null,
  source: null,
  session: null,
  metadata: null,
  chain: ['k'],
  windows: null,
  ...more,
});

test('awkward text arrives as it was', async () => {
  const metadata = Object.fromEntries(AWKWARD.map((text, index) => [`k${index}`, text]));
  await commit(
    store,
    AWKWARD.map((text, index) => record(`r${index}`, { model: text, session: text, metadata })),
  );
  const rows = await store.db.select().from(usageRecords).orderBy(usageRecords.createdAt);
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const [index, text] of AWKWARD.entries()) {
    expect(byId.get(`r${index}`)).toMatchObject({
      model: text,
      session: text,
      metadata,
      provider: null,
      stream: true,
      costNano: 10n,
    });
    expect(byId.get(`r${index}`)!.createdAt.toISOString()).toBe('2026-11-21T06:00:00.123Z');
  }
});

test('a record that is there already is not booked again, and its neighbours are booked once', async () => {
  await commit(store, [record('a'), record('b')]);
  const [before] = await store.db.select().from(organizations);
  const totals = await commit(store, [record('b'), record('c'), record('a')]);
  const [after] = await store.db.select().from(organizations);
  expect(before!.balanceNano - after!.balanceNano).toBe(10n);
  expect(totals.get('organization:o')!(null)).toBe(after!.balanceNano);
});

test('an array literal quotes what it must', () => {
  expect(arrayLiteral([1, null, true, 'x', 'a b', '"', { a: 1 }])).toBe('{1,NULL,true,x,"a b","\\"","{\\"a\\":1}"}');
});
