import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { clientOf } from '../server/identity/device-client.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(stopGateways);

/** Signs an address in by its code; gives what calls the API as this person. */
async function signedIn(email: string) {
  await gateway.api('POST', '/api/v1/auth/email', { email });
  const [, code] = await gateway.logged(new RegExp(`sign-in code for ${email}: (\\d{6})`));
  const { body } = await clientOf(gateway.url).byEmail(email, code!);
  const call = (method: string, path: string, fields?: unknown) =>
    gateway.api(method, `/api/v1${path}`, fields, String(body.access_token));
  return { call, me: (await call('GET', '/me')).body };
}

test('the call right after a choice of organisation is made there', async () => {
  const ann = await signedIn('ann@example.com');
  const bob = await signedIn('bob@example.com');
  expect((await ann.call('POST', '/members', { email: 'bob@example.com', role: 'admin' })).status).toBe(201);
  for (const { organization, project } of [ann.me, bob.me, ann.me, bob.me, ann.me]) {
    expect((await bob.call('PUT', '/me/organization', { organization: organization.id })).status).toBe(200);
    const made = await bob.call('POST', '/me/keys', { name: 'here' });
    expect([made.status, made.body.project]).toEqual([201, project.id]);
  }
});

test('the call right after a change of role, or a removal, knows of it', async () => {
  const ann = await signedIn('ann2@example.com');
  const bob = await signedIn('bob2@example.com');
  const organization = ann.me.organization.id;
  await ann.call('POST', '/members', { email: 'bob2@example.com' });
  await bob.call('PUT', '/me/organization', { organization });
  expect((await bob.call('GET', '/me')).body).toMatchObject({ organization: { id: organization }, role: 'developer' });
  await ann.call('PATCH', '/members/bob2@example.com', { role: 'admin' });
  expect((await bob.call('GET', '/me')).body.role).toBe('admin');
  await ann.call('DELETE', '/members/bob2@example.com');
  expect((await bob.call('GET', '/me')).body.organization).toEqual(bob.me.organization);
});

test('the call right after a project is removed does not go there', async () => {
  const ann = await signedIn('ann3@example.com');
  const web = await ann.call('POST', '/projects', { name: 'web' });
  expect((await ann.call('DELETE', '/projects/default')).status).toBe(200);
  const made = await ann.call('POST', '/me/keys', { name: 'here' });
  expect([made.status, made.body.project]).toEqual([201, web.body.id]);
});
