import type { Services } from '../services.ts';
import { embeddedIdentity } from './embedded-identity.ts';
import { externalIdentity } from './external-identity.ts';
import type { Identity } from './identity.ts';

/** Signing in as configured: by the external issuer of GATEWAY_OIDC_ISSUER, else by our own. */
export async function createIdentity(
  services: Pick<Services, 'config' | 'publicUrl' | 'log' | 'store' | 'secrets'>,
): Promise<Identity> {
  const { oidc } = services.config;
  return oidc ? externalIdentity(services, oidc) : embeddedIdentity(services);
}
