import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DevServer, signInByEmail, startDevServer } from './dev-server.ts';
import { approvedTokens, clientOf, discover } from './device-client.ts';

let server: DevServer;
let userId: string;
let client: ReturnType<typeof clientOf>;

beforeAll(async () => {
  server = await startDevServer();
  userId = (await signInByEmail(server, 'owner@example.com')).userId;
  client = clientOf(server.publicUrl);
});
afterAll(() => server.close());

describe('the device flow', () => {
  test('a standard client is let in once a person approves', async () => {
    const { issuer, resource, scopes } = await server.identity.discovery();
    const config = await discover(issuer);
    const started = await oauth.initiateDeviceAuthorization(config, { scope: scopes.join(' '), resource });
    expect(started).toMatchObject({
      verification_uri: `${server.publicUrl}/device`,
      verification_uri_complete: `${server.publicUrl}/device?user_code=${started.user_code}`,
      interval: 2,
      expires_in: 600,
    });
    const polling = oauth.pollDeviceAuthorizationGrant(config, started);
    expect(await server.identity.embedded!.devices.approve(started.user_code, userId)).toBe(true);
    const tokens = await polling;
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ iss: issuer, aud: resource, sub: userId, scope: 'api' });
    expect(tokens).toMatchObject({ expires_in: 900, refresh_token: expect.any(String) });
    expect(tokens.claims()).toMatchObject({ sub: userId, email: 'owner@example.com', name: 'owner' });
    const person = await server.identity.authenticate(tokens.access_token);
    expect(person).toMatchObject({
      userId,
      email: 'owner@example.com',
      isOwner: true,
      role: 'owner',
      project: { name: 'default' },
    });
  });

  test('every endpoint of discovery is the one that the issuer itself names', async () => {
    const told = await server.identity.discovery();
    for (const path of ['/oidc/.well-known/openid-configuration', '/.well-known/oauth-authorization-server/oidc']) {
      const document = (await (await fetch(server.publicUrl + path)).json()) as Record<string, unknown>;
      for (const name of [
        'issuer',
        'device_authorization_endpoint',
        'token_endpoint',
        'revocation_endpoint',
      ] as const) {
        expect(document[name]).toBe(told[name]);
      }
    }
  });

  test('the metadata names our own address, whatever Host a request claims, and only what is served', async () => {
    const { request } = await import('undici');
    const { body } = await request(`${server.publicUrl}/oidc/.well-known/openid-configuration`, {
      headers: { host: 'evil.example' },
    });
    const document = (await body.json()) as Record<string, unknown>;
    for (const [name, value] of Object.entries(document)) {
      if (/_(endpoint|uri)$/.test(name)) expect(value).toMatch(`${server.publicUrl}/oidc/`);
    }
    expect(document).toMatchObject({ jwks_uri: `${server.publicUrl}/oidc/jwks` });
    expect(document).not.toHaveProperty('authorization_endpoint');
  });

  test('a denied device is told so, and a second decision changes nothing', async () => {
    const { body } = await client.start();
    const { devices } = server.identity.embedded!;
    expect(await devices.deny(String(body.user_code))).toBe(true);
    expect(await devices.approve(String(body.user_code), userId)).toBe(false);
    expect(await client.poll(String(body.device_code))).toMatchObject({
      status: 400,
      body: { error: 'access_denied' },
    });
  });

  test('an approved code works once: the second use ends the sign-in', async () => {
    const { body } = await client.start();
    await server.identity.embedded!.devices.approve(String(body.user_code), userId);
    const first = await client.poll(String(body.device_code));
    expect(first.status).toBe(200);
    expect((await client.poll(String(body.device_code))).body.error).toBe('invalid_grant');
    expect((await client.refresh(String(first.body.refresh_token))).body.error).toBe('invalid_grant');
  });

  test('a client that polls faster than the interval is told to slow down, one that waits is not', async () => {
    const { body } = await client.start();
    const deviceCode = String(body.device_code);
    expect((await client.poll(deviceCode)).body.error).toBe('authorization_pending');
    expect((await client.poll(deviceCode)).body.error).toBe('slow_down');
    await new Promise((resolve) => setTimeout(resolve, Number(body.interval) * 1000));
    expect((await client.poll(deviceCode)).body.error).toBe('authorization_pending');
  });

  test('an expired code is called expired, and can neither be approved nor denied', async () => {
    const { body } = await client.start();
    await server.store.db.execute(
      `update issuer_records set expires_at = now() - interval '1 minute', payload = jsonb_set(payload, '{exp}', '1') where user_code = '${String(body.user_code).replace('-', '')}'`,
    );
    const { devices } = server.identity.embedded!;
    expect((await devices.find(String(body.user_code)))?.state).toBe('expired');
    expect(await devices.approve(String(body.user_code), userId)).toBe(false);
    expect(await devices.deny(String(body.user_code))).toBe(false);
    expect((await client.poll(String(body.device_code))).body.error).toBe('expired_token');
  });

  test('a resource that is not this server is refused', async () => {
    expect((await client.start({ resource: 'https://elsewhere.example/api' })).body.error).toBe('invalid_target');
  });

  test.each(['/oidc/auth', '/oidc/device', '/oidc/session/end', '/oidc/interaction/x', '/oidc/me', '/oidc/request'])(
    'nothing of the issuer that we do not use answers: %s',
    async (path) => {
      expect((await fetch(server.publicUrl + path)).status).toBe(404);
    },
  );
});

