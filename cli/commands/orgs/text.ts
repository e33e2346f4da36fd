import type { Organization } from '../../../shared/contracts/organizations.ts';
import type { Paint } from '../../paint.ts';
import { rateLimitText } from '../../rate-limits.ts';
import { factLines } from '../../table.ts';

/** One organisation for people. */
export function organizationText(organization: Organization, paint: Paint, width?: number): string {
  return factLines(
    paint,
    [
      ['id', organization.id],
      ['name', organization.name],
      ['your role', organization.role],
      ['balance', `${organization.balance_usd ?? '?'} USD`],
      ['rate limits', rateLimitText(organization.rate_limits)],
      ['in use', organization.current ? 'yes' : 'no'],
      ['created', organization.created_at],
    ],
    width,
  );
}

/** The JSON of one, as `--help` shows it. */
export const ONE_ORGANIZATION =
  '{"id":"org_1a2b","name":"Acme","role":"owner","status":"active","current":true,"balance_usd":"4.20","rate_limits":null,"created_at":"2026-01-01T00:00:00.000Z"}';
