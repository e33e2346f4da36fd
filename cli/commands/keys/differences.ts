import type { Key } from '../../../shared/contracts/keys.ts';
import { parseUsd } from '../../../shared/money.ts';
import { rateLimitText } from '../../rate-limits.ts';
import type { keyFields } from './fields.ts';

type Wanted = ReturnType<typeof keyFields>;

/** The fields in which a key is not as wanted: what an update must send. A disabled key is wanted active. */
export function differences(key: Key, wanted: Wanted): Wanted & { status?: 'active' } {
  const body: Wanted & { status?: 'active' } = {};
  if (key.status === 'disabled') body.status = 'active';
  if (wanted.limit_usd !== undefined && !sameMoney(wanted.limit_usd, key.limits.limit_usd))
    body.limit_usd = wanted.limit_usd;
  const periodDiffers =
    (wanted.period_limit_usd !== undefined && !sameMoney(wanted.period_limit_usd, key.limits.period_limit_usd)) ||
    (wanted.period !== undefined && wanted.period !== key.limits.period);
  // the two go together in the contract
  if (periodDiffers)
    Object.assign(body, {
      period_limit_usd: wanted.period_limit_usd ?? key.limits.period_limit_usd,
      period: wanted.period ?? key.limits.period,
    });
  if (wanted.rate_limits !== undefined && rateLimitText(wanted.rate_limits) !== rateLimitText(key.rate_limits))
    body.rate_limits = wanted.rate_limits;
  if (wanted.models && !sameNames(wanted.models.map(withoutGateway), key.models ?? [])) body.models = wanted.models;
  if (wanted.permissions && !sameNames(wanted.permissions, key.permissions)) body.permissions = wanted.permissions;
  if (wanted.expires_in !== undefined && expiryDiffers(wanted.expires_in, key.expires_at))
    body.expires_in = wanted.expires_in;
  return body;
}

function sameMoney(wanted: string, has: string | null): boolean {
  return has !== null && parseUsd(wanted) === parseUsd(has);
}

function sameNames(wanted: readonly string[], has: readonly string[]): boolean {
  return [...wanted].sort().join() === [...has].sort().join();
}

/** The server keeps models without it. */
function withoutGateway(model: string): string {
  return model.replace(/^(?:gateway\/)+/i, '');
}

/** A date must be met. A duration counts from when the key was made: repeating the command does not push the end away. */
function expiryDiffers(wanted: string, has: string | null): boolean {
  if (has === null) return true;
  return /^\d{4}-/.test(wanted) && Date.parse(wanted) !== Date.parse(has);
}
