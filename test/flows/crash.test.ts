import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatUsd, parseUsd } from '../../shared/money.ts';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { createDatabase } from '../helpers/postgres.ts';
import { asProvider, startUpstream, type Upstream } from '../helpers/upstream.ts';

const KILLS = 20;
const CALLERS = 12;
const CREDIT = '100';
let upstream: Upstream;

beforeAll(async () => {
  upstream = await startUpstream();
  upstream.respond = asProvider;
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});

/** What one caller was told: the request's id and cost; cost null when the answer broke off before it was told. */
type Told = { id: string; nano: bigint };

/** Calls until the server is gone; what it was told goes into `told`, what broke off after its head into `cut`. */
async function callUntilGone(gateway: Gateway, told: Told[], cut: Set<string>, stream: boolean): Promise<void> {
  for (;;) {
    let id: string | null = null;
    try {
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.key}` },
        body: JSON.stringify({ model: 'gpt-4o-mini', stream, messages: [{ role: 'user', content: 'hi' }] }),
      });
      id = response.headers.get('x-request-id');
      const text = await response.text();
      if (response.status !== 200) return;
      told.push({ id: id!, nano: parseUsd(/"cost":([\d.]+)/.exec(text)![1]!)! });
    } catch {
      if (id) cut.add(id);
      return;
    }
  }
}

test.each([
  ['the embedded store', false],
  ['Postgres', true],
])(
  'killed 20 times under load on %s, the server comes back by itself and its books hold what callers were told, once',
  async (_store, postgres) => {
    const env = postgres
      ? { DATABASE_URL: await createDatabase(), GATEWAY_SECRET: 'a-secret-for-tests-that-is-long-enough' }
      : {};
    const dataDir = mkdtempSync(join(tmpdir(), 'gateway-crash-'));
    const told: Told[] = [];
    const cut = new Set<string>();
    const start = (key?: string) =>
      startGateway({ providers: { openai: `${upstream.url}/v1` }, dataDir, credit: CREDIT, key, env });
    let gateway = await start();
    const { key } = gateway;
    let seed = 42;
    for (let round = 0; round < KILLS; round++) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      const goal = told.length + 5 + (seed % 120);
      const callers = Array.from({ length: CALLERS }, (_, i) => callUntilGone(gateway, told, cut, i % 2 === 0));
      // Killed once so many more were told: the moment falls anywhere in the others' requests and in the store's batches.
      while (told.length < goal) await new Promise((resolve) => setImmediate(resolve));
      await gateway.kill();
      await Promise.all(callers);
      gateway = await start(key);
    }
    const logs = new Map<string, bigint>();
    for (let cursor = ''; ; ) {
      const { body } = await gateway.api('GET', `/api/v1/logs?limit=100${cursor && `&cursor=${cursor}`}`);
      for (const { id, cost_usd } of body.data) {
        expect(logs.has(id)).toBe(false);
        logs.set(id, parseUsd(cost_usd)!);
      }
      if (!body.next_cursor) break;
      cursor = encodeURIComponent(body.next_cursor);
    }
    // Nothing that was told is lost, and each is there once, at the price that was told.
    for (const { id, nano } of told) expect(logs.get(id)).toBe(nano);
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
    // What nobody was told: requests in the air when the server died, at most one for each caller and kill.
    const untold = [...logs.keys()].filter((id) => !told.some((one) => one.id === id));
    expect(untold.length).toBeLessThanOrEqual(KILLS * CALLERS);
    // Ledger, balance and usage agree with the records to the nano-dollar.
    const spent = [...logs.values()].reduce((sum, nano) => sum + nano, 0n);
    const { body: balance } = await gateway.api('GET', '/api/v1/balance');
    expect(parseUsd(CREDIT)! - parseUsd(balance.balance_usd)!).toBe(spent);
    const { body: usage } = await gateway.api('GET', '/api/v1/usage');
    expect(usage).toMatchObject({ total_requests: logs.size, total_cost_usd: formatUsd(spent) });
    await gateway.stop();
    // A clean end leaves nothing in the journal.
    const journal = join(dataDir, 'server', 'journal', '0');
    expect(readdirSync(journal).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
  },
  300_000,
);
