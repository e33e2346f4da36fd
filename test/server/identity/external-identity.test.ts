import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Visitor } from '../console/visitor.ts';
import { type DevServer, startDevServer } from './dev-server.ts';
import { DEVICE_GRANT, post } from './device-client.ts';
import { startOtherIssuer } from './start-other-issuer.ts';

const AUDIENCE = 'https://gateway.example/api/v1';
let other: Awaited<ReturnType<typeof startOtherIssuer>>;
let server: DevServer;

beforeAll(async () => {
  other = await startOtherIssuer(AUDIENCE);
  server = await startDevServer({
    GATEWAY_OIDC_ISSUER: other.issuer,
    GATEWAY_OIDC_CLIENT_ID: 'their-client',
    GATEWAY_OIDC_AUDIENCE: AUDIENCE,
    GATEWAY_BOOTSTRAP_CREDIT_USD: '1',
  });
});
afterAll(async () => {
  await server?.close();
  await other?.stop();
});

/** A device flow at the other issuer, with what our discovery tells. */
async function tokenOf(subject: string): Promise<string> {
  const about = await server.identity.discovery();
  const client_id = about.client_id;
  const started = await post(about.device_authorization_endpoint, {
    client_id,
    scope: about.scopes.join(' '),
    resource: about.resource,
  });
  await other.approve(String(started.body.user_code), subject);
  const form = { client_id, grant_type: DEVICE_GRANT, device_code: String(started.body.device_code) };
  return String((await post(about.token_endpoint, form)).body.access_token);
}

const refusal = (token: Promise<string>) =>
  token
    .then((text) => server.identity.authenticate(text))
    .then(
      () => 'accepted',
      (error) => `${error.code}: ${error.message}`,
    );

