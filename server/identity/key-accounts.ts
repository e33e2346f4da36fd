import { type SQL, sql } from 'drizzle-orm';
import type { Account, Budget } from '../billing/budget.ts';
import { windowAt } from '../billing/period.ts';
import type { Limited } from '../policy/limits/limited.ts';
import type { Limits, Standing } from '../policy/limits/limits.ts';
import type { Services } from '../services.ts';
import type { KeyRow } from './key-ring.ts';

/**
 * The accounts that a key spends from, brought to what the store says now: its organisation's balance, then every limit
 * of the key and of its ancestors. Called while no batch is being booked, so that nothing counts twice.
 */
export function accountsFor(budget: Budget, chain: readonly KeyRow[]): Account[] {
  const own = chain[0]!;
  const accounts = [
    set(budget, `organization:${own.organization_id}`, 'insufficient_balance', 'The balance', BigInt(own.balance_nano)),
  ];
  for (const row of chain) {
    const whose = row === own ? `key "${row.name}"` : `key "${row.name}" above this key`;
    if (row.limit_nano !== null) {
      const left = BigInt(row.limit_nano) - BigInt(row.spent_nano);
      accounts.push(set(budget, `key:${row.id}`, 'key_limit_reached', `The spending limit of ${whose}`, left));
    }
    if (row.period !== null && row.period_limit_nano !== null) accounts.push(recurring(budget, row, whose));
  }
  return accounts;
}

function recurring(budget: Budget, row: KeyRow, whose: string): Account {
  const limitNano = BigInt(row.period_limit_nano!);
  const anchor = new Date(row.period_anchor);
  const period = row.period!;
  const at = (nowMs: number) => {
    const window = windowAt(period, anchor, new Date(nowMs));
    return { index: window.index, endsAtMs: window.endsAt.getTime() };
  };
  const current = at(Date.now());
  const spent = row.period_window === current.index ? BigInt(row.period_spent_nano) : 0n;
  const account = set(
    budget,
    `period:${row.id}`,
    'key_limit_reached',
    `The limit for each ${period} of ${whose}`,
    limitNano - spent,
  );
  if (account.window && account.window.index !== current.index) account.pending = 0n;
  account.window = { ...current, limitNano, at };
  return account;
}

function set(budget: Budget, id: string, code: Account['code'], label: string, capacity: bigint): Account {
  const account = budget.account(id, () => ({
    id,
    code,
    label,
    capacity,
    pending: 0n,
    held: 0n,
    window: null,
    recentNano: 0n,
  }));
  account.capacity = capacity;
  account.label = label;
  return account;
}

/** Whose rates bound the key: the keys of the chain that have any, or had, and the organisation. */
export function limitedOf(limits: Limits, chain: readonly KeyRow[]): Limited[] {
  const own = chain[0]!;
  const organization = limits.organization(own.organization_id, {
    name: own.organization_name,
    rates: own.organization_rates,
    bought: own.bought,
  });
  const keys = chain.filter(({ rates }) => rates !== null).map(({ id, name, rates }) => limits.key(id, name, rates));
  return [...keys, organization];
}

/** Whether credit was ever bought for an organisation. */
export const hasBought = (organizationId: SQL) =>
  sql`exists (select 1 from ledger_entries l where l.organization_id = ${organizationId} and l.kind in ('topup', 'auto_topup'))`;

/** Reads an organisation's balance and limits again after somebody changed them: a top-up is spendable at once. */
export async function refreshOrganization(
  { store, budget, limits, accounting }: Pick<Services, 'store' | 'budget' | 'limits' | 'accounting'>,
  id: string,
): Promise<void> {
  await accounting.exclusive(async () => {
    const account = budget.find(`organization:${id}`);
    if (!account) return;
    const { rows } = await store.db.execute<Standing & { balance_nano: string } & Record<string, unknown>>(
      sql`select balance_nano, name, rates, ${hasBought(sql`o.id`)} as bought from organizations o where o.id = ${id}`,
    );
    if (!rows[0]) return;
    account.capacity = BigInt(rows[0].balance_nano);
    limits.organization(id, rows[0]);
    budget.wake();
  });
}
