import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../server/store/ids.ts';
import { topups } from '../../../server/store/schema.ts';
import { type DevServer, startDevServer } from '../identity/dev-server.ts';
import { clientOf } from '../identity/device-client.ts';
import { Visitor } from './visitor.ts';

let server: DevServer;
let owner: Visitor;
let guest: Visitor;
let client: ReturnType<typeof clientOf>;

beforeAll(async () => {
  server = await startDevServer({ GATEWAY_BOOTSTRAP_CREDIT_USD: '5' });
  client = clientOf(server.publicUrl);
  owner = new Visitor(server.publicUrl);
  await owner.signIn('owner@example.com', server.codeFor);
  guest = new Visitor(server.publicUrl);
  await guest.signIn('guest@example.com', server.codeFor);
});
afterAll(() => server.close());

describe('every page', () => {
  test('allows no script, no frame and nothing from elsewhere, and is not kept', async () => {
    const { headers, text } = await owner.get('/');
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/<script|style=|https?:\/\/(?!127\.0\.0\.1)/);
  });

  test('the home page says who is signed in, what they have and what to run next', async () => {
    const { text } = await owner.get('/');
    expect(text).toContain('owner@example.com (owner of this server)');
    expect(text).toContain('$5.00');
    expect(text).toContain('gateway keys create --name myapp');
    expect((await new Visitor(server.publicUrl).get('/')).text).toContain('href="/signin"');
  });

  test('cookies cannot be read by scripts nor sent by other sites, and the store holds no cookie', async () => {
    const response = await fetch(`${server.publicUrl}/signin`);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^gateway_form=.*; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    const { rows } = await server.store.db.execute('select * from browser_sessions');
    expect(JSON.stringify(rows)).not.toContain(owner.cookies.get('gateway_session'));
    expect(rows).toHaveLength(2);
  });
});

describe('signing in', () => {
  test('five wrong codes use the code up: even the right one is refused then', async () => {
    const visitor = new Visitor(server.publicUrl);
    const start = await visitor.get('/signin');
    const asked = await visitor.post('/signin', { ...start.fields, email: 'five@example.com' });
    const right = server.codeFor('five@example.com');
    const wrong = right === '123456' ? '654321' : '123456';
    for (const left of [
      '4 tries are left',
      '3 tries are left',
      '2 tries are left',
      'One try is left',
      'no valid code',
    ]) {
      const refused = await visitor.post('/signin/code', { ...asked.fields, code: wrong });
      expect(refused).toMatchObject({ status: 400, text: expect.stringContaining(left) });
    }
    expect(await visitor.post('/signin/code', { ...asked.fields, code: right })).toMatchObject({ status: 400 });
    expect(visitor.cookies.has('gateway_session')).toBe(false);
  });

  test('parallel guesses share the five tries', async () => {
    await server.identity.sendEmailCode('parallel@example.com', '10.0.0.9');
    const right = server.codeFor('parallel@example.com');
    const guesses = Array.from({ length: 15 }, (_, i) => String((Number(right) + 1 + i) % 1_000_000).padStart(6, '0'));
    const spend = (code: string) => server.identity.embedded!.byEmailCode('parallel@example.com', code, '10.0.0.9');
    const codes = (await Promise.allSettled(guesses.map(spend))).map(
      (result) => result.status === 'rejected' && result.reason.code,
    );
    expect(codes.filter((code) => code === 'invalid_token')).toHaveLength(4);
    await expect(spend(right)).rejects.toMatchObject({ code: 'gone' });
  });

  test('a code that has expired is refused, and a newer one replaces an older one', async () => {
    const email = 'late@example.com';
    const spend = (code: string) => server.identity.embedded!.byEmailCode(email, code, '10.0.0.8');
    await server.identity.sendEmailCode(email, '10.0.0.8');
    const first = server.codeFor(email);
    await server.store.db.execute(`update signin_codes set expires_at = now() where email = '${email}'`);
    await expect(spend(first)).rejects.toMatchObject({ code: 'gone' });
    await server.identity.sendEmailCode(email, '10.0.0.8');
    const second = server.codeFor(email);
    await server.identity.sendEmailCode(email, '10.0.0.8');
    if (second !== server.codeFor(email)) await expect(spend(second)).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await spend(server.codeFor(email))).toMatchObject({ email });
  });

  test('an address gets five codes in ten minutes, then has to wait', async () => {
    const visitor = new Visitor(server.publicUrl);
    const start = await visitor.get('/signin');
    const ask = () => visitor.post('/signin', { ...start.fields, email: 'often@example.com' });
    for (let i = 0; i < 5; i++) expect((await ask()).status).toBe(200);
    const sixth = await ask();
    expect(sixth).toMatchObject({ status: 429, text: expect.stringContaining('Too many sign-in codes') });
    expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('what is no address is refused in the form, and shown as text', async () => {
    const visitor = new Visitor(server.publicUrl);
    const start = await visitor.get('/signin');
    const refused = await visitor.post('/signin', { ...start.fields, email: '"><script>alert(1)</script>' });
    expect(refused.status).toBe(400);
    expect(refused.text).not.toContain('<script');
    expect(refused.fields.email).toBe('"><script>alert(1)</script>');
  });

  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/device?user_code=A&next=//evil',
    'javascript:alert(1)',
  ])('it never leads anywhere but to our own pages: %s', async (next) => {
    const { fields } = await new Visitor(server.publicUrl).get(`/signin?next=${encodeURIComponent(next)}`);
    expect(fields.next).toBe('/');
  });

  test('without mail the code is in the log and on no page', async () => {
    const visitor = new Visitor(server.publicUrl);
    const start = await visitor.get('/signin');
    const asked = await visitor.post('/signin', { ...start.fields, email: 'shown@example.com' });
    expect(asked.text).not.toContain(server.codeFor('shown@example.com'));
    const { rows } = await server.store.db.execute('select * from signin_codes');
    expect(JSON.stringify(rows)).not.toContain(server.codeFor('shown@example.com'));
  });

  test('signing out ends the session in the store', async () => {
    const visitor = new Visitor(server.publicUrl);
    const home = await visitor.signIn('brief@example.com', server.codeFor);
    const cookie = visitor.cookies.get('gateway_session')!;
    expect((await visitor.post('/signout', { csrf: home.fields.csrf! })).text).toContain('href="/signin"');
    visitor.cookies.set('gateway_session', cookie);
    expect((await visitor.get('/')).text).not.toContain('brief@example.com');
  });
});