describe('an external issuer by configuration alone', () => {
  test('discovery tells where its endpoints are, and that there is no e-mail sign-in', async () => {
    expect(await server.identity.discovery()).toMatchObject({
      issuer: other.issuer,
      client_id: 'their-client',
      device_authorization_endpoint: `${other.issuer}/device/auth`,
      token_endpoint: `${other.issuer}/token`,
      resource: AUDIENCE,
      email_code_endpoint: null,
    });
    await expect(server.identity.sendEmailCode('a@b.example', '127.0.0.1')).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(server.identity.issuer).toBeUndefined();
    expect((await fetch(`${server.publicUrl}/oidc/.well-known/openid-configuration`)).status).toBe(404);
  });

  test('its tokens become people by issuer and subject: the first is the owner, later ones have nothing', async () => {
    const first = await server.identity.authenticate(await tokenOf('alice'));
    expect(first).toMatchObject({
      subject: 'alice',
      email: 'alice@their.example',
      displayName: 'Name of alice',
      isOwner: true,
      role: 'owner',
    });
    const again = await server.identity.authenticate(await tokenOf('alice'));
    expect(again.userId).toBe(first.userId);
    expect(await server.identity.authenticate(await tokenOf('bob'))).toMatchObject({ subject: 'bob', isOwner: false });
    expect(await server.identity.authenticate(await tokenOf('unverified'))).toMatchObject({ email: null });
  });

  test('an address that was not known to be proven is noted at the next sign-in that says so', async () => {
    const { userId } = await server.identity.authenticate(await tokenOf('early'));
    const address = async () =>
      (await server.store.db.execute(`select email, email_verified from users where id = '${userId}'`)).rows[0];
    await server.store.db.execute(`update users set email = null, email_verified = false where id = '${userId}'`);
    expect(await server.identity.authenticate(await tokenOf('early'))).toMatchObject({ email: 'early@their.example' });
    expect(await address()).toEqual({ email: 'early@their.example', email_verified: true });
    await server.identity.authenticate(
      await other.forge({ sub: 'early', email: 'early@their.example', name: 'Early' }),
    );
    expect(await address()).toEqual({ email: 'early@their.example', email_verified: true });
  });

  test('a token that says nothing of its person still is one', async () => {
    expect(await server.identity.authenticate(await other.forge({ sub: 'nameless' }))).toMatchObject({
      subject: 'nameless',
      email: null,
      displayName: 'nameless',
    });
  });

  test.each([
    ['for another audience', { aud: 'https://elsewhere.example' }, /"aud" claim is wrong/],
    ['of another issuer', { iss: 'https://elsewhere.example' }, /"iss" claim is wrong/],
    ['that has expired', { exp: Math.floor(Date.now() / 1000) - 60 }, /has expired/],
    ['without an expiry', { exp: undefined }, /"exp" claim is wrong/],
    ['without a subject', { sub: undefined }, /"sub" claim is wrong/],
    ['that is not valid yet', { nbf: Math.floor(Date.now() / 1000) + 600 }, /"nbf" claim is wrong/],
  ])('a token %s is refused', async (_case, claims, message) => {
    const text = await refusal(
      other.forge(Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, value ?? null]))),
    );
    expect(text).toMatch(/^invalid_token/);
    expect(text).toMatch(message);
  });

  test('a token signed with another key, or with the public key as a secret, is refused', async () => {
    const sign = async (alg: string, key: Parameters<SignJWT['sign']>[0]) =>
      new SignJWT({ iss: other.issuer, aud: AUDIENCE, sub: 'mallory', exp: Math.floor(Date.now() / 1000) + 600 })
        .setProtectedHeader({ alg, kid: 'theirs' })
        .sign(key);
    const { privateKey } = await generateKeyPair('RS256');
    expect(await refusal(sign('RS256', privateKey))).toMatch(/^invalid_token/);
    const jwks = await (await fetch(`${other.issuer}/jwks`)).text();
    expect(await refusal(sign('HS256', new TextEncoder().encode(jwks)))).toMatch(/^invalid_token/);
    const unsigned = [{ alg: 'none' }, { iss: other.issuer, aud: AUDIENCE, sub: 'mallory', exp: 4_000_000_000 }];
    const text = `${unsigned.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
    expect(await refusal(Promise.resolve(text))).toMatch(/^invalid_token/);
  });

  test('a deactivated person is refused within a second although their token is remembered', async () => {
    const token = await tokenOf('leaver');
    const { userId } = await server.identity.authenticate(token);
    await server.store.db.execute(`update users set status = 'deactivated' where id = '${userId}'`);
    await expect
      .poll(
        () =>
          server.identity.authenticate(token).then(
            () => 'accepted',
            (error) => error.code,
          ),
        { timeout: 1500 },
      )
      .toBe('invalid_token');
  });
});

describe('our pages with an external issuer', () => {
  test('the device page says where devices are approved', async () => {
    const page = await new Visitor(server.publicUrl).get('/device');
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining(other.issuer) });
  });

  test('a browser signs in with it: approve there, come back, go on', async () => {
    const visitor = new Visitor(server.publicUrl);
    const start = await visitor.get('/signin?next=/topup/top_x');
    expect(start.text).toContain(new URL(other.issuer).host);
    const waiting = await visitor.post('/signin/external', start.fields);
    expect(waiting.text).toContain(`${other.issuer}/device?user_code=`);
    const early = await visitor.post('/signin/external/complete', waiting.fields);
    expect(early.text).toContain('not been approved yet');
    await other.approve(waiting.fields.user_code!, 'alice');
    const done = await visitor.post('/signin/external/complete', early.fields);
    expect(done).toMatchObject({ status: 404, text: expect.stringContaining('no such top-up') });
    expect((await visitor.get('/')).text).toContain('alice@their.example (owner of this server)');
  });

  test('a ticket that we did not give is refused', async () => {
    const visitor = new Visitor(server.publicUrl);
    const { fields } = await visitor.get('/signin');
    expect(await visitor.post('/signin/external/complete', { ...fields, ticket: 'AAAA' })).toMatchObject({
      status: 400,
    });
  });
});

describe('an issuer that cannot be used', () => {
  const answers = async (body: string, status = 200) => {
    const stub = createServer((_request, response) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(body),
    );
    await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(stub.address() as AddressInfo).port}`, close: () => stub.close() };
  };

  test.each([
    ['answers with an error', '{}', 500, /answered 500/],
    ['answers with something else', '<html>', 200, /cannot be reached/],
    [
      'has no device flow',
      JSON.stringify({ issuer: 'x', jwks_uri: 'https://x.example/k', token_endpoint: 'https://x.example/t' }),
      200,
      /device_authorization_endpoint is missing/,
    ],
  ])('one that %s is named in a failure that may pass', async (_case, body, status, message) => {
    const stub = await answers(body, status);
    const { externalIdentity } = await import('../../../server/identity/external-identity.ts');
    const identity = externalIdentity(server, {
      issuer: stub.url,
      clientId: 'c',
      audience: AUDIENCE,
      scopes: ['openid'],
    });
    await expect(identity.discovery()).rejects.toMatchObject({
      code: 'service_unavailable',
      message: expect.stringMatching(message),
    });
    await expect(identity.authenticate('a.b.c')).rejects.toMatchObject({ code: 'service_unavailable' });
    stub.close();
  });

  test('once it has been read, its document serves on when it is gone', async () => {
    const second = await startOtherIssuer(AUDIENCE);
    const { externalIdentity } = await import('../../../server/identity/external-identity.ts');
    const identity = externalIdentity(server, {
      issuer: second.issuer,
      clientId: 'their-client',
      audience: AUDIENCE,
      scopes: ['openid'],
    });
    const token = await second.forge({ sub: 'carol' });
    await identity.authenticate(token);
    const unseen = await second.forge({ sub: 'dave' });
    await second.stop();
    expect(await identity.discovery()).toMatchObject({ issuer: second.issuer });
    expect(await identity.authenticate(token)).toMatchObject({ subject: 'carol' });
    expect(await identity.authenticate(unseen)).toMatchObject({ subject: 'dave' });
  });
});
