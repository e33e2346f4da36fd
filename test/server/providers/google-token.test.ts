import { generateKeyPairSync } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GoogleTokens, readServiceAccount, type ServiceAccount } from '../../../server/providers/google-token.ts';
import { type Seen, sendJson, startUpstream, type Upstream } from '../../helpers/upstream.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const MINUTE_MS = 60_000;
const CALL_HOST = '127.0.0.1';

let google: Upstream;
let account: ServiceAccount;
let now: number;
let tokens: GoogleTokens;
let minted: number;

beforeEach(async () => {
  google = await startUpstream();
  google.respond = mint;
  minted = 0;
  now = Date.parse('2026-11-21T12:00:00Z');
  tokens = new GoogleTokens(() => now);
  account = readServiceAccount(
    JSON.stringify({
      type: 'service_account',
      project_id: 'acme',
      private_key_id: 'kid1',
      private_key: PEM,
      client_email: 'caller@acme.iam.gserviceaccount.com',
      token_uri: `${google.url}/token`,
    }),
  )!;
});
afterEach(() => google.close());

function mint(_seen: Seen, response: ServerResponse): void {
  sendJson(response, 200, JSON.stringify({ access_token: `ya29.${++minted}`, expires_in: 3599, token_type: 'Bearer' }));
}

test('a signed assertion is exchanged for a token, once for all who wait', async () => {
  const all = await Promise.all([1, 2, 3].map(async () => await tokens.get(account, CALL_HOST)));
  expect(all).toEqual(['ya29.1', 'ya29.1', 'ya29.1']);
  expect(google.seen).toHaveLength(1);
  const form = new URLSearchParams(google.seen[0]!.body.toString());
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const assertion = form.get('assertion')!;
  expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'kid1' });
  const { payload } = await jwtVerify(assertion, publicKey, { currentDate: new Date(now) });
  expect(payload).toEqual({
    iss: 'caller@acme.iam.gserviceaccount.com',
    aud: `${google.url}/token`,
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    iat: now / 1000,
    exp: now / 1000 + 3600,
  });
});

test('a token serves for fifty minutes, and no request waits for the next one', async () => {
  await tokens.get(account, CALL_HOST);
  now += 49 * MINUTE_MS;
  expect(tokens.get(account, CALL_HOST)).toBe('ya29.1');
  // Another account's exchange, begun later, has ended: one of this account's would have been seen.
  await tokens.get({ ...account, clientEmail: 'other@acme.iam.gserviceaccount.com' }, CALL_HOST);
  expect(google.seen).toHaveLength(2);
  now += 2 * MINUTE_MS;
  expect(tokens.get(account, CALL_HOST)).toBe('ya29.1');
  await renewed('ya29.3');
  expect(google.seen).toHaveLength(3);
});

test('while none can be had the old token serves until it expires, and Google is not pestered', async () => {
  await tokens.get(account, CALL_HOST);
  google.respond = (_seen, response) => sendJson(response, 500, '{"error":"internal"}');
  now += 55 * MINUTE_MS;
  for (let i = 0; i < 5; i++) expect(tokens.get(account, CALL_HOST)).toBe('ya29.1');
  await google.arrivals(2);
  now += 1000;
  expect(tokens.get(account, CALL_HOST)).toBe('ya29.1');
  expect(google.seen).toHaveLength(2);
  now += 5 * MINUTE_MS;
  await expect(tokens.get(account, CALL_HOST)).rejects.toMatchObject({ code: 'provider_unavailable' });
  google.respond = mint;
  expect(await tokens.get(account, CALL_HOST)).toBe('ya29.2');
});

test('a token that was refused is not used again', async () => {
  await tokens.get(account, CALL_HOST);
  tokens.drop(account);
  expect(await tokens.get(account, CALL_HOST)).toBe('ya29.2');
});

test('a key that Google does not know is the fault of the credentials', async () => {
  google.respond = (_seen, response) => sendJson(response, 400, '{"error":"invalid_grant"}');
  await expect(tokens.get(account, CALL_HOST)).rejects.toMatchObject({ code: 'provider_credentials' });
  await expect(tokens.get({ ...account, privateKey: 'no key' }, CALL_HOST)).rejects.toMatchObject({
    code: 'provider_credentials',
  });
});

test('a key file cannot send assertions to a host that is not called anyway', async () => {
  await expect(tokens.get(account, 'aiplatform.googleapis.com')).rejects.toMatchObject({
    code: 'provider_credentials',
  });
  expect(google.seen).toHaveLength(0);
});

test('accounts whose tokens have run out are forgotten when another one comes', async () => {
  const accounts = [1, 2, 3].map((at) => ({ ...account, clientEmail: `caller${at}@acme.iam.gserviceaccount.com` }));
  await tokens.get(accounts[0]!, CALL_HOST);
  await tokens.get(accounts[1]!, CALL_HOST);
  expect(tokens.size).toBe(2);
  now += 61 * MINUTE_MS;
  await tokens.get(accounts[2]!, CALL_HOST);
  expect(tokens.size).toBe(1);
});

test('a key file is told from a key', () => {
  expect(readServiceAccount('AIzaSy-key')).toBeUndefined();
  expect(readServiceAccount('{"type":"authorized_user"}')).toBeUndefined();
  expect(readServiceAccount('{broken')).toBeUndefined();
  const escaped = { client_email: 'a@b', private_key: PEM.replaceAll('\n', '\\n') };
  expect(readServiceAccount(JSON.stringify(escaped))).toMatchObject({
    privateKey: PEM,
    tokenUri: 'https://oauth2.googleapis.com/token',
  });
});

/** Resolves when the token is this one: the exchange behind the requests' backs has ended. */
async function renewed(value: string): Promise<void> {
  while ((await tokens.get(account, CALL_HOST)) !== value) await new Promise((resolve) => setImmediate(resolve));
}

test('an answer without an end is no token, and its call is cut', async () => {
  google.respond = (_seen, response) => {
    let left = 1000;
    const more = (): void => {
      if (!response.destroyed && left-- > 0) response.write(' '.repeat(1024), () => setImmediate(more));
    };
    more();
  };
  await expect(tokens.get(account, CALL_HOST)).rejects.toMatchObject({ code: 'provider_unavailable', status: 502 });
  await google.seen[0]!.aborted;
});
