import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activePerson, EMBEDDED_ISSUER, findOrCreateAccount } from '../../../server/identity/accounts.ts';
import { addMember } from '../../../server/identity/members.ts';
import { members, users } from '../../../server/store/schema.ts';
import { ENGINES, type Harness, type SignedIn, startApi } from './harness.ts';

describe.each(ENGINES)('an organisation and who belongs to it, on %s', (engine) => {
  let api: Harness;
  let count = 0;
  beforeAll(async () => {
    api = await startApi(engine);
    await api.signUp('first');
  });
  afterAll(() => api?.close());

  const somebody = (name = 'p') => api.signUp(`${name}${++count}`);
  const get = async (who: SignedIn, path: string) => (await api.call('GET', `/api/v1${path}`, { as: who.token })).body;
  const call = (who: SignedIn, method: string, path: string, body?: unknown) =>
    api.call(method, `/api/v1${path}`, { as: who.token, body });
  /** Somebody with an account whose address is proven. */
  const provenAddress = async (): Promise<SignedIn & { email: string }> => {
    const signedIn = await somebody('member');
    const { db } = api.services.store;
    await db.update(users).set({ emailVerified: true }).where(eq(users.id, signedIn.person.userId));
    return { ...signedIn, email: signedIn.person.email! };
  };
  /** The first sign-in with an address. */
  const signIn = (email: string, emailVerified = true) =>
    findOrCreateAccount(api.services, {
      issuer: emailVerified ? EMBEDDED_ISSUER : 'https://issuer.example',
      ...(emailVerified ? {} : { subject: email }),
      email,
      emailVerified,
      displayName: email.split('@')[0]!,
    });
  /** An owner, and a member of theirs who acts in their organisation. */
  const withMember = async (role: string) => {
    const [owner, member] = [await somebody('owner'), await provenAddress()];
    expect((await call(owner, 'POST', '/members', { email: member.email, role })).status).toBe(201);
    expect((await call(member, 'PUT', '/me/organization', { organization: owner.person.organization.id })).status).toBe(
      200,
    );
    return { owner, member };
  };

  describe('projects', () => {
    test('are made, found by id and by name, renamed and listed newest first', async () => {
      const ann = await somebody();
      const made = await call(ann, 'POST', '/projects', { name: 'web' });
      expect(made.status).toBe(201);
      expect(made.body).toEqual({
        id: expect.stringMatching(/^prj_/),
        name: 'web',
        default: false,
        active_keys: 0,
        response_retention_days: 30,
        prompt_cache_marks: true,
        response_cache_seconds: null,
        created_at: expect.stringMatching(/Z$/),
      });
      expect(await get(ann, '/projects/web')).toEqual(made.body);
      const renamed = await call(ann, 'PATCH', '/projects/web', { name: 'site' });
      expect(renamed.body).toEqual({ ...made.body, name: 'site' });
      const all = await get(ann, '/projects');
      expect(all.data.map((project: { name: string; default: boolean }) => [project.name, project.default])).toEqual([
        ['site', false],
        ['default', true],
      ]);
      const first = await get(ann, '/projects?limit=1');
      expect((await get(ann, `/projects?limit=1&cursor=${first.next_cursor}`)).data).toEqual([all.data[1]]);
    });

    test('have settings, which their keys hear of at once', async () => {
      const ann = await somebody();
      const { raw } = await api.newKey(ann.token);
      const settings = async () => (await api.services.keyRing.authenticate(raw)).project;
      expect(await settings()).toMatchObject({ cacheMarks: true, responseRetentionDays: 30 });
      const changed = await call(ann, 'PATCH', '/projects/default', {
        response_retention_days: 0,
        prompt_cache_marks: false,
      });
      expect(changed.body).toMatchObject({ name: 'default', response_retention_days: 0, prompt_cache_marks: false });
      expect(await settings()).toMatchObject({ cacheMarks: false, responseRetentionDays: 0 });
      const { data: entries } = await get(ann, '/audit-logs');
      expect(entries[0]).toMatchObject({
        action: 'project.updated',
        details: { responseRetentionDays: 0, cacheMarks: false },
      });
    });

    test('refuse settings that cannot be', async () => {
      const { member } = await withMember('developer');
      expect((await call(member, 'PATCH', '/projects/default', { prompt_cache_marks: false })).status).toBe(403);
      const ann = await somebody();
      for (const body of [
        {},
        { response_retention_days: -1 },
        { response_retention_days: 1.5 },
        { prompt_cache_marks: 1 },
      ])
        expect((await call(ann, 'PATCH', '/projects/default', body)).status).toBe(400);
    });

    test('have names of their own', async () => {
      const ann = await somebody();
      const again = await call(ann, 'POST', '/projects', { name: 'default' });
      expect([again.status, again.body.error.code]).toEqual([409, 'conflict']);
      await call(ann, 'POST', '/projects', { name: 'web' });
      expect((await call(ann, 'PATCH', '/projects/web', { name: 'default' })).status).toBe(409);
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => call(ann, 'POST', '/projects', { name: 'x' })),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array(9).fill(409)]);
    });

    test('go only without keys, and one stays', async () => {
      const ann = await somebody();
      const only = await call(ann, 'DELETE', '/projects/default');
      expect([only.status, only.body.error.message]).toEqual([409, expect.stringContaining('gateway projects create')]);
      const { body: web } = await call(ann, 'POST', '/projects', { name: 'web' });
      const key = await api.newKey(ann.token, { project: 'web' });
      const refused = await call(ann, 'DELETE', '/projects/web');
      expect([refused.status, refused.body.error.message]).toEqual([
        409,
        expect.stringContaining(`gateway keys list --project ${web.id}`),
      ]);
      expect((await get(ann, '/projects/web')).active_keys).toBe(1);
      await call(ann, 'DELETE', `/me/keys/${key.id}`);
      expect((await call(ann, 'DELETE', '/projects/web')).body).toEqual({ id: web.id, name: 'web', removed: true });
      expect((await call(ann, 'GET', '/projects/web')).status).toBe(404);
      expect((await call(ann, 'POST', '/me/keys', { name: 'late', project: web.id })).status).toBe(404);
      expect((await call(ann, 'GET', `/usage?project=${web.id}`)).status).toBe(200);
      expect((await call(ann, 'POST', '/projects', { name: 'web' })).status).toBe(201);
    });

    test('of a removal and of a key that is made in it at once one happens', async () => {
      const ann = await somebody();
      for (let round = 0; round < 5; round++) {
        const { body: project } = await call(ann, 'POST', '/projects', { name: `race ${round}` });
        const [removed, ...made] = await Promise.all([
          call(ann, 'DELETE', `/projects/${project.id}`),
          ...Array.from({ length: 4 }, () => call(ann, 'POST', '/me/keys', { name: 'k', project: project.id })),
        ]);
        const keys = made.filter(({ status }) => status === 201).length;
        expect([removed!.status, keys > 0]).toEqual(removed!.status === 200 ? [200, false] : [409, true]);
      }
    });

    test('the oldest that is left is where keys go that name none', async () => {
      const ann = await somebody();
      const { body: web } = await call(ann, 'POST', '/projects', { name: 'web' });
      await call(ann, 'DELETE', '/projects/default');
      expect((await get(ann, '/projects/web')).default).toBe(true);
      expect((await get(ann, '/me')).project).toEqual({ id: web.id, name: 'web' });
      expect((await api.newKey(ann.token)).project).toBe(web.id);
    });

    test("are nobody else's", async () => {
      const [ann, bob] = [await somebody(), await somebody()];
      const id = ann.person.project.id;
      expect((await call(bob, 'GET', `/projects/${id}`)).status).toBe(404);
      expect((await call(bob, 'PATCH', `/projects/${id}`, { name: 'mine' })).status).toBe(404);
      expect((await call(bob, 'DELETE', `/projects/${id}`)).status).toBe(404);
    });
  });

  describe('members', () => {
    test('an address is invited, and nothing tells whether it has an account', async () => {
      const [ann, bob] = [await somebody(), await provenAddress()];
      const known = await call(ann, 'POST', '/members', { email: bob.email.toUpperCase(), role: 'admin' });
      const unknown = await call(ann, 'POST', '/members', { email: `nobody${++count}@example.com`, role: 'admin' });
      const invited = (email: unknown) => ({
        id: expect.stringMatching(/^inv_/),
        email,
        display_name: null,
        role: 'admin',
        status: 'invited',
        created_at: expect.stringMatching(/Z$/),
      });
      expect([known.body, unknown.body]).toEqual([invited(bob.email), invited(expect.any(String))]);
      expect((await get(ann, '/members')).data).toEqual([unknown.body, known.body, expect.anything()]);
      expect((await get(bob, '/me')).organization).toEqual(bob.person.organization);
      const again = await call(ann, 'POST', '/members', { email: bob.email });
      expect([again.status, again.body.error.message]).toEqual([
        409,
        expect.stringContaining('gateway members update'),
      ]);
    });

    test('who is invited sees it in their list, without the balance, and joins by choosing it', async () => {
      const [ann, bob] = [await somebody(), await provenAddress()];
      const org = ann.person.organization;
      await call(ann, 'POST', '/members', { email: bob.email, role: 'admin' });
      const invited = { id: org.id, name: org.name, role: 'admin', status: 'invited', current: false };
      const { data } = await get(bob, '/orgs');
      expect(data).toMatchObject([
        { ...invited, balance_usd: null },
        { id: bob.person.organization.id, role: 'owner', status: 'active', current: true },
      ]);
      const first = await get(bob, '/orgs?limit=1');
      expect((await get(bob, `/orgs?limit=1&cursor=${first.next_cursor}`)).data).toEqual([data[1]]);
      for (const [method, path] of [
        ['GET', `/orgs/${org.id}`],
        ['PATCH', `/orgs/${org.id}`],
        ['GET', `/usage?org=${org.id}`],
      ] as const)
        expect((await call(bob, method, path, method === 'PATCH' ? { name: 'x' } : undefined)).status).toBe(404);
      const joined = await call(bob, 'PUT', '/me/organization', { organization: org.name });
      expect(joined.body).toMatchObject({ ...invited, status: 'active', current: true, balance_usd: '0.00' });
      expect(await get(bob, '/me')).toMatchObject({ organization: org, role: 'admin' });
      expect((await get(ann, '/members')).data).toMatchObject([
        { id: bob.person.userId, status: 'active', role: 'admin' },
        { role: 'owner' },
      ]);
      expect((await get(ann, '/audit-logs?action=member')).data).toMatchObject([
        { action: 'member.joined', actor: bob.person.userId, details: { added_by: ann.person.userId } },
        { action: 'member.added' },
      ]);
      expect((await call(bob, 'PUT', '/me/organization', { organization: org.id })).status).toBe(200);
    });

    test('an invitation does not get in the way of an organisation of the same name', async () => {
      const [ann, bob] = [await somebody(), await provenAddress()];
      await call(ann, 'PATCH', '/orgs/current', { name: bob.person.organization.name });
      await call(ann, 'POST', '/members', { email: bob.email });
      const { body } = await call(bob, 'PUT', '/me/organization', { organization: bob.person.organization.name });
      expect(body.id).toBe(bob.person.organization.id);
    });

    test('a new person acts in an organisation of their own until they choose another', async () => {
      const ann = await somebody();
      const email = `new${++count}@example.com`;
      await call(ann, 'POST', '/members', { email });
      const userId = await signIn(email);
      const bob = { ...ann, token: `person:${userId}` };
      const me = await get(bob, '/me');
      expect(me).toMatchObject({ role: 'owner' });
      expect(me.organization.id).not.toBe(ann.person.organization.id);
      expect((await get(bob, '/orgs')).data.map(({ status }: { status: string }) => status)).toEqual([
        'active',
        'invited',
      ]);
      await call(bob, 'PUT', '/me/organization', { organization: ann.person.organization.id });
      expect(await get(bob, '/me')).toMatchObject({ organization: ann.person.organization, role: 'developer' });
    });

    test('an address that no issuer vouches for opens no door, until one does', async () => {
      const ann = await somebody();
      const email = `liar${++count}@example.com`;
      const { body: invitation } = await call(ann, 'POST', '/members', { email });
      const stranger = { ...ann, token: `person:${await signIn(email, false)}` };
      const join = () => call(stranger, 'PUT', '/me/organization', { organization: ann.person.organization.id });
      expect((await get(stranger, '/orgs')).data).toHaveLength(1);
      expect((await join()).status).toBe(404);
      expect((await get(ann, '/members')).data).toMatchObject([invitation, { role: 'owner' }]);
      const claimant = { issuer: 'https://issuer.example', subject: email, displayName: 'liar' };
      await findOrCreateAccount(api.services, { ...claimant, email, emailVerified: true });
      expect((await join()).status).toBe(200);
    });

    test('of an invitation that is withdrawn while it is accepted, either happens', async () => {
      const [ann, bob] = [await somebody(), await provenAddress()];
      for (let round = 0; round < 5; round++) {
        await call(ann, 'POST', '/members', { email: bob.email });
        const [removed, joined] = await Promise.all([
          call(ann, 'DELETE', `/members/${bob.email}`),
          call(bob, 'PUT', '/me/organization', { organization: ann.person.organization.id }),
        ]);
        expect([removed.status, [200, 404].includes(joined.status)]).toEqual([200, true]);
        expect((await get(ann, '/members')).data).toHaveLength(1);
      }
    });

    test('of several with one address none is guessed', async () => {
      const { owner, member } = await withMember('admin');
      const other = await somebody();
      const { db } = api.services.store;
      await db.update(users).set({ email: member.email }).where(eq(users.id, other.person.userId));
      const organizationId = owner.person.organization.id;
      await db.insert(members).values({ organizationId, userId: other.person.userId, role: 'admin' });
      for (const [method, body] of [
        ['PATCH', { role: 'developer' }],
        ['DELETE', undefined],
      ] as const) {
        const answer = await call(owner, method, `/members/${member.email}`, body);
        expect([answer.status, answer.body.error.code]).toEqual([409, 'conflict']);
        for (const { person } of [member, other]) expect(answer.body.error.message).toContain(person.userId);
      }
      expect((await call(owner, 'DELETE', `/members/${other.person.userId}`)).status).toBe(200);
      expect((await call(owner, 'DELETE', `/members/${member.email}`)).body.id).toBe(member.person.userId);
    });

    test('a developer looks and changes nothing', async () => {
      const { owner, member } = await withMember('developer');
      for (const path of ['/orgs/current', '/projects', '/members'])
        expect((await call(member, 'GET', path)).status).toBe(200);
      const id = owner.person.userId;
      for (const [method, path, body] of [
        ['PATCH', '/orgs/current', { name: 'mine' }],
        ['POST', '/projects', { name: 'mine' }],
        ['PATCH', '/projects/default', { name: 'mine' }],
        ['DELETE', '/projects/default', undefined],
        ['POST', '/members', { email: 'friend@example.com' }],
        ['PATCH', `/members/${member.email}`, { role: 'admin' }],
        ['DELETE', `/members/${id}`, undefined],
        ['GET', '/audit-logs', undefined],
      ] as const) {
        const answer = await call(member, method, path, body);
        expect([path, answer.status, answer.body.error?.code]).toEqual([path, 403, 'permission_denied']);
        expect(answer.body.error.message).toContain('gateway members list');
      }
    });

    test('an admin changes everything but owners', async () => {
      const { owner, member } = await withMember('admin');
      const email = `friend${++count}@example.com`;
      expect((await call(member, 'POST', '/members', { email, role: 'owner' })).status).toBe(403);
      expect((await call(member, 'POST', '/members', { email, role: 'admin' })).status).toBe(201);
      expect((await call(member, 'PATCH', `/members/${email}`, { role: 'owner' })).status).toBe(403);
      expect((await call(member, 'PATCH', `/members/${email}`, { role: 'developer' })).body).toMatchObject({
        role: 'developer',
        status: 'invited',
      });
      expect((await call(member, 'PATCH', `/members/${member.email}`, { role: 'owner' })).status).toBe(403);
      expect((await call(member, 'DELETE', `/members/${owner.person.userId}`)).status).toBe(403);
      expect((await call(member, 'PATCH', `/members/${owner.person.userId}`, { role: 'developer' })).status).toBe(403);
      expect((await call(member, 'DELETE', `/members/${email}`)).body).toMatchObject({ removed: true, email });
      expect((await call(member, 'GET', '/audit-logs')).status).toBe(200);
    });

    test('the last owner neither goes nor becomes less, also when two owners try at once', async () => {
      const { owner, member } = await withMember('owner');
      const id = owner.person.userId;
      const both = await Promise.all([
        call(owner, 'DELETE', `/members/${id}`),
        call(member, 'PATCH', `/members/${member.email}`, { role: 'developer' }),
      ]);
      expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
      expect(both.find(({ status }) => status === 409)!.body.error.message).toContain('last owner');
      const { db } = api.services.store;
      const rows = await db.select().from(members).where(eq(members.organizationId, owner.person.organization.id));
      expect(rows.filter(({ role }) => role === 'owner')).toHaveLength(1);
    });

    test('who is removed is back in their own, and the keys they made are told', async () => {
      const { owner, member } = await withMember('developer');
      const key = await api.newKey(member.token);
      const removed = await call(owner, 'DELETE', `/members/${member.email}`);
      expect(removed.body).toEqual({ id: member.person.userId, email: member.email, removed: true, active_keys: 1 });
      expect((await get(member, '/me')).organization).toEqual(member.person.organization);
      expect((await call(member, 'GET', `/orgs/${owner.person.organization.id}`)).status).toBe(404);
      expect((await call(owner, 'GET', `/me/keys/${key.id}`)).body.status).toBe('active');
      expect((await call(owner, 'DELETE', `/members/${member.email}`)).status).toBe(404);
    });

    test('nobody is left without an organisation', async () => {
      const { owner, member } = await withMember('owner');
      expect((await call(owner, 'DELETE', `/members/${owner.person.userId}`)).status).toBe(200);
      const own = await get(owner, '/me');
      expect(own.organization.id).not.toBe(owner.person.organization.id);
      expect(own).toMatchObject({ role: 'owner', balance_usd: '0.00', project: { name: 'default' } });
      expect((await get(member, '/members')).data).toHaveLength(1);
    });

    test('a role is what it is now, not what it was when the token was looked at', async () => {
      const { owner, member } = await withMember('admin');
      const asAdmin = await activePerson(api.services, member.person.userId);
      await call(owner, 'PATCH', `/members/${member.email}`, { role: 'developer' });
      const late = addMember(api.services, asAdmin, { email: 'late@example.com', role: 'developer' });
      await expect(late).rejects.toMatchObject({ code: 'permission_denied' });
    });
  });

  describe('the organisation', () => {
    test('is renamed, shown by id and by name', async () => {
      const ann = await somebody();
      const name = `Acme ${++count}`;
      const renamed = await call(ann, 'PATCH', '/orgs/current', { name });
      expect(renamed.body).toEqual({
        id: ann.person.organization.id,
        name,
        role: 'owner',
        status: 'active',
        current: true,
        balance_usd: '0.00',
        rate_limits: null,
        created_at: expect.any(String),
      });
      expect(await get(ann, `/orgs/${encodeURIComponent(name)}`)).toEqual(renamed.body);
    });

    test('of two with one name neither is guessed', async () => {
      const { owner, member } = await withMember('developer');
      for (const who of [owner, { ...member }]) {
        const id = who === owner ? 'current' : member.person.organization.id;
        await call(who, 'PATCH', `/orgs/${id}`, { name: 'Twins' });
      }
      for (const path of ['/orgs/Twins', '/usage?org=Twins']) {
        const answer = await call(member, 'GET', path);
        expect([path, answer.status, answer.body.error.message]).toEqual([
          path,
          400,
          expect.stringContaining(member.person.organization.id),
        ]);
      }
    });
  });

  describe('the audit log', () => {
    test('tells who did what, newest first, page by page, and by actor and action', async () => {
      const { owner, member } = await withMember('admin');
      await call(member, 'POST', '/projects', { name: 'web' });
      const key = await api.newKey(owner.token, { name: 'ci' });
      const { data } = await get(owner, '/audit-logs');
      expect(data[0]).toEqual({
        id: expect.stringMatching(/^\d+$/),
        created_at: expect.stringMatching(/Z$/),
        actor: owner.person.userId,
        actor_name: owner.person.email,
        action: 'key.created',
        target: key.id,
        details: expect.objectContaining({ name: 'ci' }),
      });
      expect(data[1]).toMatchObject({ actor_name: member.email, action: 'project.created', details: { name: 'web' } });
      const paged: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = await get(owner, `/audit-logs?limit=2${cursor && `&cursor=${cursor}`}`);
        paged.push(...page.data);
        cursor = page.next_cursor;
      }
      expect(paged).toEqual(data);
      const actions = async (query: string) =>
        (await get(owner, `/audit-logs?${query}`)).data.map(({ action }: { action: string }) => action);
      expect(await actions(`actor=${member.email}`)).toEqual(['project.created', 'member.joined']);
      expect(await actions(`actor=${owner.person.userId}&action=key`)).toEqual(['key.created']);
      expect(await actions('action=project')).toEqual(['project.created', 'project.created']);
      expect(await actions('action=project.created')).toHaveLength(2);
      expect(await actions('action=%25')).toEqual([]);
      expect((await call(owner, 'GET', '/audit-logs?cursor=eHl6')).status).toBe(400);
    });

    test("holds nothing of anybody else's", async () => {
      const [ann, bob] = [await somebody(), await somebody()];
      await call(bob, 'POST', '/projects', { name: 'secret' });
      expect(JSON.stringify(await get(ann, '/audit-logs'))).not.toContain('secret');
    });
  });
});
