import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import { EMBEDDED_ISSUER, findOrCreateAccount, findPerson } from '../../../server/identity/accounts.ts';
import { bootstrap } from '../../../server/identity/bootstrap.ts';
import { createIdentity } from '../../../server/identity/create-identity.ts';
import { createSecrets } from '../../../server/identity/secrets.ts';
import { loadSigningKeys } from '../../../server/identity/signing-keys.ts';
import { generateApiKey } from '../../../shared/api-key.ts';
import { createDatabase } from '../../helpers/postgres.ts';
import { startStore } from './dev-server.ts';

type Started = Awaited<ReturnType<typeof startStore>>;
let base: Started;
let started: Started;

/** The store, emptied, under a configuration of the test's own. */
function configured(env: Record<string, string> = {}): Started {
  const { dataDir, secret } = base.config;
  return { ...base, config: readConfig({ GATEWAY_DATA_DIR: dataDir, GATEWAY_SECRET: secret, ...env }, dataDir) };
}

const rows = async (query: string) => (await started.store.db.execute(query)).rows;
const signIn = (email: string) =>
  findOrCreateAccount(started, { issuer: EMBEDDED_ISSUER, email, displayName: email.split('@')[0]! });
const actions = async () => (await rows('select action from audit_log order by id')).map(({ action }) => action);

