import type { Key } from '../../../shared/contracts/keys.ts';
import type { Paint } from '../../paint.ts';
import { rateLimitText } from '../../rate-limits.ts';
import { factLines, table } from '../../table.ts';

/** One key for people. */
export function keyText(key: Key, paint: Paint, width?: number): string {
  return factLines(paint, keyFacts(key), width);
}

/** The same with how many rules it has. */
export function keyTextWithRules(key: Key, rules: number, paint: Paint, width?: number): string {
  const told = `${rules}, listed by \`gateway keys iam list ${key.id}\``;
  return factLines(paint, [...keyFacts(key), ['rules', told]], width);
}

function keyFacts(key: Key): (readonly [string, string | null | undefined])[] {
  const { limits } = key;
  return [
    ['id', key.id],
    ['name', key.name],
    ['key', `${key.key_prefix}…`],
    ['status', key.status],
    ['spent', `${limits.spent_usd} USD${limits.limit_usd ? ` of ${limits.limit_usd}` : ''}`],
    ['period', limits.period && `${limits.period_spent_usd} USD of ${limits.period_limit_usd} per ${limits.period}`],
    ['may spend', key.balance_usd && `${key.balance_usd} USD`],
    ['rate limits', rateLimitText(key.rate_limits)],
    ['permissions', key.permissions.join(', ')],
    ['models', key.models?.join(', ')],
    ['parent', key.parent],
    ['project', key.project],
    ['expires', key.expires_at],
    ['last used', key.last_used_at ?? 'never'],
    ['created', key.created_at],
  ];
}

/** Keys as a table. */
export function keyTable(keys: readonly Key[], paint: Paint, width: number | undefined): Promise<string> | string {
  if (keys.length === 0) return 'No keys yet. Make one with `gateway keys create --name myapp`.';
  const spent = (key: Key) => `${key.limits.spent_usd}${key.limits.limit_usd ? ` / ${key.limits.limit_usd}` : ''}`;
  const rows = keys.map((key) => [
    key.id,
    key.name,
    `${key.key_prefix}…`,
    key.status,
    spent(key),
    key.expires_at?.slice(0, 10) ?? '',
  ]);
  const columns = [
    { title: 'id' },
    { title: 'name', wrap: true },
    { title: 'key', drop: 1 },
    { title: 'status', drop: 3 },
    { title: 'spent USD', drop: 4 },
    { title: 'expires', drop: 2 },
  ];
  return table(paint, width, columns, rows);
}

/** A new secret, shown once. */
export function secretText(title: string, raw: string, paint: Paint): string {
  return `${title}\n\n  ${paint.bold(raw)}\n\nStore it now: it is not shown again.`;
}
