import type { ServerResponse } from 'node:http';
import { afterAll, describe, expect, test } from 'vitest';
import { waitForApproval } from '../../cli/login/wait-for-approval.ts';
import { configure } from '../../cli/oauth.ts';
import { forgetHomes, runCli } from '../helpers/cli.ts';
import { type Answer, closeFakes, failed, fakeGateway, hangUp, inTurn, json, page } from '../helpers/fake-gateway.ts';
import { fakeIssuer, oauthError, TOKENS } from '../helpers/fake-issuer.ts';
import { random } from '../helpers/random.ts';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

/** An answer that is cut off in its middle. */
const half = (_request: unknown, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  response.write('{"access_', () => response.destroy());
};

/** What can go wrong on the way, and how many seconds must pass at least before the next poll. */
const TROUBLES: readonly { answer: Answer; slowsDown?: true; retryAfterS?: number }[] = [
  { answer: hangUp },
  { answer: half },
  { answer: failed(500, 'internal_error', 'oops') },
  { answer: json({}, 503) },
  { answer: page(502) },
  { answer: page(200) },
  { answer: page(429) },
  { answer: page(429, { 'retry-after': '17' }), retryAfterS: 17 },
  { answer: oauthError('authorization_pending') },
  { answer: oauthError('slow_down'), slowsDown: true },
  { answer: oauthError('slow_down', 429), slowsDown: true },
  { answer: oauthError('temporarily_unavailable', 503) },
  { answer: oauthError('server_error') },
];

const mix = (seed: number, from = TROUBLES) => {
  const next = random(seed);
  return Array.from({ length: Math.floor(next() * 25) }, () => from[Math.floor(next() * from.length)]!);
};

/** One wait with a clock that only sleeping moves: what came of it, and when each poll was, in seconds. */
async function wait(seed: number, troubles: ReturnType<typeof mix>, expiresInS: number) {
  const polls: number[] = [];
  let now = 0;
  const answers = inTurn(...troubles.map(({ answer }) => answer), json(TOKENS));
  const issuer = await fakeGateway({
    'POST /token': (request, response) => {
      polls.push(now / 1000);
      expect(request.fields.device_code, `seed ${seed}`).toBe('device-1');
      answers(request, response);
    },
  });
  const pending = {
    api_url: issuer.url,
    device_code: 'device-1',
    user_code: 'WDJB-MJHT',
    verification_uri: issuer.url,
    verification_uri_complete: null,
    expires_at: expiresInS * 1000,
    interval: 5,
  };
  const outcome = await waitForApproval({
    configuration: configure(
      { issuer: issuer.url, client_id: 'x', token_endpoint: `${issuer.url}/token`, revocation_endpoint: null },
      5_000,
    ),
    pending,
    parameters: {},
    until: pending.expires_at,
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  }).then(
    (tokens) => tokens?.access_token,
    (error: { code: string }) => error.code,
  );
  await issuer.close();
  return { outcome, polls, endedAtS: now / 1000 };
}

describe('a hundred sign-ins through resets, 500s, web pages, 429s and slow_down', () => {
  const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1);

  test('each ends well, and never polls sooner than it may', async () => {
    const signIn = async (seed: number) => {
      const troubles = mix(seed);
      const { outcome, polls } = await wait(seed, troubles, 1_000_000);
      expect(outcome, `seed ${seed}`).toBe('access-1');
      expect(polls, `seed ${seed}`).toHaveLength(troubles.length + 1);
      let interval = 5;
      troubles.forEach(({ slowsDown, retryAfterS = 0 }, at) => {
        if (slowsDown) interval += 5;
        expect(polls[at + 1]! - polls[at]!, `seed ${seed}, poll ${at}`).toBeGreaterThanOrEqual(
          Math.max(interval, retryAfterS),
        );
      });
    };
    await Promise.all(SEEDS.map(signIn));
  });

  test('each goes on until its code has expired, and then says so', async () => {
    let expired = 0;
    const signIn = async (seed: number) => {
      const { outcome, polls, endedAtS } = await wait(seed, mix(seed), 120);
      expect(polls.at(-1), `seed ${seed}`).toBeLessThan(120);
      expect(['access-1', 'login_expired'], `seed ${seed}`).toContain(outcome);
      if (outcome === 'login_expired') expect(endedAtS, `seed ${seed}`).toBe(120);
      expired += outcome === 'login_expired' ? 1 : 0;
    };
    await Promise.all(SEEDS.slice(0, 40).map(signIn));
    expect(expired).toBeGreaterThan(10);
    expect(expired).toBeLessThan(40);
  });
});

describe.concurrent('the command itself', () => {
  const quick = TROUBLES.filter(({ slowsDown, retryAfterS }) => !slowsDown && !retryAfterS);

  test.each([1, 2, 3, 4])('signs in through mix %i', async (seed) => {
    const token = [...mix(seed, quick).map(({ answer }) => answer), json(TOKENS)];
    const issuer = await fakeIssuer({ interval: 0.01, token });
    const env = { GATEWAY_API_URL: issuer.url };
    const { exitCode, stderr, stdout } = await runCli(['login', '--no-browser', '--json'], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('"logged_in":true');
    expect(issuer.to('/token')).toHaveLength(token.length);
  });
});