describe('forms', () => {
  test.each(['/signin', '/signin/code', '/signout', '/device', '/topup/top_x'])(
    '%s without its token does nothing',
    async (path) => {
      const { body } = await client.start();
      const userCode = String(body.user_code);
      const refused = await owner.post(path, { user_code: userCode, decision: 'approve', email: 'csrf@example.com' });
      expect(refused).toMatchObject({ status: 403, title: 'Not allowed' });
      expect((await server.identity.embedded!.devices.find(userCode))?.state).toBe('waiting');
      expect(server.lines.some((line) => line.email === 'csrf@example.com')).toBe(false);
    },
  );

  test('the token of another browser does not count', async () => {
    const { body } = await client.start();
    const theirs = await guest.get('/device');
    const refused = await owner.post('/device', {
      csrf: theirs.fields.csrf!,
      user_code: String(body.user_code),
      decision: 'approve',
    });
    expect(refused.status).toBe(403);
  });

  test('a form that is too large is refused as such', async () => {
    expect((await owner.post('/device', { user_code: 'x'.repeat(20_000) })).status).toBe(413);
  });
});

describe('the device page', () => {
  test('shows who asks for what, and lets the device in', async () => {
    const { body } = await client.start();
    const shown = await owner.get(`/device?user_code=${String(body.user_code)}`);
    expect(shown.text).toContain(String(body.user_code));
    expect(shown.text).toContain('create, change and revoke API keys');
    expect(shown.text).toContain('127.0.0.1');
    const done = await owner.post('/device', { ...shown.fields, decision: 'approve' });
    expect(done.title).toBe('The device is in');
    expect((await client.poll(String(body.device_code))).status).toBe(200);
    const again = await owner.post('/device', { ...shown.fields, decision: 'deny' });
    expect(again.text).toContain('has been used already');
  });

  test('what a device says of itself is shown as text', async () => {
    const response = await fetch(`${server.publicUrl}/oidc/device/auth`, {
      method: 'POST',
      headers: { 'user-agent': '<img src=x>' },
      body: new URLSearchParams({ client_id: 'gateway-cli' }),
    });
    const { user_code: userCode } = (await response.json()) as { user_code: string };
    const { text } = await owner.get(`/device?user_code=${userCode}`);
    expect(text).toContain('&lt;img src=x&gt;');
    expect(text).not.toContain('<img');
  });

  test('a code may be typed without its dash and in lower case', async () => {
    const { body } = await client.start();
    const form = await owner.get('/device');
    const typed = String(body.user_code).replace('-', ' ').toLowerCase();
    expect((await owner.post('/device', { ...form.fields, user_code: typed })).text).toContain(String(body.user_code));
  });

  test('an expired code is called expired', async () => {
    const { body } = await client.start();
    const userCode = String(body.user_code);
    await server.store.db.execute(
      `update issuer_records set expires_at = now() - interval '1 second', payload = jsonb_set(payload, '{exp}', '1') where user_code = '${userCode.replace('-', '')}'`,
    );
    expect((await owner.get(`/device?user_code=${userCode}`)).text).toContain('has expired');
  });

  test('without a session nothing is said about a code', async () => {
    const { body } = await client.start();
    const nobody = new Visitor(server.publicUrl);
    const real = await nobody.get(`/device?user_code=${String(body.user_code)}`);
    const wrong = await nobody.get('/device?user_code=BBBB-BBBB');
    expect(real.title).toBe('Sign in');
    expect(real.text.replace(String(body.user_code), '')).toBe(wrong.text.replace('BBBB-BBBB', ''));
  });
});

