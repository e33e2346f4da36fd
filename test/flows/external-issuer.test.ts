import { generateKeyPair, SignJWT } from 'jose';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { startOtherIssuer } from '../server/identity/start-other-issuer.ts';

const AUDIENCE = 'https://gateway.example/api/v1';
let other: Awaited<ReturnType<typeof startOtherIssuer>>;
let gateway: Gateway;

beforeAll(async () => {
  other = await startOtherIssuer(AUDIENCE);
  gateway = await startGateway({
    credit: '4',
    env: {
      GATEWAY_OIDC_ISSUER: other.issuer,
      GATEWAY_OIDC_CLIENT_ID: 'their-client',
      GATEWAY_OIDC_AUDIENCE: AUDIENCE,
    },
  });
});
afterAll(async () => {
  await stopGateways();
  await other?.stop();
});

const me = (token: string) => gateway.api('GET', '/api/v1/me', undefined, token);

test('a standard client signs in with the other issuer from our discovery alone, refreshes there, and we accept both tokens', async () => {
  const { body: about } = await gateway.api('GET', '/api/v1/auth/discovery');
  expect(about).toMatchObject({ issuer: other.issuer, email_code_endpoint: null });
  const config = await oauth.discovery(new URL(about.issuer), about.client_id, undefined, oauth.None(), {
    execute: [oauth.allowInsecureRequests],
  });
  const device = await oauth.initiateDeviceAuthorization(config, {
    scope: about.scopes.join(' '),
    resource: about.resource,
  });
  await other.approve(device.user_code, 'erin');
  const tokens = await oauth.pollDeviceAuthorizationGrant(config, device);
  const first = await me(tokens.access_token);
  expect(first).toMatchObject({
    status: 200,
    body: {
      sub: 'erin',
      email: 'erin@their.example',
      role: 'owner',
      balance_usd: '4.00',
      organization: { name: 'default' },
    },
  });
  const renewed = await oauth.refreshTokenGrant(config, tokens.refresh_token!);
  expect((await me(renewed.access_token)).body.id).toBe(first.body.id);
});

test('tokens for somebody else, of another key, or out of date are refused with 401 and the next step', async () => {
  const { privateKey } = await generateKeyPair('RS256');
  const claims = { iss: other.issuer, aud: AUDIENCE, sub: 'mallory', exp: Math.floor(Date.now() / 1000) + 600 };
  const bad = [
    await other.forge({ aud: 'https://elsewhere.example' }),
    await other.forge({ exp: Math.floor(Date.now() / 1000) - 60 }),
    await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'theirs' }).sign(privateKey),
  ];
  for (const token of bad) {
    expect(await me(token)).toMatchObject({
      status: 401,
      body: { error: { code: 'invalid_token', message: expect.stringContaining('gateway login') } },
    });
  }
  expect((await me(await other.forge({ sub: 'erin' }))).status).toBe(200);
});

test('our own issuer, its e-mail codes and its pages are not there', async () => {
  expect((await gateway.api('GET', '/oidc/.well-known/openid-configuration')).status).toBe(404);
  expect((await gateway.api('POST', '/api/v1/auth/email', { email: 'a@b.example' })).status).toBe(404);
  expect(await (await fetch(`${gateway.url}/device`)).text()).toContain(other.issuer);
});