describe('refresh tokens', () => {
  test('rotate, and a second use of an old one ends the whole sign-in, access tokens included', async () => {
    const tokens = await approvedTokens(server, userId);
    const second = await client.refresh(tokens.refresh_token!);
    expect(second).toMatchObject({ status: 200, body: { refresh_token: expect.any(String), scope: 'api' } });
    expect(second.body.refresh_token).not.toBe(tokens.refresh_token);
    await server.identity.authenticate(String(second.body.access_token));
    expect((await client.refresh(tokens.refresh_token!)).body.error).toBe('invalid_grant');
    expect((await client.refresh(String(second.body.refresh_token))).body.error).toBe('invalid_grant');
    await refusedSoon(String(second.body.access_token));
  });

  test('one of ten parallel uses wins at most, and none of what they got can be refreshed', async () => {
    const tokens = await approvedTokens(server, userId);
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.refresh(tokens.refresh_token!)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBeLessThanOrEqual(1);
    for (const { body } of won) expect((await client.refresh(String(body.refresh_token))).status).toBe(400);
  });

  test('the grant lives on with the newest refresh token', async () => {
    const tokens = await approvedTokens(server, userId);
    const grantId = String(decodeJwt(tokens.access_token!).grant);
    const id = server.secrets.hash('issuer-record', grantId);
    await server.store.db.execute(
      `update issuer_records set expires_at = now() + interval '1 hour', payload = jsonb_set(payload, '{exp}', to_jsonb(extract(epoch from now() + interval '1 hour')::bigint)) where id = '${id}'`,
    );
    expect((await client.refresh(tokens.refresh_token!)).status).toBe(200);
    const { rows } = await server.store.db.execute<{ days: string }>(
      `select extract(epoch from expires_at - now()) / 86400 as days from issuer_records where id = '${id}'`,
    );
    expect(Number(rows[0]!.days)).toBeGreaterThan(29);
  });

  test('a revoked one is worthless, and so is the access token that came with it', async () => {
    const tokens = await approvedTokens(server, userId);
    await server.identity.authenticate(tokens.access_token!);
    expect((await client.revoke(tokens.refresh_token!)).status).toBe(200);
    expect((await client.refresh(tokens.refresh_token!)).body.error).toBe('invalid_grant');
    await refusedSoon(tokens.access_token!);
  });

  test('nothing in the database is a token that works', async () => {
    const tokens = await approvedTokens(server, userId);
    const { rows } = await server.store.db.execute('select * from issuer_records');
    expect(JSON.stringify(rows)).not.toContain(tokens.refresh_token);
    expect(JSON.stringify(rows)).toContain('RefreshToken');
  });
});

describe('access tokens', () => {
  test('of a deactivated person are refused within a second, and so is their refresh token', async () => {
    const other = await signInByEmail(server, 'leaver@example.com');
    const tokens = await approvedTokens(server, other.userId);
    await server.identity.authenticate(tokens.access_token!);
    await server.store.db.execute(`update users set status = 'deactivated' where id = '${other.userId}'`);
    await refusedSoon(tokens.access_token!);
    expect((await client.refresh(tokens.refresh_token!)).body.error).toBe('invalid_grant');
  });

  test.each([
    ['nothing like a token', () => 'rubbish'],
    ['a token with another signature', (token: string) => `${token.slice(0, -8)}AAAAAAAA`],
    ['an ID token', (_token: string, idToken: string) => idToken],
  ])('%s is refused', async (_case, change) => {
    const tokens = await approvedTokens(server, userId);
    await expect(server.identity.authenticate(change(tokens.access_token!, tokens.id_token!))).rejects.toMatchObject({
      code: 'invalid_token',
    });
  });
});

describe('the e-mail code grant', () => {
  test('gives the tokens of the device flow, for a code that works once', async () => {
    await server.identity.sendEmailCode('Owner@Example.com', '127.0.0.1');
    const code = server.codeFor('owner@example.com');
    const answer = await client.byEmail('owner@example.com', code);
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 900, scope: 'api' } });
    expect(await server.identity.authenticate(String(answer.body.access_token))).toMatchObject({ userId });
    expect(decodeJwt(String(answer.body.id_token))).toMatchObject({
      sub: userId,
      aud: 'gateway-cli',
      email: 'owner@example.com',
    });
    expect((await client.refresh(String(answer.body.refresh_token))).status).toBe(200);
    expect((await client.byEmail('owner@example.com', code)).body.error).toBe('invalid_grant');
  });

  test('refuses a wrong code with how many tries are left, and says when it was tried too often', async () => {
    await server.identity.sendEmailCode('guess@example.com', '127.0.0.1');
    const wrong = server.codeFor('guess@example.com') === '000000' ? '111111' : '000000';
    const first = await client.byEmail('guess@example.com', wrong);
    expect(first).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', error_description: expect.stringContaining('4 tries are left') },
    });
    let last = first;
    for (let i = 0; i < 25 && last.status !== 429; i++) last = await client.byEmail('guess@example.com', wrong);
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

/** Waits, a second at the most, until a token is refused. */
async function refusedSoon(accessToken: string): Promise<void> {
  const untilMs = Date.now() + 1500;
  for (;;) {
    try {
      await server.identity.authenticate(accessToken);
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid_token' });
      return;
    }
    if (Date.now() > untilMs) throw new Error('the token still works');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
