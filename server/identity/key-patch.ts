import type { Parsed } from '../../shared/contracts/endpoint.ts';
import type { updateKey } from '../../shared/contracts/keys.ts';
import { ratesOrNull } from '../../shared/contracts/limits.ts';
import { GatewayError } from '../../shared/errors.ts';
import { parseUsd } from '../../shared/money.ts';
import { expiryToDate } from '../billing/period.ts';
import type { KeyRecord } from './key-records.ts';

/** What is to be changed of a key: what is absent stays, null takes away. */
export type KeyPatch = Parsed<typeof updateKey>['body'];

/** The columns that a patch changes. Throws when the key would contradict itself. */
export function changedFields(row: KeyRecord, patch: KeyPatch, now: Date): Partial<KeyRecord> {
  const changed: Partial<KeyRecord> = { ...changedLimits(row, patch, now) };
  if (patch.name !== undefined) changed.name = patch.name;
  if (patch.status !== undefined) changed.status = patch.status;
  if (patch.permissions !== undefined) changed.permissions = [...new Set(patch.permissions)];
  if (patch.models !== undefined) changed.models = patch.models;
  if (patch.rate_limits !== undefined) changed.rates = ratesOrNull(patch.rate_limits);
  if (patch.expires_in !== undefined)
    changed.expiresAt = patch.expires_in === null ? null : expiryToDate(patch.expires_in, now);
  const expiresAt = changed.expiresAt === undefined ? row.expiresAt : changed.expiresAt;
  if (patch.status === 'active' && expiresAt !== null && expiresAt <= now) {
    throw new GatewayError('conflict', `The key "${row.name}" expired on ${expiresAt.toISOString()}.`, {
      param: 'expires_in',
      hint: 'Give it a new expiry as well: `gateway keys update <id> --activate --expires 30d`.',
    });
  }
  return changed;
}

function changedLimits(row: KeyRecord, patch: KeyPatch, now: Date): Partial<KeyRecord> {
  const changed: Partial<KeyRecord> = {};
  if (patch.limit_usd !== undefined) changed.limitNano = nano(patch.limit_usd);
  if (patch.period === undefined && patch.period_limit_usd === undefined) return changed;
  // Either of the two set to null takes both away, unless the other is given a value.
  const away = (patch.period ?? null) === null && (patch.period_limit_usd ?? null) === null;
  const period = away ? null : patch.period === undefined ? row.period : patch.period;
  const limit = away ? null : patch.period_limit_usd === undefined ? row.periodLimitNano : nano(patch.period_limit_usd);
  if ((period === null) !== (limit === null)) {
    const param = period === null ? 'period' : 'period_limit_usd';
    throw new GatewayError('invalid_request', `${param} is missing: period_limit_usd and period go together.`, {
      param,
      hint: 'Give both, or null for both.',
    });
  }
  changed.period = period;
  changed.periodLimitNano = limit;
  if (period !== row.period) Object.assign(changed, { periodAnchor: now, periodWindow: 0, periodSpentNano: 0n });
  return changed;
}

function nano(usd: string | null): bigint | null {
  return usd === null ? null : parseUsd(usd)!;
}