describe('guessing user codes', () => {
  test('is stopped after six wrong ones, for the account from any address and for a real code too', async () => {
    const forwarded = await startDevServer({ GATEWAY_TRUST_PROXY: '1' });
    try {
      const guesser = new Visitor(forwarded.publicUrl);
      await guesser.signIn('guesser@example.com', forwarded.codeFor);
      const guess = (code: string) =>
        fetch(`${forwarded.publicUrl}/device?user_code=${code}`, {
          headers: {
            cookie: [...guesser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
            'x-forwarded-for': `198.51.100.${code.charCodeAt(0)}`,
          },
        });
      const statuses = await Promise.all(
        ['B', 'C', 'D', 'F', 'G', 'H', 'J', 'K'].map(async (letter) => (await guess(letter.repeat(8))).status),
      );
      expect(statuses.filter((status) => status === 400)).toHaveLength(6);
      expect(statuses.filter((status) => status === 429)).toHaveLength(2);
      const { body } = await clientOf(forwarded.publicUrl).start();
      const blocked = await guess(String(body.user_code));
      expect(blocked.status).toBe(429);
      expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(500);
    } finally {
      await forwarded.close();
    }
  });
});

describe('granting a top-up', () => {
  const open = async (validMs = 60_000) => {
    const { rows } = await server.store.db.execute<{ id: string; organization_id: string }>(
      "select u.id, m.organization_id from users u join members m on m.user_id = u.id where u.email = 'guest@example.com'",
    );
    const { id: createdBy, organization_id: organizationId } = rows[0]!;
    const id = newId('top');
    await server.store.db
      .insert(topups)
      .values({ id, organizationId, createdBy, amountNano: 2_500_000_000n, expiresAt: new Date(Date.now() + validMs) });
    const balance = async () => {
      const found = await server.store.db.execute<{ balance_nano: string }>(
        `select balance_nano from organizations where id = '${organizationId}'`,
      );
      return BigInt(found.rows[0]!.balance_nano);
    };
    return { id, balance, organizationId };
  };

  test('happens once under 20 parallel clicks: balance, ledger and audit log agree, and the change is announced', async () => {
    const { id, balance, organizationId } = await open();
    const before = await balance();
    const heard: string[] = [];
    server.store.onChange((topic, changed) => heard.push(`${topic} ${changed}`));
    const shown = await owner.get(`/topup/${id}`);
    expect(shown.text).toContain('$2.50');
    expect(shown.text).toContain('guest@example.com');
    const pages = await Promise.all(Array.from({ length: 20 }, () => owner.post(`/topup/${id}`, shown.fields)));
    for (const page of pages)
      expect(page).toMatchObject({ status: 200, text: expect.stringContaining('has been added') });
    expect((await balance()) - before).toBe(2_500_000_000n);
    const ledger = await server.store.db.execute(
      `select amount_nano, kind from ledger_entries where description like '%${id}%'`,
    );
    expect(ledger.rows).toEqual([{ amount_nano: '2500000000', kind: 'topup' }]);
    expect((await server.store.db.execute(`select 1 from audit_log where target = '${id}'`)).rows).toHaveLength(1);
    expect(heard.filter((line) => line === `organization ${organizationId}`)).toHaveLength(1);
  });

  test('is refused to everybody but the owner', async () => {
    const { id, balance } = await open();
    const before = await balance();
    const shown = await guest.get(`/topup/${id}`);
    expect(shown).toMatchObject({ status: 403, text: expect.stringContaining('Only the owner of this server') });
    const home = await guest.get('/');
    expect((await guest.post(`/topup/${id}`, { csrf: home.fields.csrf! })).status).toBe(403);
    expect(await balance()).toBe(before);
  });

  test('asks a stranger to sign in, and leads back', async () => {
    const { id } = await open();
    const shown = await new Visitor(server.publicUrl).get(`/topup/${id}`);
    expect(shown).toMatchObject({ title: 'Sign in', fields: { next: `/topup/${id}` } });
  });

  test('is over when it has expired', async () => {
    const { id, balance } = await open(-1000);
    const before = await balance();
    const shown = await owner.get(`/topup/${id}`);
    expect(shown.text).toContain('has expired');
    expect((await owner.post(`/topup/${id}`, { csrf: shown.fields.csrf! })).text).toContain('has expired');
    expect(await balance()).toBe(before);
  });

  test('of an unknown one says so', async () => {
    expect(await owner.get('/topup/top_unknown')).toMatchObject({
      status: 404,
      text: expect.stringContaining('no such top-up'),
    });
  });
});
