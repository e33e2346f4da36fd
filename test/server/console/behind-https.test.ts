import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DevServer, startDevServer } from '../identity/dev-server.ts';

let server: DevServer;
beforeAll(async () => {
  server = await startDevServer({ GATEWAY_PUBLIC_URL: 'https://models.example/gateway', GATEWAY_TRUST_PROXY: '1' });
});
afterAll(() => server.close());

test('behind https the cookies are for this host alone and never sent in the clear', async () => {
  const response = await fetch(`${server.url}/signin`);
  expect(response.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^__Host-gateway_form=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
  ]);
  expect(response.headers.get('strict-transport-security')).toContain('max-age');
});

test('under a path every link, form and endpoint stands under it', async () => {
  const text = await (await fetch(`${server.url}/signin`)).text();
  expect(text).toContain('href="/gateway/console.css"');
  expect(text).toContain('action="/gateway/signin"');
  const document = (await (await fetch(`${server.url}/oidc/.well-known/openid-configuration`)).json()) as Record<
    string,
    string
  >;
  expect(document.issuer).toBe('https://models.example/gateway/oidc');
  expect(document.token_endpoint).toBe('https://models.example/gateway/oidc/token');
  const started = await fetch(`${server.url}/oidc/device/auth`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'gateway-cli' }),
  });
  expect(await started.json()).toMatchObject({ verification_uri: 'https://models.example/gateway/device' });
});

test('the address of a device is the one that the trusted proxy saw, not what the device claims', async () => {
  const started = await fetch(`${server.url}/oidc/device/auth`, {
    method: 'POST',
    headers: { 'x-forwarded-for': '203.0.113.66, 198.51.100.7' },
    body: new URLSearchParams({ client_id: 'gateway-cli' }),
  });
  const { user_code: userCode } = (await started.json()) as { user_code: string };
  expect(await server.identity.embedded!.devices.find(userCode)).toMatchObject({ address: '198.51.100.7' });
});
