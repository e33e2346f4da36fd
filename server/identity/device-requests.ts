import { and, eq, gt, isNull, not, sql } from 'drizzle-orm';
import type { Provider } from 'oidc-provider';
import type { Services } from '../services.ts';
import { issuerRecords } from '../store/schema.ts';
import { API_SCOPE, grantedScopes, OPENID_SCOPES } from './scopes.ts';

/** A device that asked to be signed in, as the person who decides sees it. */
export interface DeviceRequest {
  /** As the device shows it: `BCDF-GHJK`. */
  userCode: string;
  clientName: string;
  /** What the device said of itself, and where it asked from. */
  userAgent: string;
  address: string;
  askedAt: Date;
  scopes: string[];
  state: 'waiting' | 'decided' | 'expired';
}

export interface DeviceRequests {
  find(userCode: string): Promise<DeviceRequest | undefined>;
  /** Signs the device in as this user. False when it was decided or has expired meanwhile. */
  approve(userCode: string, userId: string): Promise<boolean>;
  /** Refuses the device. False when it was decided or has expired meanwhile. */
  deny(userCode: string): Promise<boolean>;
}

type DeviceCode = InstanceType<Provider['DeviceCode']>;

/** @param resource what tokens are for: the one resource that the issuer knows. */
export function createDeviceRequests(
  { store }: Pick<Services, 'store'>,
  provider: Provider,
  resource: string,
): DeviceRequests {
  const load = (userCode: string): Promise<DeviceCode | undefined> =>
    provider.DeviceCode.findByUserCode(normalizeUserCode(userCode), { ignoreExpiration: true });

  /** Writes the decision where the issuer's token endpoint looks for it; one statement, so that one decision wins. */
  const decide = async (userCode: string, decision: Record<string, unknown>): Promise<boolean> => {
    const open = and(
      eq(issuerRecords.model, 'DeviceCode'),
      eq(issuerRecords.userCode, normalizeUserCode(userCode)),
      isNull(issuerRecords.consumedAt),
      gt(issuerRecords.expiresAt, sql`now()`),
      not(sql`${issuerRecords.payload} ?| array['accountId', 'error']`),
    );
    const rows = await store.db
      .update(issuerRecords)
      .set({
        payload: sql`${issuerRecords.payload} || ${JSON.stringify(decision)}::jsonb`,
        grantId: (decision.grantId as string | undefined) ?? null,
      })
      .where(open)
      .returning({ id: issuerRecords.id });
    return rows.length > 0;
  };

  return {
    async find(userCode) {
      const code = await load(userCode);
      return code && describe(provider, code);
    },

    async approve(userCode, userId) {
      const code = await load(userCode);
      if (!code?.clientId) return false;
      const scopes = grantedScopes(code.params?.scope as string | undefined);
      const grantId = await saveGrant(provider, { accountId: userId, clientId: code.clientId, resource, scopes });
      // What oidc-provider's own verification page leaves in the record (its actions/authorization/device.js).
      const decision = {
        accountId: userId,
        grantId,
        scope: scopes.join(' '),
        resource,
        amr: ['otp'],
        authTime: epoch(),
      };
      if (await decide(userCode, decision)) return true;
      await (await provider.Grant.find(grantId))?.destroy();
      return false;
    },

    deny: (userCode) => decide(userCode, { error: 'access_denied', errorDescription: 'the person denied the request' }),
  };
}

/** Saves what a person agreed to. @returns the grant's id, which every token made from it carries. */
export async function saveGrant(
  provider: Provider,
  {
    accountId,
    clientId,
    resource,
    scopes,
  }: { accountId: string; clientId: string; resource: string; scopes: string[] },
): Promise<string> {
  const grant = new provider.Grant({ accountId, clientId });
  const openid = scopes.filter((scope) => (OPENID_SCOPES as string[]).includes(scope));
  if (openid.length > 0) grant.addOIDCScope(openid.join(' '));
  grant.addResourceScope(resource, API_SCOPE);
  return grant.save();
}

/** User codes are typed by people: case, dashes and spaces do not matter. */
function normalizeUserCode(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]/g, '');
}

async function describe(provider: Provider, code: DeviceCode): Promise<DeviceRequest> {
  const client = await provider.Client.find(code.clientId ?? '');
  const info = code.deviceInfo as { userAgent?: string; address?: string } | undefined;
  return {
    userCode: `${code.userCode.slice(0, 4)}-${code.userCode.slice(4)}`,
    clientName: client?.clientName ?? code.clientId ?? 'unknown',
    userAgent: info?.userAgent ?? '',
    address: info?.address ?? '',
    askedAt: new Date((code.iat ?? 0) * 1000),
    scopes: grantedScopes(code.params?.scope as string | undefined),
    state: code.error || code.accountId ? 'decided' : code.isExpired ? 'expired' : 'waiting',
  };
}

/** Now, in the seconds that tokens count in. */
export function epoch(): number {
  return Math.floor(Date.now() / 1000);
}
