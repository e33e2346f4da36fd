import { expect, test } from 'vitest';
import { type Account, type Ask, createBudget, type Hold, Refusal, remaining } from '../../../server/billing/budget.ts';

const account = (id: string, capacity: bigint): Account => ({
  id,
  code: 'key_limit_reached',
  label: id,
  capacity,
  pending: 0n,
  held: 0n,
  window: null,
  recentNano: 0n,
});
const ask = (typicalNano: bigint, fields: Partial<Ask> = {}): Ask => ({
  leastNano: 1n,
  typicalNano,
  worstNano: typicalNano,
  stream: true,
  ...fields,
});
const never = () => new AbortController().signal;

test('a hold is taken on all accounts or on none', () => {
  const budget = createBudget();
  const [organization, key] = [account('organization', 100n), account('key', 10n)];
  expect(budget.reserve([organization, key], ask(20n, { leastNano: 15n }), never)).toBeInstanceOf(Refusal);
  expect([organization.held, key.held]).toEqual([0n, 0n]);
  const hold = budget.reserve([organization, key], ask(8n), never) as Hold;
  expect([organization.held, key.held]).toEqual([8n, 8n]);
  hold.settle(5n);
  expect([remaining(organization), remaining(key)]).toEqual([95n, 5n]);
  hold.release();
  expect(remaining(key)).toBe(5n);
});

test('who finds the money held by others waits until it comes back, in the order of arrival', async () => {
  const budget = createBudget();
  const key = account('key', 10n);
  const first = budget.reserve([key], ask(8n), never) as Hold;
  const order: string[] = [];
  const second = (budget.reserve([key], ask(6n), never) as Promise<Hold>).then((hold) => {
    order.push('second');
    return hold;
  });
  const third = (budget.reserve([key], ask(1n), never) as Promise<Hold>).then((hold) => {
    order.push('third');
    return hold;
  });
  first.settle(2n);
  await Promise.all([second, third]);
  expect(order).toEqual(['second', 'third']);
});

test('the last of the money goes to one request, the rest is refused', async () => {
  const budget = createBudget();
  const key = account('key', 5n);
  const first = budget.reserve([key], ask(50n), never) as Hold;
  expect(first.amountNano).toBe(5n);
  const others = Array.from({ length: 3 }, async () => budget.reserve([key], ask(50n), never));
  first.settle(5n);
  for (const other of await Promise.all(others)) expect(other).toBeInstanceOf(Refusal);
});

test('a whole answer holds what it may cost at worst, but leaves room for others', () => {
  const budget = createBudget();
  const key = account('key', 1000n);
  expect((budget.reserve([key], ask(10n, { stream: false, worstNano: 100n }), never) as Hold).amountNano).toBe(100n);
  expect((budget.reserve([key], ask(10n, { stream: false, worstNano: 5000n }), never) as Hold).amountNano).toBe(225n);
  const alone = account('alone', 1000n);
  expect((budget.reserve([alone], ask(10n, { stream: false, worstNano: 5000n }), never) as Hold).amountNano).toBe(500n);
});

test('a hold grows while there is money and not beyond', () => {
  const budget = createBudget();
  const key = account('key', 10n);
  const hold = budget.reserve([key], ask(4n), never) as Hold;
  expect(hold.extend(4n)).toBe(true);
  expect(hold.extend(4n)).toBe(false);
  expect(hold.amountNano).toBe(8n);
  hold.release();
  expect([key.held, hold.extend(1n)]).toEqual([0n, false]);
});

test('who gives up waiting leaves the line', async () => {
  const budget = createBudget();
  const key = account('key', 10n);
  const first = budget.reserve([key], ask(10n), never) as Hold;
  const caller = new AbortController();
  const second = budget.reserve([key], ask(10n), () => caller.signal);
  caller.abort();
  expect(await second).toBeInstanceOf(Refusal);
  first.release();
  expect(key.held).toBe(0n);
});

test('a free request needs no money', () => {
  expect(createBudget().reserve([account('key', 0n)], ask(0n), never)).not.toBeInstanceOf(Refusal);
});

test('a recurring limit starts again with its next window', () => {
  let now = 0;
  const budget = createBudget(() => now);
  const key = account('key', 0n);
  key.window = {
    index: 0,
    endsAtMs: 100,
    limitNano: 10n,
    at: (ms) => ({ index: Math.floor(ms / 100), endsAtMs: (Math.floor(ms / 100) + 1) * 100 }),
  };
  expect(budget.reserve([key], ask(5n), never)).toBeInstanceOf(Refusal);
  now = 250;
  (budget.reserve([key], ask(5n), never) as Hold).settle(5n);
  expect([key.window.index, remaining(key)]).toEqual([2, 5n]);
});

test('random holds never exceed what there was, and all of it is spendable', async () => {
  const budget = createBudget();
  const key = account('key', 1_000n);
  let seed = 5;
  const random = (n: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % n;
  };
  let spent = 0n;
  await Promise.all(
    Array.from({ length: 500 }, async () => {
      const hold = await budget.reserve([key], ask(BigInt(5 + random(20))), never);
      if (hold instanceof Refusal) return;
      expect(key.held + key.pending).toBeLessThanOrEqual(1_000n);
      await new Promise((resolve) => setImmediate(resolve));
      const cost = BigInt(1 + random(Number(hold.amountNano)));
      spent += cost;
      hold.settle(cost);
    }),
  );
  expect([key.held, key.pending]).toEqual([0n, spent]);
  expect(spent).toBe(1_000n);
});
