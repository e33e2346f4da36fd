import type { Account, FindAccount, Provider, TokenEndpointGrantContext } from 'oidc-provider';
import { GatewayError } from '../../shared/errors.ts';
import { epoch, saveGrant } from './device-requests.ts';
import type { importProvider } from './import-provider.ts';
import { API_SCOPE, grantedScopes } from './scopes.ts';

/** The grant type of `login --email`: an address and the code that was sent to it, for the tokens of the device flow. */
export const EMAIL_GRANT = 'urn:gateway:params:oauth:grant-type:email-code';
const GTY = 'email_code';

type Params = { email?: string; code?: string; scope?: string; resource?: string };
type Errors = Awaited<ReturnType<typeof importProvider>>['errors'];

interface EmailGrantOptions {
  errors: Errors;
  resource: string;
  resourceServer: { scope: string; audience: string; accessTokenTTL: number; accessTokenFormat: 'jwt'; jwt: object };
  /** Spends a code; throws a `GatewayError` when it is not right. @returns the person's user id. */
  signIn: (email: string, code: string, from: string) => Promise<string>;
  findAccount: FindAccount;
}

export function addEmailGrant(provider: Provider, options: EmailGrantOptions): void {
  const { errors, resource, resourceServer, signIn, findAccount } = options;

  provider.registerGrantType<Params>(
    EMAIL_GRANT,
    async (ctx) => {
      const { email, code, scope } = ctx.oidc.params;
      if (!email || !code) throw new errors.InvalidRequest(`missing required parameter: ${email ? 'code' : 'email'}`);
      if (ctx.oidc.params.resource && ctx.oidc.params.resource !== resource) throw new errors.InvalidTarget();
      const accountId = await signIn(email, code, ctx.ip).catch((error: unknown) => {
        throw asOAuth(ctx, error, errors);
      });
      const account = await findAccount(ctx, accountId);
      if (!account) throw new errors.CustomOIDCProviderError('invalid_grant', 'This account is deactivated.');
      const scopes = grantedScopes(scope);
      const { client } = ctx.oidc;
      const grantId = await saveGrant(provider, { accountId, clientId: client.clientId, resource, scopes });
      const source = { accountId, client, grantId, gty: GTY, amr: ['otp'], authTime: epoch(), scope: scopes.join(' ') };

      ctx.oidc.entity('Account', account);
      const accessToken = new provider.AccessToken({ accountId, client, grantId, gty: GTY });
      accessToken.resourceServer = new provider.ResourceServer(resource, resourceServer);
      accessToken.scope = API_SCOPE;
      const refreshToken = scopes.includes('offline_access')
        ? new provider.RefreshToken({ ...source, resource, rotations: 0 })
        : undefined;
      ctx.body = {
        access_token: await accessToken.save(),
        token_type: 'Bearer',
        expires_in: accessToken.expiration,
        scope: API_SCOPE,
        refresh_token: await refreshToken?.save(),
        id_token: scopes.includes('openid') ? await issueIdToken(provider, ctx, account, scopes) : undefined,
      };
    },
    ['email', 'code', 'scope', 'resource'],
  );
}

async function issueIdToken(
  provider: Provider,
  ctx: TokenEndpointGrantContext<Params>,
  account: Account,
  scopes: string[],
): Promise<string> {
  const scope = scopes.filter((name) => name !== API_SCOPE).join(' ');
  const claims = await account.claims('id_token', scope, {}, []);
  const token = new provider.IdToken({ ...claims, sub: account.accountId, amr: ['otp'], auth_time: epoch() }, { ctx });
  // The provider filters the claims by this; its types do not know the property.
  Object.assign(token, { scope });
  return token.issue({ use: 'idtoken' });
}

/** A refused sign-in as the token endpoint says it (RFC 6749 §5.2); the rate limit keeps its own status. */
function asOAuth(ctx: TokenEndpointGrantContext<Params>, error: unknown, errors: Errors): unknown {
  if (!(error instanceof GatewayError)) return error;
  const description = `${error.message} ${error.hint}`;
  if (error.code === 'invalid_request') return new errors.InvalidRequest(description);
  if (error.code !== 'rate_limit_exceeded') return new errors.CustomOIDCProviderError('invalid_grant', description);
  ctx.set('retry-after', String(error.retryAfterS ?? 60));
  const limited = new errors.CustomOIDCProviderError('rate_limit_exceeded', description);
  limited.status = 429;
  limited.statusCode = 429;
  return limited;
}
