import type { Services } from '../services.ts';
import { activePerson, EMBEDDED_ISSUER, findOrCreateAccount } from './accounts.ts';
import { createDeviceRequests } from './device-requests.ts';
import { createEmailCodes } from './email-codes.ts';
import { EMAIL_GRANT } from './email-grant.ts';
import { embeddedVerifier } from './embedded-tokens.ts';
import { startHousekeeping } from './housekeeping.ts';
import type { Identity } from './identity.ts';
import { CLIENT_ID, createIssuer } from './issuer.ts';
import { codeDelivery } from './mail.ts';
import { ALL_SCOPES } from './scopes.ts';
import { loadSigningKeys } from './signing-keys.ts';
import { rememberTokens } from './verified-tokens.ts';

/** Signing in with nothing but this server: its own issuer, and codes by e-mail. */
export async function embeddedIdentity(
  services: Pick<Services, 'config' | 'publicUrl' | 'log' | 'store' | 'secrets'>,
): Promise<Identity> {
  const { config, publicUrl } = services;
  const keys = await loadSigningKeys(services);
  const codes = createEmailCodes(services, codeDelivery(services));
  const audience = config.audience ?? `${publicUrl}/api/v1`;
  // A resource has to be a URI (RFC 8707 §2); an audience that is none is asked for by our own address.
  const resource = URL.canParse(audience) ? audience : `${publicUrl}/api/v1`;

  const signInByCode = async (email: string, code: string, from: string): Promise<string> => {
    const address = await codes.spend(email, code, from);
    const displayName = address.slice(0, address.lastIndexOf('@'));
    return findOrCreateAccount(services, { issuer: EMBEDDED_ISSUER, email: address, emailVerified: true, displayName });
  };

  const { provider, listener } = await createIssuer(services, { keys, resource, audience, signInByCode });
  const stopHousekeeping = startHousekeeping(services);
  return {
    discovery: async () => ({
      issuer: provider.issuer,
      client_id: CLIENT_ID,
      device_authorization_endpoint: `${provider.issuer}/device/auth`,
      token_endpoint: `${provider.issuer}/token`,
      revocation_endpoint: `${provider.issuer}/token/revocation`,
      scopes: [...ALL_SCOPES],
      resource,
      email_code_endpoint: `${publicUrl}/api/v1/auth/email`,
      email_code_grant_type: EMAIL_GRANT,
    }),
    authenticate: rememberTokens(services.store, embeddedVerifier(services, { provider, keys, audience })),
    issuer: listener,
    embedded: {
      devices: createDeviceRequests(services, provider, resource),
      byEmailCode: async (email, code, from) => activePerson(services, await signInByCode(email, code, from)),
      sendsMail: config.smtpUrl !== undefined,
    },
    external: undefined,
    sendEmailCode: (email, from) => codes.send(email, from),
    async close() {
      stopHousekeeping();
    },
  };
}
