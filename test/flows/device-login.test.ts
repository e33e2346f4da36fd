import * as oauth from 'openid-client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { startChromium } from '../server/console/chromium.ts';

const PHONE = { width: 360, height: 740 };
let browser: Browser;
let gateway: Gateway;
let config: oauth.Configuration;

beforeAll(async () => {
  [browser, gateway] = await Promise.all([startChromium(), startGateway({ credit: '7.50' })]);
  const { body } = await gateway.api('GET', '/api/v1/auth/discovery');
  const options = { execute: [oauth.allowInsecureRequests] };
  config = await oauth.discovery(new URL(body.issuer), body.client_id, undefined, oauth.None(), options);
});
afterAll(async () => {
  await browser?.close();
  await stopGateways();
});

const startDevice = async () => {
  const { body } = await gateway.api('GET', '/api/v1/auth/discovery');
  return oauth.initiateDeviceAuthorization(config, { scope: body.scopes.join(' '), resource: body.resource });
};

/** A fresh browser profile without scripts, whose complaints about our own policy are failures. */
async function openPage(
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ javaScriptEnabled: false, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
  page.on('request', (request) => {
    if (!request.url().startsWith(gateway.url) && !request.url().startsWith('data:'))
      complaints.push(`asked for ${request.url()}`);
  });
  return { page, context, complaints };
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  const [, code] = await gateway.logged(
    new RegExp(`sign-in code for ${email.replaceAll('.', '\\.')}: (\\d{6})(?![\\s\\S]*sign-in code for ${email})`),
  );
  await page.getByLabel('Six-digit code').fill(code!);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const me = async (accessToken: string) => (await gateway.api('GET', '/api/v1/me', undefined, accessToken)).body;

describe('a person lets a device in with a browser', () => {
  test('the first one takes over what bootstrap made; refresh and sign-out work as the standards say', async () => {
    const device = await startDevice();
    const tokens = oauth.pollDeviceAuthorizationGrant(config, device);
    const { page, context, complaints } = await openPage();
    await page.goto(device.verification_uri_complete!);
    await signIn(page, 'first@example.com');
    expect(await page.locator('.shown-code').textContent()).toBe(device.user_code);
    expect(await page.locator('main').textContent()).toContain('create, change and revoke API keys');
    await page.getByRole('button', { name: 'Approve' }).click();
    expect(await page.getByRole('heading').textContent()).toBe('The device is in');
    const granted = await tokens;
    expect(await me(granted.access_token)).toMatchObject({
      email: 'first@example.com',
      balance_usd: '7.50',
      organization: { name: 'default' },
      role: 'owner',
    });
    const renewed = await oauth.refreshTokenGrant(config, granted.refresh_token!);
    expect(renewed.refresh_token).not.toBe(granted.refresh_token);
    await oauth.tokenRevocation(config, renewed.refresh_token!);
    await expect(oauth.refreshTokenGrant(config, renewed.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('on a phone, with the code typed by hand and denied: the device is told, and nothing scrolls sideways', async () => {
    const device = await startDevice();
    const { page, context } = await openPage({ viewport: PHONE });
    await page.goto(device.verification_uri);
    await signIn(page, 'second@example.com');
    await page.getByLabel('Code').fill(device.user_code.toLowerCase());
    await page.getByRole('button', { name: 'Continue' }).click();
    const main = (await page.locator('main').boundingBox())!;
    expect(main.x + main.width).toBeLessThanOrEqual(PHONE.width);
    await page.getByRole('button', { name: 'Deny' }).click();
    expect(await page.getByRole('heading').textContent()).toBe('Denied');
    await expect(oauth.pollDeviceAuthorizationGrant(config, device)).rejects.toMatchObject({ error: 'access_denied' });
    await context.close();
  });

  test('a wrong code five times means asking for another one', async () => {
    const { page, context } = await openPage();
    await page.goto(`${gateway.url}/signin`);
    await page.getByLabel('E-mail address').fill('wrong@example.com');
    await page.getByRole('button', { name: 'Send me a code' }).click();
    const [, right] = await gateway.logged(/sign-in code for wrong@example\.com: (\d{6})/);
    const enter = async (code: string) => {
      await page.getByLabel('Six-digit code').fill(code);
      await page.getByRole('button', { name: 'Sign in' }).click();
      return page.getByRole('alert').textContent();
    };
    for (let tries = 4; tries > 1; tries--)
      expect(await enter(right === '000000' ? '1' : '000000')).toContain(`${tries} tries are left`);
    await enter('1');
    expect(await enter('2')).toContain('Ask for a new code');
    expect(await enter(right!)).toContain('Ask for a new code');
    await page.getByRole('button', { name: 'Send another code' }).click();
    const [, second] = await gateway.logged(
      /sign-in code for wrong@example\.com[\s\S]*sign-in code for wrong@example\.com: (\d{6})/,
    );
    await page.getByLabel('Six-digit code').fill(second!);
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.locator('main').textContent()).toContain('wrong@example.com');
    await context.close();
  });
});

test('the owner grants a top-up in the browser, and the balance has it', async () => {
  const { page, context } = await openPage();
  await page.goto(`${gateway.url}/signin`);
  await signIn(page, 'first@example.com');
  const device = await startDevice();
  await page.goto(device.verification_uri_complete!);
  await page.getByRole('button', { name: 'Approve' }).click();
  const { access_token: token } = await oauth.pollDeviceAuthorizationGrant(config, device);
  const { body: topup } = await gateway.api('POST', '/api/v1/topup', { amount_usd: '2.25' }, token);
  await page.goto(topup.checkout_url);
  expect(await page.locator('.amount').textContent()).toBe('$2.25');
  await page.getByRole('button', { name: 'Add $2.25 of credit' }).click();
  expect(await page.getByRole('status').textContent()).toContain('has been added');
  expect((await gateway.api('GET', '/api/v1/balance', undefined, token)).body).toMatchObject({ balance_usd: '9.75' });
  await context.close();
});

// The last one: it uses up this address' tries.
test('whoever guesses device codes is stopped with 429 and a time to wait', async () => {
  const { page, context } = await openPage();
  await page.goto(`${gateway.url}/signin?next=/device`);
  await signIn(page, 'guesser@example.com');
  let answer = await page.goto(`${gateway.url}/device?user_code=BBBB-BBBB`);
  for (let i = 0; i < 8 && answer!.status() !== 429; i++)
    answer = await page.goto(`${gateway.url}/device?user_code=BBBB-BBB${'CDFGHJKL'[i]}`);
  expect(answer!.status()).toBe(429);
  expect(Number(answer!.headers()['retry-after'])).toBeGreaterThan(0);
  expect(await page.locator('main').textContent()).toContain('Try again in');
  await context.close();
});
