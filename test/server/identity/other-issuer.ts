/**
 * Somebody else's OpenID provider as a process of its own: `tsx other-issuer.ts <audience> [port]`. Prints its address. It
 * approves every device by itself once asked to at `/approve?user_code=…&sub=…`, and signs anything at `/forge`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Configuration } from 'oidc-provider';
import { importProvider } from '../../../server/identity/import-provider.ts';

// Its notice about keeping everything in memory is true, and meant here.
console.warn = () => {};
const [audience = '', port = '0'] = process.argv.slice(2);
const { default: OidcProvider } = await importProvider();
const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const jwk = { ...(await exportJWK(privateKey)), kid: 'theirs', alg: 'RS256', use: 'sig' };

const server = createServer();
await new Promise<void>((resolve) => server.listen(Number(port), '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const provider = new OidcProvider(issuer, {
  jwks: { keys: [jwk] as NonNullable<Configuration['jwks']>['keys'] },
  clients: [
    {
      client_id: 'their-client',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      response_types: [],
      redirect_uris: [],
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  findAccount: async (_ctx, sub) => ({
    accountId: sub,
    claims: async () => ({
      sub,
      name: `Name of ${sub}`,
      email: `${sub}@their.example`,
      email_verified: sub !== 'unverified',
    }),
  }),
  extraTokenClaims: async (_ctx, token) =>
    'accountId' in token && token.accountId !== 'nameless'
      ? {
          name: `Name of ${token.accountId}`,
          email: `${token.accountId}@their.example`,
          email_verified: token.accountId !== 'unverified',
        }
      : undefined,
  features: {
    devInteractions: { enabled: false },
    deviceFlow: { enabled: true },
    revocation: { enabled: true, allowedPolicy: async () => true },
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => audience,
      useGrantedResource: async () => true,
      getResourceServerInfo: async () => ({ scope: 'api', audience, accessTokenFormat: 'jwt', accessTokenTTL: 600 }),
    },
  },
});
const handle = provider.callback();

/** Lets a device in, as a person at that provider would. */
async function approve(userCode: string, accountId: string): Promise<void> {
  const code = await provider.DeviceCode.findByUserCode(userCode.replace('-', ''));
  const grant = new provider.Grant({ accountId, clientId: 'their-client' });
  grant.addOIDCScope('openid profile email offline_access');
  grant.addResourceScope(audience, 'api');
  Object.assign(code!, {
    accountId,
    grantId: await grant.save(),
    scope: 'openid profile email offline_access',
    resource: audience,
  });
  await code!.save();
}

/** A token with any claims, signed with the provider's key. */
function forge(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT({ iss: issuer, aud: audience, sub: 'forged', exp: Math.floor(Date.now() / 1000) + 600, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'theirs', typ: 'at+jwt' })
    .sign(privateKey);
}

server.on('request', (request, response) => {
  const url = new URL(request.url ?? '/', issuer);
  if (url.pathname === '/approve') {
    approve(url.searchParams.get('user_code')!, url.searchParams.get('sub')!).then(
      () => response.end('approved'),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  } else if (url.pathname === '/forge') {
    forge(JSON.parse(url.searchParams.get('claims')!)).then(
      (token) => response.end(token),
      () => response.writeHead(500).end(),
    );
  } else {
    void handle(request, response);
  }
});
process.stdout.write(`${issuer}\n`);