// The embedded engine does one transaction after the other; only Postgres shows what the locks are for.
describe.each([
  ['the embedded store', async () => ({})],
  ['Postgres', async () => ({ DATABASE_URL: await createDatabase() })],
])('on %s', (_name, environment: () => Promise<Record<string, string>>) => {
  beforeAll(async () => {
    base = await startStore(await environment());
  });
  beforeEach(async () => {
    await base.store.db.execute(
      'truncate users, organizations, members, projects, api_keys, ledger_entries, audit_log, signing_keys cascade',
    );
    base.lines.length = 0;
  });
  afterAll(() => base.closeStore());

  describe('without a bootstrap key', () => {
    test('of ten who sign in at once on an empty database one is the owner with the credit, the rest have nothing', async () => {
      started = configured({ GATEWAY_BOOTSTRAP_CREDIT_USD: '12.50' });
      const ids = await Promise.all(Array.from({ length: 10 }, (_, i) => signIn(`person${i}@example.com`)));
      const people = await Promise.all(ids.map((id) => findPerson(started, id)));
      expect(people.filter((person) => person!.isOwner)).toHaveLength(1);
      expect(new Set(people.map((person) => person!.organization.id)).size).toBe(10);
      const balances = (await rows('select balance_nano from organizations order by 1 desc')).map(
        (row) => row.balance_nano,
      );
      expect(balances).toEqual(['12500000000', ...Array(9).fill('0')]);
      expect(await rows('select kind, amount_nano from ledger_entries')).toEqual([
        { kind: 'opening', amount_nano: '12500000000' },
      ]);
      expect((await actions()).filter((action) => action === 'user.created')).toHaveLength(10);
    });

    test('one person who signs in ten times at once is made once', async () => {
      started = configured();
      const ids = await Promise.all(Array.from({ length: 10 }, () => signIn('same@example.com')));
      expect(new Set(ids).size).toBe(1);
      expect(await rows('select subject = id as named_by_id from users')).toEqual([{ named_by_id: true }]);
      expect(await rows('select 1 from organizations')).toHaveLength(1);
      expect(await actions()).toEqual(['user.created', 'organization.created', 'project.created']);
    });
  });

  describe('with a bootstrap key', () => {
    const key = generateApiKey();

    test('ten processes that start at once make one owner, organisation, project, key and credit', async () => {
      started = configured({ GATEWAY_BOOTSTRAP_KEY: key, GATEWAY_BOOTSTRAP_CREDIT_USD: '3' });
      await Promise.all(Array.from({ length: 10 }, () => bootstrap(started)));
      expect(await rows('select email, is_owner, issuer from users')).toEqual([
        { email: null, is_owner: true, issuer: 'bootstrap' },
      ]);
      expect(await rows('select name, balance_nano from organizations')).toEqual([
        { name: 'default', balance_nano: '3000000000' },
      ]);
      expect(await rows('select name, hash, permissions, irregular from api_keys')).toEqual([
        {
          name: 'bootstrap',
          hash: started.secrets.hashApiKey(key),
          permissions: ['inference', 'manage'],
          irregular: false,
        },
      ]);
      expect(JSON.stringify(await rows('select * from api_keys'))).not.toContain(key);
      expect(await actions()).toEqual([
        'user.created',
        'organization.created',
        'project.created',
        'credit.granted',
        'key.created',
      ]);
    });

    test('the first person takes over what it made, with its credit; the second gets an organisation of their own', async () => {
      started = configured({ GATEWAY_BOOTSTRAP_KEY: key, GATEWAY_BOOTSTRAP_CREDIT_USD: '3' });
      await bootstrap(started);
      const ids = await Promise.all(['a@example.com', 'b@example.com', 'c@example.com'].map(signIn));
      const people = await Promise.all(ids.map((id) => findPerson(started, id)));
      const owners = people.filter((person) => person!.isOwner);
      expect(owners).toHaveLength(1);
      expect(owners[0]).toMatchObject({
        organization: { name: 'default' },
        project: { name: 'default' },
        role: 'owner',
      });
      const [made] = await rows('select created_by, organization_id from api_keys');
      expect(made).toEqual({ created_by: owners[0]!.userId, organization_id: owners[0]!.organization.id });
      expect(await rows('select 1 from organizations')).toHaveLength(3);
      expect(await rows('select sum(amount_nano) as credit from ledger_entries')).toEqual([{ credit: '3000000000' }]);
      expect((await actions()).filter((action) => action === 'user.claimed')).toHaveLength(1);
    });

    test('a key that does not have our shape is marked so', async () => {
      started = configured({ GATEWAY_BOOTSTRAP_KEY: 'sk-gw-a-key-of-somebody-elses-making' });
      await bootstrap(started);
      expect(await rows('select irregular, prefix from api_keys')).toEqual([{ irregular: true, prefix: 'sk-gw-a-ke' }]);
    });

    test('a database with people in it is left alone, and the log says why', async () => {
      started = configured({ GATEWAY_BOOTSTRAP_KEY: key });
      await signIn('early@example.com');
      await bootstrap(started);
      expect(await rows('select 1 from api_keys')).toEqual([]);
      expect(started.lines.some(({ msg }) => /GATEWAY_BOOTSTRAP_KEY is ignored/.test(String(msg)))).toBe(true);
    });
  });

  describe('signing keys', () => {
    test('are made once by parallel starts, and stand encrypted in the store', async () => {
      started = configured();
      const loaded = await Promise.all(Array.from({ length: 5 }, () => loadSigningKeys(started)));
      expect(new Set(loaded.map(([key]) => key!.kid)).size).toBe(1);
      expect(JSON.stringify(await rows('select * from signing_keys'))).not.toContain(loaded[0]![0]!.d);
    });

    test('of a database made with another secret stop the start with a clear message', async () => {
      started = configured();
      await loadSigningKeys(started);
      const secrets = createSecrets('another secret than the one before, really');
      const start = createIdentity({ ...started, secrets, publicUrl: 'http://127.0.0.1:1' });
      await expect(start).rejects.toMatchObject({
        code: 'config_invalid',
        message: expect.stringContaining('another GATEWAY_SECRET'),
      });
    });
  });

  test('loading the issuer prints nothing', async () => {
    started = configured();
    const said: unknown[][] = [];
    const { warn, info, log } = console;
    Object.assign(console, {
      warn: (...line: unknown[]) => said.push(line),
      info: (...line: unknown[]) => said.push(line),
      log: (...line: unknown[]) => said.push(line),
    });
    try {
      const identity = await createIdentity({ ...started, publicUrl: 'http://127.0.0.1:1' });
      await identity.close();
    } finally {
      Object.assign(console, { warn, info, log });
    }
    expect(said).toEqual([]);
  });
});
