import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { storeLogin } from '../helpers/credentials.ts';
import { type Answer, closeFakes, failed, fakeGateway, json, keyReply, ME } from '../helpers/fake-gateway.ts';
import { AUDIT_ENTRY, list, MEMBER, ORGANIZATION, PROJECT, USAGE } from './battery/answers.ts';

const RAW = 'sk-gw-raw1raw1raw1raw1raw1raw1raw1raw1raw1';
const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

/** A server, and a HOME that is signed in there. */
async function signedIn(routes: Record<string, Answer> = {}) {
  const server = await fakeGateway({
    'GET /api/v1/orgs/current': json(ORGANIZATION),
    'GET /api/v1/projects/web': json(PROJECT),
    'GET /api/v1/projects': list(PROJECT, { ...PROJECT, id: 'prj_0', name: 'default', default: true }),
    'GET /api/v1/me/keys': list(keyReply()),
    'POST /api/v1/me/keys': json({ ...keyReply(), raw: RAW }, 201),
    ...routes,
  });
  const home = tempHome();
  storeLogin(home, server.url);
  const env = { GATEWAY_API_URL: server.url };
  return { server, home, env, run: (...args: string[]) => runCli(args, { home, env }) };
}
const preferences = (home: string) => JSON.parse(readFileSync(join(home, '.gateway', 'config.json'), 'utf8'));

