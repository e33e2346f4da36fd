import type { discovery as contract } from '../../shared/contracts/account.ts';
import type { Reply } from '../../shared/contracts/endpoint.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';

export type Discovery = Reply<typeof contract>;

/** How to sign in to the server in force. An encrypted server that sends its people to an unencrypted issuer is refused. */
export async function discover(context: Context): Promise<Discovery> {
  const { discovery } = await import('../../shared/contracts/account.ts');
  const found = await context.call(discovery);
  const addresses = [
    found.issuer,
    found.token_endpoint,
    found.device_authorization_endpoint,
    found.revocation_endpoint,
    found.email_code_endpoint,
  ];
  for (const address of addresses) {
    if (address === null) continue;
    const protocol = URL.canParse(address) ? new URL(address).protocol : '';
    const allowed = context.settings.apiUrl.startsWith('https:') ? ['https:'] : ['https:', 'http:'];
    if (!allowed.includes(protocol)) {
      throw new GatewayError(
        'bad_response',
        `${context.settings.apiUrl} names "${address}" for signing in, which is not a safe address.`,
      );
    }
  }
  return found;
}

/** What every token request carries: the scopes, and for whom the token is, in both spellings that issuers know. */
export function tokenParameters(discovery: Discovery): { scope: string; resource: string; audience: string } {
  return { scope: discovery.scopes.join(' '), resource: discovery.resource, audience: discovery.resource };
}
