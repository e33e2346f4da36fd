import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import { createSecrets } from '../../../server/identity/secrets.ts';
import { type Conversations, createConversations } from '../../../server/responses/conversations.ts';
import type { Kept } from '../../../server/responses/kept.ts';
import { openStore, type Store } from '../../../server/store/store.ts';
import { createDatabase } from '../../helpers/postgres.ts';

const DAY = 86_400_000;
/** Bytes, more than any conversation here. */
const MANY = 1_000_000;
const SECRET = 'a secret of the tests, long enough';
const secrets = createSecrets(SECRET);
const log = pino({ level: 'silent' });

const kept = (id: string, more: Partial<Kept> = {}): Kept => ({
  id,
  organizationId: 'org_1',
  projectId: 'prj_1',
  previousId: null,
  input: '[{"role":"user","content":"9007199254740993"}]',
  response: JSON.stringify({ id, output: [] }),
  createdAtMs: Date.now(),
  expiresAtMs: Date.now() + 30 * DAY,
  ...more,
});

describe.each(['the embedded engine', 'Postgres'] as const)('kept responses on %s', (engine) => {
  let store: Store;
  let here: Conversations;
  let folder: string;
  /** Another process on the same database: it remembers nothing. */
  const elsewhere = () => createConversations({ store, secrets, log });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gateway-responses-'));
    const databaseUrl = engine === 'Postgres' ? await createDatabase() : undefined;
    if (!databaseUrl) cpSync(inject('databaseTemplate'), folder, { recursive: true });
    const config = readConfig(
      { GATEWAY_DATA_DIR: folder, GATEWAY_SECRET: SECRET, ...(databaseUrl && { DATABASE_URL: databaseUrl }) },
      folder,
    );
    store = await openStore({ config, log });
    here = elsewhere();
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const written = (id: string) =>
    vi.waitFor(async () => {
      const { rows } = await store.db.execute<{ sealed: string }>(sql`select sealed from responses where id = ${id}`);
      expect(rows).toHaveLength(1);
      return rows[0]!.sealed;
    });

  test('an answer is found at once where it was kept, and elsewhere once it is written, encrypted', async () => {
    const one = kept('resp_one');
    here.keep(one);
    expect(await here.find('prj_1', 'resp_one')).toEqual(one);
    const sealed = await written('resp_one');
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('9007199254740993');
    expect(await elsewhere().find('prj_1', 'resp_one')).toEqual(one);
  });

  test('no other project finds it, here or elsewhere', async () => {
    here.keep(kept('resp_private'));
    expect(await here.find('prj_2', 'resp_private')).toBeUndefined();
    expect(await here.upTo('prj_2', 'resp_private', MANY)).toBeUndefined();
    await written('resp_private');
    expect(await elsewhere().find('prj_2', 'resp_private')).toBeUndefined();
    expect(await here.remove('prj_2', 'resp_private')).toBe(false);
    expect(await elsewhere().remove('prj_2', 'resp_private')).toBe(false);
  });

  test('a conversation is put together from its start, whether remembered or read', async () => {
    here.keep(kept('resp_a'));
    here.keep(kept('resp_b', { previousId: 'resp_a' }));
    await written('resp_b');
    const other = elsewhere();
    other.keep(kept('resp_c', { previousId: 'resp_b' }));
    const ids = async (from: Conversations) => (await from.upTo('prj_1', 'resp_c', MANY))?.map(({ id }) => id);
    expect(await ids(other)).toEqual(['resp_a', 'resp_b', 'resp_c']);
    await written('resp_c');
    expect(await ids(here)).toEqual(['resp_a', 'resp_b', 'resp_c']);
    expect(await here.upTo('prj_1', 'resp_unknown', MANY)).toBeUndefined();
  });

  test('a conversation that leads back into itself is none, remembered or read', async () => {
    here.keep(kept('resp_self', { previousId: 'resp_self' }));
    here.keep(kept('resp_m', { previousId: 'resp_n' }));
    here.keep(kept('resp_n', { previousId: 'resp_m' }));
    for (const id of ['resp_self', 'resp_m']) {
      expect(await here.upTo('prj_1', id, MANY)).toBeUndefined();
      await written(id);
      expect(await elsewhere().upTo('prj_1', id, MANY)).toBeUndefined();
    }
  });

  test('a conversation of more bytes than asked for is refused, remembered or read', async () => {
    const input = `["${'x'.repeat(1000)}"]`;
    here.keep(kept('resp_l1', { input }));
    here.keep(kept('resp_l2', { input, previousId: 'resp_l1' }));
    await written('resp_l2');
    for (const from of [here, elsewhere()]) {
      await expect(from.upTo('prj_1', 'resp_l2', 1500)).rejects.toMatchObject({ code: 'request_too_large' });
      expect(await from.upTo('prj_1', 'resp_l2', 2500)).toHaveLength(2);
    }
  });

  test('a removed answer is gone at once, also one that was just being written', async () => {
    here.keep(kept('resp_gone'));
    expect(await here.remove('prj_1', 'resp_gone')).toBe(true);
    expect(await here.find('prj_1', 'resp_gone')).toBeUndefined();
    expect(await elsewhere().find('prj_1', 'resp_gone')).toBeUndefined();
    expect(await here.remove('prj_1', 'resp_gone')).toBe(false);
  });

  test('a conversation with a removed answer in it cannot be gone on from', async () => {
    here.keep(kept('resp_x'));
    here.keep(kept('resp_y', { previousId: 'resp_x' }));
    await here.remove('prj_1', 'resp_x');
    expect(await here.upTo('prj_1', 'resp_y', MANY)).toBeUndefined();
  });

  test('an expired answer is not found, and is deleted', async () => {
    here.keep(kept('resp_old', { expiresAtMs: Date.now() - 1 }));
    expect(await here.find('prj_1', 'resp_old')).toBeUndefined();
    await written('resp_old');
    elsewhere();
    await vi.waitFor(async () => {
      const { rows } = await store.db.execute(sql`select id from responses where id = 'resp_old'`);
      expect(rows).toEqual([]);
    });
  });

  test('an answer that is gone on from is kept as long as what came of it', async () => {
    here.keep(kept('resp_p', { expiresAtMs: Date.now() + DAY }));
    await written('resp_p');
    const child = kept('resp_q', { previousId: 'resp_p' });
    here.keep(child);
    await vi.waitFor(async () => {
      const parent = await elsewhere().find('prj_1', 'resp_p');
      expect(parent?.expiresAtMs).toBe(child.expiresAtMs);
    });
  });

  test("an id that comes twice is each project's own, and closing comes to its end", async () => {
    const other = elsewhere();
    other.keep(kept('resp_twice', { input: '["a long first input"]' }));
    other.keep(kept('resp_twice', { input: '["second"]' }));
    other.keep(kept('resp_twice', { projectId: 'prj_2', input: '["theirs"]' }));
    expect((await other.find('prj_1', 'resp_twice'))?.input).toBe('["second"]');
    expect((await other.find('prj_2', 'resp_twice'))?.input).toBe('["theirs"]');
    await other.close();
    const read = elsewhere();
    expect((await read.find('prj_1', 'resp_twice'))?.input).toBe('["second"]');
    expect((await read.find('prj_2', 'resp_twice'))?.input).toBe('["theirs"]');
  });

  test('an answer of an id that was written before takes its place', async () => {
    here.keep(kept('resp_again', { input: '["first"]' }));
    await written('resp_again');
    const other = elsewhere();
    other.keep(kept('resp_again', { input: '["second"]' }));
    await other.close();
    expect((await elsewhere().find('prj_1', 'resp_again'))?.input).toBe('["second"]');
  });

  test('an item is known by the project whose answer it is of', () => {
    here.keep(kept('resp_items'), ['msg_theirs']);
    expect(here.responseOf('prj_1', 'msg_theirs')).toBe('resp_items');
    expect(here.responseOf('prj_2', 'msg_theirs')).toBeUndefined();
  });

  test('what is removed is forgotten wherever it was remembered', async () => {
    here.keep(kept('resp_heard'));
    await written('resp_heard');
    const other = elsewhere();
    expect(await other.find('prj_1', 'resp_heard')).toBeDefined();
    await here.remove('prj_1', 'resp_heard');
    expect(await other.find('prj_1', 'resp_heard')).toBeUndefined();
  });

  test('closing writes what is left; what is too large is not kept', async () => {
    const other = elsewhere();
    other.keep(kept('resp_last'));
    other.keep(kept('resp_huge', { input: `["${'x'.repeat(17 * 1024 * 1024)}"]` }));
    await other.close();
    expect(await elsewhere().find('prj_1', 'resp_last')).toBeDefined();
    expect(await other.find('prj_1', 'resp_huge')).toBeUndefined();
  });
});
