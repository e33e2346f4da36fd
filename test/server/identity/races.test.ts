import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantTopup } from '../../../server/console/topups.ts';
import { newId } from '../../../server/store/ids.ts';
import { topups } from '../../../server/store/schema.ts';
import { createDatabase } from '../../helpers/postgres.ts';
import { type DevServer, signInByEmail, startDevServer } from './dev-server.ts';
import { approvedTokens, clientOf } from './device-client.ts';

// On Postgres, where twenty things really happen at once.
let server: DevServer;
let userId: string;
let client: ReturnType<typeof clientOf>;

beforeAll(async () => {
  server = await startDevServer({ DATABASE_URL: await createDatabase() });
  userId = (await signInByEmail(server, 'owner@example.com')).userId;
  client = clientOf(server.publicUrl);
});
afterAll(() => server?.close());

const twenty = <T>(work: (i: number) => Promise<T>) => Promise.all(Array.from({ length: 20 }, (_, i) => work(i)));
const rows = async (query: string) => (await server.store.db.execute(query)).rows;

test('one refresh token used twenty times at once: one use wins at most, and the family ends', async () => {
  const tokens = await approvedTokens(server, userId);
  const answers = await twenty(() => client.refresh(tokens.refresh_token!));
  const won = answers.filter(({ status }) => status === 200);
  expect(won.length).toBeLessThanOrEqual(1);
  expect(new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.error))).toEqual(
    new Set(['invalid_grant']),
  );
  for (const { body } of won)
    expect((await client.refresh(String(body.refresh_token))).body.error).toBe('invalid_grant');
});

test('one approved device code used twenty times at once gives tokens once at most', async () => {
  const { body } = await client.start();
  await server.identity.embedded!.devices.approve(String(body.user_code), userId);
  const answers = await twenty(() => client.poll(String(body.device_code)));
  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
});

test('of twenty decisions on one device one counts, and no grant of the others stays', async () => {
  const grants = async () => (await rows("select 1 from issuer_records where model = 'Grant'")).length;
  const { body } = await client.start();
  const before = await grants();
  const { devices } = server.identity.embedded!;
  const decided = await twenty((i) =>
    i % 2 ? devices.approve(String(body.user_code), userId) : devices.deny(String(body.user_code)),
  );
  expect(decided.filter(Boolean)).toHaveLength(1);
  expect((await grants()) - before).toBe(decided.findIndex(Boolean) % 2);
});

test('one sign-in code used twenty times at once signs in once', async () => {
  const { embedded } = server.identity;
  await server.identity.sendEmailCode('once@example.com', '10.1.1.1');
  const code = server.codeFor('once@example.com');
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => embedded!.byEmailCode('once@example.com', code, `10.2.2.${i}`)),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('twenty wrong codes at once leave no try', async () => {
  const { embedded } = server.identity;
  await server.identity.sendEmailCode('tries@example.com', '10.1.1.1');
  const code = server.codeFor('tries@example.com');
  const wrong = (i: number) => String((Number(code) + 1 + i) % 1_000_000).padStart(6, '0');
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => embedded!.byEmailCode('tries@example.com', wrong(i), `10.3.3.${i}`)),
  );
  expect(
    outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.reason.code === 'invalid_token'),
  ).toHaveLength(4);
  expect(await rows("select attempts from signin_codes where email = 'tries@example.com'")).toEqual([{ attempts: 5 }]);
});

test('one top-up granted twenty times at once is credited once', async () => {
  const person = await signInByEmail(server, 'asker@example.com');
  const organizationId = person.organization.id;
  const id = newId('top');
  const expiresAt = new Date(Date.now() + 60_000);
  await server.store.db
    .insert(topups)
    .values({ id, organizationId, createdBy: person.userId, amountNano: 5_000_000_000n, expiresAt });
  const granted = await twenty(() => grantTopup(server, id, userId));
  expect(granted.filter(Boolean)).toHaveLength(1);
  expect(await rows(`select balance_nano from organizations where id = '${organizationId}'`)).toEqual([
    { balance_nano: '5000000000' },
  ]);
  expect(await rows(`select amount_nano from ledger_entries where organization_id = '${organizationId}'`)).toEqual([
    { amount_nano: '5000000000' },
  ]);
});
