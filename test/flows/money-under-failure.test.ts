import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { formatUsd, parseUsd } from '../../shared/money.ts';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { random } from '../helpers/random.ts';
import { asProvider, fixture, type Seen, sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

/** Providers that fail in every way and callers that hang up: whatever happens, the money and the records agree. */
const NAMES = ['novita', 'groq', 'cerebras'];
const MODEL = 'gpt-oss-120b';
const REQUESTS = 600;
const AT_A_TIME = 24;
const SEED = 6;
const FRAMES = fixture('openai/chat.stream.txt').toString('utf8');
/** Behind the first piece of text. */
const FIRST_CONTENT = FRAMES.indexOf('\n\n', FRAMES.indexOf('你好')) + 2;

type Act = (seen: Seen, response: ServerResponse) => void;

const failing = (status: number, headers: Record<string, string> = {}): Act => {
  const body = JSON.stringify({ error: { message: `said ${status}`, type: 'x', code: null } });
  return (_seen, response) => sendJson(response, status, body, headers);
};
const wantsStream = ({ body }: Seen) => (JSON.parse(body.toString()) as { stream?: boolean }).stream === true;

const ACTS: readonly [weight: number, act: Act][] = [
  [8, asProvider],
  [2, failing(500)],
  [1, failing(429, { 'retry-after': '1' })],
  [1, failing(400)],
  // cut before content
  [1, (_seen, response) => void response.destroy()],
  [1, (seen, response) => begin(seen, response, '', () => response.destroy())],
  // cut after it
  [1, (seen, response) => begin(seen, response, FRAMES.slice(0, FIRST_CONTENT), () => response.destroy())],
  // stops in the middle
  [1, (seen, response) => begin(seen, response, FRAMES.slice(0, FIRST_CONTENT), () => {})],
  // slow
  [2, (seen, response) => void setTimeout(() => !response.destroyed && asProvider(seen, response), 60)],
  // silent until it is given up
  [1, () => {}],
  // half an answer, and one that is none
  [1, (_seen, response) => sendJson(response, 200, fixture('openai/chat.json').subarray(0, -40))],
  [1, (_seen, response) => sendJson(response, 200, '{"choices":"none","usage":{"prompt_tokens":"many"}}')],
  // an error in place of a stream's content
  [
    1,
    (seen, response) =>
      begin(seen, response, 'data: {"error":{"message":"broke","type":"server_error","code":null}}\n\n', () =>
        response.end(),
      ),
  ],
];

function begin(seen: Seen, response: ServerResponse, text: string, then: () => void): void {
  response.writeHead(200, { 'content-type': wantsStream(seen) ? 'text/event-stream' : 'application/json' });
  response.flushHeaders();
  if (text === '') setImmediate(then);
  else response.write(text, () => setImmediate(then));
}

const CALLERS: readonly ((text: string, stream: boolean) => [path: string, body: object])[] = [
  (content, stream) => ['/v1/chat/completions', { model: MODEL, stream, messages: [{ role: 'user', content }] }],
  (content, stream) => [
    '/v1/messages',
    { model: MODEL, stream, max_tokens: 200, messages: [{ role: 'user', content }] },
  ],
  (input, stream) => ['/v1/responses', { model: MODEL, stream, input }],
  (text, stream) => [
    `/v1beta/models/${MODEL}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    { contents: [{ role: 'user', parts: [{ text }] }] },
  ],
];

interface Outcome {
  hungUp: boolean;
  status: number;
  text: string;
  id: string | null;
  attempts: string | null;
}

interface Log {
  id: string;
  retried_by: string | null;
  status_code: number;
  cost_usd: string;
  error_code: string | null;
  metadata: Record<string, string> | null;
  routing: { attempts: { provider: string; status_code: number; succeeded: boolean }[] } | null;
  provider: string | null;
}

let upstreams: Upstream[];
let gateway: Gateway;
let key: { id: string; raw: string };
let outcomes: Outcome[];
let logs: Log[];
let opening: bigint;
let open = 0;
/** The requests that reached a provider. */
const reached = new Set<number>();

const costOf = (text: string) => {
  const told = [...text.matchAll(/"cost":([\d.e-]+)/g)].at(-1)?.[1];
  return told === undefined ? undefined : parseUsd(Number(told).toFixed(9))!;
};
const sum = (all: readonly bigint[]) => all.reduce((a, b) => a + b, 0n);
const balance = async () => parseUsd((await gateway.api('GET', '/api/v1/balance')).body.balance_usd)!;

async function ask(n: number, hangUpMs: number | undefined): Promise<Outcome> {
  const [path, body] = CALLERS[n % CALLERS.length]!(`request <${n}>`, Math.floor(n / CALLERS.length) % 2 === 0);
  const outcome: Outcome = { hungUp: false, status: 0, text: '', id: null, attempts: null };
  const controller = new AbortController();
  const timer = hangUpMs === undefined ? undefined : setTimeout(() => controller.abort(), hangUpMs);
  try {
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key.raw}`,
        'x-gateway-number': String(n),
        'x-first-byte-timeout-ms': '150',
        'x-idle-timeout-ms': '150',
      },
      body: JSON.stringify(body),
      signal: controller.signal,
    });
    outcome.status = response.status;
    outcome.id = response.headers.get('x-request-id');
    outcome.attempts = response.headers.get('x-gateway-attempts');
    for await (const part of response.body!) outcome.text += Buffer.from(part as Uint8Array).toString('utf8');
  } catch {
    outcome.hungUp = controller.signal.aborted;
  }
  clearTimeout(timer);
  return outcome;
}

