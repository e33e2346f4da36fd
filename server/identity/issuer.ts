import type { EventEmitter } from 'node:events';
import type { RequestListener } from 'node:http';
import { eq } from 'drizzle-orm';
import type { JWK } from 'jose';
import type { Configuration, FindAccount, Provider } from 'oidc-provider';
import type { Services } from '../services.ts';
import { users } from '../store/schema.ts';
import { addEmailGrant, EMAIL_GRANT } from './email-grant.ts';
import { importProvider } from './import-provider.ts';
import { IssuerAdapter } from './issuer-adapter.ts';
import { tidyMetadata } from './issuer-metadata.ts';
import { addPace } from './issuer-pace.ts';
import { API_SCOPE } from './scopes.ts';

/** The public client that the command line is. */
export const CLIENT_ID = 'gateway-cli';
/** The claim of an access token that names its grant, so that signing out ends it at once and not when it expires. */
export const GRANT_CLAIM = 'grant';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const GRANT_TYPES = [DEVICE_GRANT, 'refresh_token', EMAIL_GRANT];
const MINUTE_S = 60;
const DAY_S = 24 * 60 * MINUTE_S;
const REFRESH_S = 30 * DAY_S;
const ROTATE_FOR_S = 365 * DAY_S;

/** The paths that exist. oidc-provider has more (interactions, sessions); nothing of ours needs them. */
const PATHS = new Set([
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/jwks',
  '/device/auth',
  '/token',
  '/token/revocation',
]);

export interface IssuerOptions {
  keys: readonly JWK[];
  /** What access tokens are for, as clients ask for it (RFC 8707) and as it stands in `aud`. */
  resource: string;
  audience: string;
  /** Spends an e-mail code. @returns the person's user id. */
  signInByCode: (email: string, code: string, from: string) => Promise<string>;
}

/** The embedded OpenID Connect issuer at `<publicUrl>/oidc`. */
export async function createIssuer(
  services: Pick<Services, 'config' | 'publicUrl' | 'log' | 'store' | 'secrets'>,
  options: IssuerOptions,
): Promise<{ provider: Provider; listener: RequestListener }> {
  const { config, publicUrl, log } = services;
  const { default: OidcProvider, errors } = await importProvider();
  const resourceServer = {
    scope: API_SCOPE,
    audience: options.audience,
    accessTokenTTL: 15 * MINUTE_S,
    accessTokenFormat: 'jwt' as const,
    jwt: { sign: { alg: 'ES256' as const } },
  };
  const findAccount = accountFinder(services);
  const configuration: Configuration = {
    ...lifetimes,
    adapter: (model) =>
      new IssuerAdapter(services, model, async (grantId) => {
        if (grantId) await endGrant(provider, grantId);
        return new errors.InvalidGrant('already used by another request');
      }),
    clients: [
      {
        client_id: CLIENT_ID,
        client_name: 'The gateway command line',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        id_token_signed_response_alg: 'ES256',
        grant_types: GRANT_TYPES,
        response_types: [],
        redirect_uris: [],
      },
    ],
    clientAuthMethods: ['none'],
    jwks: { keys: options.keys as NonNullable<Configuration['jwks']>['keys'] },
    cookies: { keys: [services.secrets.hash('issuer-cookies', '')] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    scopes: ['openid', 'offline_access'],
    findAccount,
    issueRefreshToken: async (_ctx, _client, source) => source.scopes.has('offline_access'),
    rotateRefreshToken: () => true,
    extraTokenClaims: async (_ctx, token) => ('grantId' in token ? { [GRANT_CLAIM]: token.grantId } : undefined),
    clientBasedCORS: () => false,
    renderError: async (ctx, out) => {
      ctx.body = out;
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      dPoP: { enabled: false },
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
      deviceFlow: {
        enabled: true,
        mask: '****-****',
        deviceInfo: (ctx) => ({ userAgent: ctx.get('user-agent').slice(0, 200), address: ctx.ip }),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => options.resource,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_ctx, resource) => {
          if (resource !== options.resource) throw new errors.InvalidTarget();
          return resourceServer;
        },
      },
    },
  };
  const provider = new OidcProvider(`${publicUrl}/oidc`, configuration);
  provider.proxy = config.trustProxy > 0;
  provider.maxIpsCount = config.trustProxy;
  provider.on('server_error', (_ctx, error) =>
    log.error({ error: error.message, stack: error.stack }, 'the issuer failed'),
  );
  // Koa prints what nobody listens for.
  (provider as EventEmitter).on('error', (error: Error) => log.error({ error: error.message }, 'the issuer failed'));
  tidyMetadata(provider, GRANT_TYPES);
  addPace(provider, services);
  const { resource, signInByCode: signIn } = options;
  addEmailGrant(provider, { errors, resource, resourceServer, signIn, findAccount });
  return { provider, listener: mounted(provider) };
}

/** Nothing is kept for ever: the longest are a refresh token and its grant, which rotation renews for up to a year. */
const lifetimes: Pick<Configuration, 'ttl'> = {
  ttl: {
    AccessToken: 15 * MINUTE_S,
    IdToken: 15 * MINUTE_S,
    DeviceCode: 10 * MINUTE_S,
    Grant: REFRESH_S,
    RefreshToken: (_ctx, token) => Math.max(1, Math.min(REFRESH_S, ROTATE_FOR_S - token.totalLifetime())),
    Session: MINUTE_S,
    Interaction: MINUTE_S,
  },
};

function accountFinder({ store }: Pick<Services, 'store'>): FindAccount {
  return async (_ctx, id) => {
    const [user] = await store.db.select().from(users).where(eq(users.id, id)).limit(1);
    if (user?.status !== 'active') return undefined;
    const email = user.email ? { email: user.email, email_verified: true } : {};
    return { accountId: id, claims: async () => ({ sub: id, name: user.displayName, ...email }) };
  };
}

/** Ends a sign-in: its grant, and every token and code under it. */
async function endGrant(provider: Provider, grantId: string): Promise<void> {
  await (await provider.Grant.find(grantId, { ignoreExpiration: true }))?.destroy();
  await provider.RefreshToken.revokeByGrantId(grantId);
  await provider.DeviceCode.revokeByGrantId(grantId);
}

/** The provider knows its paths without `/oidc`; RFC 8414 §3.1 also looks for the metadata of an issuer with a path at the root. */
function mounted(provider: Provider): RequestListener {
  const handle = provider.callback();
  const prefix = new URL(provider.issuer).pathname;
  return (request, response) => {
    const mount = request as typeof request & { originalUrl?: string };
    const url = mount.originalUrl ?? request.url ?? '/';
    const at = url.indexOf('?');
    const path = (at < 0 ? url : url.slice(0, at))
      .replace(/^\/oidc(?=\/)/, '')
      .replace(/^(\/\.well-known\/[\w-]+)\/oidc$/, '$1');
    if (!PATHS.has(path)) {
      response.writeHead(404, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ error: 'not_found', error_description: 'the issuer has nothing at this path' }));
      return;
    }
    request.url = at < 0 ? path : path + url.slice(at);
    // What the provider takes its mount path from.
    mount.originalUrl = prefix + request.url;
    void handle(request, response);
  };
}
