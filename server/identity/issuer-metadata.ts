import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { ALL_SCOPES } from './scopes.ts';

/** Endpoints that oidc-provider names although we do not serve them. */
const UNSERVED = [
  'authorization_response_iss_parameter_supported',
  'authorization_endpoint',
  'registration_endpoint',
  'response_modes_supported',
  'code_challenge_methods_supported',
];

/**
 * The issuer's metadata with the addresses it calls itself by: oidc-provider makes them from the Host header of the
 * request, which is the proxy's or anybody's choice.
 */
export function tidyMetadata(provider: Provider, grantTypes: readonly string[]): void {
  const tidy = async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (ctx.oidc?.route !== 'discovery' || ctx.status !== 200) return;
    const entries = Object.entries(ctx.body as Record<string, unknown>).filter(
      ([name, value]) => value !== undefined && !UNSERVED.includes(name),
    );
    const told = entries.map(([name, value]) =>
      /_(endpoint|uri)$/.test(name) ? [name, rebase(String(value))] : [name, value],
    );
    ctx.body = {
      ...Object.fromEntries(told),
      grant_types_supported: grantTypes,
      response_types_supported: [],
      scopes_supported: ALL_SCOPES,
    };
  };
  const rebase = (url: string) => new URL(new URL(url).pathname, provider.issuer).href;
  provider.use(tidy as Parameters<Provider['use']>[0]);
}