describe.concurrent('projects use', () => {
  test('is what keys are made in, found in and listed for, until a flag says otherwise', async () => {
    const { server, home, run } = await signedIn();
    expect(JSON.parse((await run('projects', 'use', 'web', '--json')).stdout)).toEqual({
      project: 'prj_1',
      name: 'web',
    });
    expect(preferences(home)).toEqual({
      project: { id: 'prj_1', api_url: server.url, organization: 'org_1' },
    });
    expect((await run('config', 'get', 'project')).stdout).toBe('prj_1\n');
    await run('keys', 'create', '--name', 'new', '--no-cache', '--json');
    await run('keys', 'create', '--name', 'new', '--no-cache', '--json', '--project', 'prj_2');
    await run('keys', 'create', '--name', 'new', '--no-cache', '--json', '--parent', 'key_9');
    const made = server.seen.filter(({ method }) => method === 'POST');
    expect(made.map(({ fields }) => fields.project)).toEqual(['prj_1', 'prj_2', undefined]);
    await run('keys', 'list');
    await run('keys', 'list', '--project', 'prj_2');
    await run('keys', 'ensure', '--name', 'ci');
    const asked = server.to('/api/v1/me/keys').filter(({ method }) => method === 'GET');
    expect(asked.map(({ query }) => query.get('project'))).toEqual(['prj_1', 'prj_2', 'prj_1']);
  });

  test('is what usage is about, which is told, unless a project, a key or an organisation is named', async () => {
    const { server, run } = await signedIn({ 'GET /api/v1/usage/breakdown': USAGE });
    await run('projects', 'use', 'web');
    expect((await run('usage')).stderr).toContain('Only the project prj_1');
    for (const scope of ['--project', '--key', '--org']) expect((await run('usage', scope, 'x')).stderr).toBe('');
    await run('usage', 'sources');
    const asked = server.to('/api/v1/usage/breakdown').map(({ query }) => query.get('project'));
    expect(asked).toEqual(['prj_1', 'x', null, null, 'prj_1']);
  });

  test("a project's own config goes before it, and projects list marks what is in force", async () => {
    const { home, run } = await signedIn();
    await run('projects', 'use', 'web');
    expect((await run('projects', 'list')).stdout).toMatch(/^\* +web/m);
    writeFileSync(join(home, '.gateway.json'), '{"project":"prj_0"}');
    expect((await run('projects', 'list')).stdout).toMatch(/^\* +default/m);
    expect((await run('projects', 'use', 'web')).stderr).toContain('.gateway.json names a project too');
  });

  test('does not follow an API key, which belongs to a project already', async () => {
    const { server, home, env, run } = await signedIn();
    await run('projects', 'use', 'web');
    await runCli(['keys', 'create', '--name', 'new', '--no-cache', '--json'], {
      home,
      env: { ...env, GATEWAY_API_KEY: KEY },
    });
    expect(server.seen.at(-1)).toMatchObject({ method: 'POST', fields: { name: 'new' } });
    expect(server.seen.at(-1)!.fields).not.toHaveProperty('project');
  });

  test('does not follow a sign-in with an API key either', async () => {
    const { server, home, env, run } = await signedIn({
      'GET /api/v1/me': json(ME),
      'GET /api/v1/usage/breakdown': USAGE,
    });
    await run('projects', 'use', 'web');
    expect((await runCli(['login', '--with-key', '-', '--profile', 'robot'], { home, env, stdin: KEY })).exitCode).toBe(
      0,
    );
    await run('keys', 'create', '--name', 'new', '--no-cache', '--json', '--profile', 'robot');
    expect(server.seen.at(-1)!.fields).not.toHaveProperty('project');
    for (const command of [['keys', 'list'], ['usage']]) {
      expect((await run(...command, '--profile', 'robot')).exitCode).toBe(0);
      expect(server.seen.at(-1)!.query.get('project')).toBeNull();
    }
    expect(server.seen.at(-1)!.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  test('does not follow to another server', async () => {
    const { run, home } = await signedIn();
    await run('projects', 'use', 'web');
    const other = await signedIn();
    storeLogin(home, other.server.url);
    const there = { home, env: other.env };
    await runCli(['keys', 'create', '--name', 'new', '--no-cache', '--json'], there);
    expect(other.server.seen.map(({ method }) => method)).toEqual(['POST']);
    expect(other.server.seen[0]!.fields).not.toHaveProperty('project');
    expect(JSON.parse((await runCli(['config', 'get', 'project', '--json'], there)).stdout)).toMatchObject({
      value: null,
      source: 'default',
    });
  });

  test('does not follow into another organisation, which is told, and is there again on the way back', async () => {
    let current = ORGANIZATION;
    const { server, run } = await signedIn({
      'GET /api/v1/orgs/current': (request, response) => json(current)(request, response),
      'GET /api/v1/usage/breakdown': USAGE,
    });
    await run('projects', 'use', 'web');
    current = { ...ORGANIZATION, id: 'org_2' };
    const made = await run('keys', 'create', '--name', 'new', '--no-cache');
    expect(made).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('prj_1 is in another organisation') });
    expect(server.seen.at(-1)!.fields).not.toHaveProperty('project');
    expect(JSON.parse((await run('usage', '--json')).stdout)).toMatchObject({ project: null });
    current = ORGANIZATION;
    expect(JSON.parse((await run('usage', '--json')).stdout)).toMatchObject({ project: 'prj_1' });
    const sources = JSON.parse((await run('usage', 'sources', '--json')).stdout);
    expect(sources).toEqual([expect.objectContaining({ project: 'prj_1' })]);
  });

  test('a project that `config set` names counts for every organisation', async () => {
    const { server, run } = await signedIn();
    await run('projects', 'use', 'web');
    expect(JSON.parse((await run('config', 'set', 'project', 'prj_2', '--json')).stdout)).toMatchObject({
      value: 'prj_2',
      previous: 'prj_1',
      changed: true,
    });
    await run('keys', 'create', '--name', 'new', '--no-cache', '--json');
    expect(server.seen.at(-1)!.fields).toMatchObject({ project: 'prj_2' });
  });

  test('stores nothing for a project that is not there, nor in a dry run', async () => {
    const { home, run } = await signedIn();
    expect(failure(await run('projects', 'use', 'nowhere', '--json'))).toMatchObject({ code: 'not_found' });
    expect(JSON.parse((await run('projects', 'use', 'web', '--dry-run', '--json')).stdout)).toMatchObject({
      dry_run: true,
      project: 'prj_1',
    });
    expect(() => preferences(home)).toThrow('ENOENT');
  });
});

describe.concurrent('projects', () => {
  test('remove warns when the project is the one that commands use', async () => {
    const { run } = await signedIn({
      'DELETE /api/v1/projects/web': json({ id: 'prj_1', name: 'web', removed: true }),
    });
    await run('projects', 'use', 'web');
    const removed = await run('projects', 'rm', 'web', '--yes');
    expect(removed.stdout).toBe('Removed the project "web". What it used stays in the books.\n');
    expect(removed.stderr).toContain('gateway config unset project');
  });

  test('remove passes on what to do about keys', async () => {
    const message =
      'The project "web" has 1 key that is not revoked. Run `gateway keys list --project prj_1` and revoke them first.';
    const { run } = await signedIn({ 'DELETE /api/v1/projects/web': failed(409, 'conflict', message) });
    expect(failure(await run('projects', 'remove', 'web', '--yes', '--json'))).toMatchObject({
      code: 'conflict',
      exit_code: 1,
      hint: expect.stringContaining('gateway keys list --project prj_1'),
    });
  });

  test('create --dry-run sends nothing', async () => {
    const { server, run } = await signedIn();
    const { stdout } = await run('projects', 'create', '--name', 'web', '--dry-run', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ dry_run: true, method: 'POST', body: { name: 'web' } });
    expect(server.seen).toEqual([]);
  });
});

