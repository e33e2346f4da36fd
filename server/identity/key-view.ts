import type { Key } from '../../shared/contracts/keys.ts';
import { formatUsd } from '../../shared/money.ts';
import { windowAt } from '../billing/period.ts';
import type { KeyRecord } from './key-records.ts';

/** The recurring limit as it stands now: what was spent in a window that is over counts no more. */
interface Recurring {
  period: string;
  limitNano: bigint;
  spentNano: bigint;
  endsAt: Date;
}

function recurringLimit(row: KeyRecord, now: Date): Recurring | null {
  if (row.period === null || row.periodLimitNano === null) return null;
  const { index, endsAt } = windowAt(row.period, row.periodAnchor, now);
  const spentNano = row.periodWindow === index ? row.periodSpentNano : 0n;
  return { period: row.period, limitNano: row.periodLimitNano, spentNano, endsAt };
}

/** What the key's own limits leave it to spend, never less than nothing; null when it has none. */
export function remainingNano(row: KeyRecord, now: Date): bigint | null {
  const recurring = recurringLimit(row, now);
  const left = [
    row.limitNano === null ? null : row.limitNano - row.spentNano,
    recurring && recurring.limitNano - recurring.spentNano,
  ].filter((nano) => nano !== null);
  if (left.length === 0) return null;
  const least = left.reduce((a, b) => (b < a ? b : a));
  return least < 0n ? 0n : least;
}

/** A key as its owner sees it, never its secret. `expired` is not stored: it follows from the time. */
export function keyView(row: KeyRecord, now: Date): Key {
  const recurring = recurringLimit(row, now);
  const balance = row.status === 'revoked' ? 0n : remainingNano(row, now);
  return {
    id: row.id,
    name: row.name,
    key_prefix: row.prefix,
    status: isExpired(row, now) ? 'expired' : (row.status as Key['status']),
    balance_usd: balance === null ? null : formatUsd(balance),
    limits: {
      limit_usd: row.limitNano === null ? null : formatUsd(row.limitNano),
      spent_usd: formatUsd(row.spentNano),
      period_limit_usd: recurring && formatUsd(recurring.limitNano),
      period: recurring?.period ?? null,
      period_spent_usd: recurring && formatUsd(recurring.spentNano),
      period_resets_at: recurring?.endsAt.toISOString() ?? null,
    },
    rate_limits: row.rates,
    permissions: row.permissions,
    models: row.models,
    parent: row.parentId,
    project: row.projectId,
    expires_at: row.expiresAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
  };
}

function isExpired(row: KeyRecord, now: Date): boolean {
  return row.status === 'active' && row.expiresAt !== null && row.expiresAt <= now;
}