async function allLogs(): Promise<Log[]> {
  const found: Log[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await gateway.api('GET', `/api/v1/logs?key=${key.id}&limit=100${cursor}`);
    found.push(...(body.data as Log[]));
    if (!body.next_cursor) return found;
    cursor = `&cursor=${encodeURIComponent(body.next_cursor)}`;
  }
}

beforeAll(async () => {
  const next = random(SEED);
  const bag = ACTS.flatMap(([weight, act]) => Array.from({ length: weight }, () => act));
  upstreams = await Promise.all(NAMES.map(() => startUpstream()));
  for (const upstream of upstreams)
    upstream.respond = (seen, response) => {
      open++;
      response.once('close', () => open--);
      reached.add(Number(/request <(\d+)>/.exec(seen.body.toString())![1]));
      return bag[Math.floor(next() * bag.length)]!(seen, response);
    };
  gateway = await startGateway({
    providers: Object.fromEntries(NAMES.map((name, at) => [name, `${upstreams[at]!.url}/v1`])),
  });
  const rate_limits = { concurrent_requests: AT_A_TIME };
  const made = await gateway.api('POST', '/api/v1/me/keys', { name: 'storm', limit_usd: '50', rate_limits });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  key = made.body;
  opening = await balance();
  outcomes = [];
  let n = 0;
  const caller = async () => {
    while (n < REQUESTS) {
      const at = n++;
      outcomes[at] = await ask(at, next() < 0.2 ? next() * 80 : undefined);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, caller));
  await vi.waitFor(() => expect(open).toBe(0), { timeout: 5000 });
  // What hung up is recorded when the server has noticed.
  await vi.waitFor(
    async () => {
      logs = await allLogs();
      const numbers = new Set(logs.filter(({ retried_by }) => !retried_by).map(({ metadata }) => metadata?.number));
      expect([...reached].filter((at) => !numbers.has(String(at)))).toEqual([]);
    },
    { timeout: 10_000, interval: 300 },
  );
}, 120_000);
afterAll(async () => {
  await stopGateways();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

describe('after a storm of failures', () => {
  test('each request has one record, and its failed attempts name it and cost nothing', () => {
    const finals = logs.filter(({ retried_by }) => retried_by === null);
    const numbers = finals.map(({ metadata }) => Number(metadata!.number));
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const [n, { hungUp }] of outcomes.entries()) if (!hungUp) expect(numbers).toContain(n);
    const byId = new Map(finals.map((log) => [log.id, log]));
    for (const log of logs) {
      if (log.retried_by === null) continue;
      expect(log.cost_usd).toBe('0.00');
      expect(log.error_code).not.toBeNull();
      expect(byId.get(log.retried_by)?.metadata?.number).toBe(log.metadata!.number);
    }
    for (const final of finals) {
      const retried = logs.filter(({ retried_by }) => retried_by === final.id);
      expect(final.routing?.attempts.filter(({ succeeded }) => !succeeded).length ?? 0, final.id).toBe(
        retried.length + (final.error_code === null || !final.routing ? 0 : 1),
      );
    }
  });

  test('the balance is what the records leave of it, and they say what callers were told', async () => {
    const left = await balance();
    const finals = new Map(logs.map((log) => [log.id, log]));
    expect(opening - left).toBe(sum(logs.map(({ cost_usd }) => parseUsd(cost_usd)!)));
    const shown = await gateway.api('GET', `/api/v1/me/keys/${key.id}`);
    expect(shown.body.limits.spent_usd).toBe(formatUsd(opening - left));
    let answered = 0;
    for (const { hungUp, id, text, status } of outcomes) {
      if (hungUp || id === null) continue;
      const record = finals.get(id)!;
      const told = costOf(text);
      if (told === undefined) {
        expect(record.status_code, text).not.toBe(200);
        continue;
      }
      answered++;
      expect(status).toBe(200);
      expect(record).toMatchObject({ status_code: 200, error_code: null });
      expect(parseUsd(record.cost_usd)).toBe(told);
    }
    expect(answered).toBeGreaterThan(REQUESTS / 3);
  });

  test('header, metadata and record tell of the same attempts', () => {
    const finals = new Map(logs.map((log) => [log.id, log]));
    let several = 0;
    for (const { id, attempts, text, hungUp } of outcomes) {
      if (attempts === null || hungUp) continue;
      several++;
      const told = attempts.split(', ').map((one) => one.split('=')[0]);
      const record = finals.get(id!)!;
      expect(record.routing!.attempts.map(({ provider }) => provider)).toEqual(told);
      expect(record.provider).toBe(told.at(-1));
      const metadata = /"metadata":(\{"routing":\[.*?\]\})/.exec(text)?.[1];
      if (metadata) {
        const { routing } = JSON.parse(metadata) as { routing: { provider: string }[] };
        expect(routing.map(({ provider }) => provider)).toEqual(told);
      }
      expect(attempts).not.toMatch(/=200, /);
    }
    expect(several).toBeGreaterThan(30);
  });

  test('no failure was called our own', () => {
    expect(gateway.log()).not.toContain('by our fault');
    expect(gateway.log()).not.toContain('could not be recorded');
    expect(gateway.log()).not.toContain('MaxListeners');
    expect(outcomes.filter(({ status }) => status === 500)).toEqual([]);
  });

  test('nothing is left taken: as many as may run at once do, and a key spends exactly what it has left', async () => {
    for (const upstream of upstreams) upstream.respond = asProvider;
    const statuses = await Promise.all(Array.from({ length: AT_A_TIME }, (_, n) => ask(n * 8, undefined)));
    expect(statuses.map(({ status }) => status)).toEqual(Array.from({ length: AT_A_TIME }, () => 200));
    const pinned = async () =>
      (
        await fetch(`${gateway.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key.raw}` },
          body: JSON.stringify({ model: `groq/${MODEL}`, messages: [{ role: 'user', content: 'hi' }] }),
        })
      ).text();
    const cost = costOf(await pinned())!;
    await expect.poll(async () => (await allLogs()).length).toBe(logs.length + AT_A_TIME + 1);
    const { limits } = (await gateway.api('GET', `/api/v1/me/keys/${key.id}`)).body;
    await gateway.api('PATCH', `/api/v1/me/keys/${key.id}`, {
      limit_usd: formatUsd(parseUsd(limits.spent_usd)! + cost),
    });
    expect(costOf(await pinned())).toBe(cost);
    expect(await pinned()).toContain('key_limit_reached');
  });

  test('the server ends at once', async () => {
    const startedMs = performance.now();
    expect(await gateway.stop()).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });
});