describe.concurrent('orgs', () => {
  test('show is about the one in use, unless another is named', async () => {
    const { server, run } = await signedIn({
      'GET /api/v1/orgs/current': json(ORGANIZATION),
      'GET /api/v1/orgs/Other%20one': json({ ...ORGANIZATION, id: 'org_2', current: false }),
    });
    expect(JSON.parse((await run('orgs', 'show', '--json')).stdout)).toEqual(ORGANIZATION);
    expect(JSON.parse((await run('orgs', 'show', 'Other one', '--json')).stdout)).toMatchObject({ id: 'org_2' });
    expect(server.seen).toHaveLength(2);
  });

  test('list tells where one is only invited, and no balance of it', async () => {
    const invited = {
      ...ORGANIZATION,
      id: 'org_2',
      name: 'Other',
      status: 'invited',
      current: false,
      balance_usd: null,
    };
    const { run } = await signedIn({ 'GET /api/v1/orgs': list(invited, ORGANIZATION) });
    expect((await run('orgs', 'list')).stdout).toMatch(
      /^ +Other +owner +invited +org_2\n\* +Acme +owner +active +4\.20 +org_1$/m,
    );
  });

  test('use tells the server, which keeps the choice', async () => {
    const { server, home, run } = await signedIn({ 'PUT /api/v1/me/organization': json(ORGANIZATION) });
    const { stdout } = await run('orgs', 'use', 'Acme');
    expect(stdout).toBe('You now act in "Acme" (owner), here and wherever else you are signed in.\n');
    expect(server.seen[0]!.fields).toEqual({ organization: 'Acme' });
    expect(() => preferences(home)).toThrow('ENOENT');
  });

  test('rename names both the old and the new', async () => {
    const { server, run } = await signedIn({ 'PATCH /api/v1/orgs/org_1': json(ORGANIZATION) });
    expect((await run('orgs', 'rename', 'org_1', 'Acme')).stdout).toContain('is now called "Acme"');
    expect(server.seen[0]!.fields).toEqual({ name: 'Acme' });
  });
});

describe.concurrent('members', () => {
  test('add says what happens next', async () => {
    const invited = { ...MEMBER, id: 'inv_1', display_name: null, status: 'invited' };
    const { server, run } = await signedIn({ 'POST /api/v1/members': json(invited, 201) });
    expect((await run('members', 'add', 'ann@example.com')).stdout).toMatch(
      /^Invited ann@example\.com as developer\. No mail was sent.*gateway orgs use/,
    );
    expect(server.seen[0]!.fields).toEqual({ email: 'ann@example.com', role: 'developer' });
  });

  test('remove tells of keys that go on working', async () => {
    const answer = { id: 'usr_ann', email: 'ann@example.com', removed: true, active_keys: 2 };
    const { run } = await signedIn({ 'DELETE /api/v1/members/ann%40example.com': json(answer) });
    expect((await run('members', 'remove', 'ann@example.com', '-y')).stdout).toBe(
      'Removed ann@example.com.\n2 keys that they made go on working: see `gateway keys list`.\n',
    );
  });

  test('update needs a role, and only one that there is', async () => {
    const { server, run } = await signedIn();
    expect(failure(await run('members', 'update', 'usr_ann', '--json'))).toMatchObject({ code: 'usage' });
    const told = failure(await run('members', 'update', 'usr_ann', '--role', 'king', '--json'));
    expect(told.message).toMatch(/owner, admin, developer/);
    expect(server.seen).toEqual([]);
  });

  test('list tells who has not joined yet', async () => {
    const { run } = await signedIn({
      'GET /api/v1/members': list({ ...MEMBER, status: 'invited', display_name: null }),
    });
    expect((await run('members', 'list')).stdout).toMatch(/ann@example\.com +developer +invited/);
  });
});

describe.concurrent('audit list', () => {
  test('asks for what is named, page by page, and prints the details in a line', async () => {
    const pages: Answer = (request, response) => {
      const last = request.query.get('cursor') !== null;
      json({ data: [{ ...AUDIT_ENTRY, id: last ? '41' : '42' }], next_cursor: last ? null : 'next' })(
        request,
        response,
      );
    };
    const { server, run } = await signedIn({ 'GET /api/v1/audit-logs': pages });
    const { stdout } = await run(
      'audit',
      'list',
      '--actor',
      'ann@example.com',
      '--action',
      'key',
      '--json',
      '--fields',
      'id',
    );
    expect(stdout).toBe('[{"id":"42"},{"id":"41"}]\n');
    expect(server.seen[0]!.query.get('actor')).toBe('ann@example.com');
    expect(server.seen[0]!.query.get('action')).toBe('key');
    expect((await run('audit', 'list', '--limit', '1')).stdout).toContain('name ci, limit_usd 5.00');
  });

  test('is what the noun alone does, too', async () => {
    const { server, run } = await signedIn({
      'GET /api/v1/audit-logs': json({ data: [AUDIT_ENTRY], next_cursor: null }),
    });
    const { stdout } = await run('audit', '--limit', '7', '--json');
    expect(JSON.parse(stdout)).toEqual([AUDIT_ENTRY]);
    await run('audit', 'list', '--limit', '7');
    expect(server.seen.map(({ query }) => query.get('limit'))).toEqual(['7', '7']);
  });
});
