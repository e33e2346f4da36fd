import { type Answer, type FakeGateway, fakeGateway, inTurn, json, ME, type Seen } from './fake-gateway.ts';

export const TOKENS = { access_token: 'access-1', refresh_token: 'refresh-1', token_type: 'Bearer', expires_in: 900 };

/** `authorization_pending` and its like, as RFC 8628 has them. */
export function oauthError(error: string, status = 400, headers: Record<string, string> = {}): Answer {
  return json({ error, error_description: `because of ${error}` }, status, headers);
}

export interface IssuerOptions {
  /** What the token endpoint answers, one poll after the other. */
  token: Answer[];
  /** Seconds; RFC 8628 allows less than one. */
  interval?: number;
  expiresIn?: number;
  routes?: Record<string, Answer>;
}

/** Discovery, the device flow and revocation of a server's own issuer, at the address that a request is told. */
export function signInRoutes(
  urlFor: (request: Seen) => string,
  { interval = 0.02, expiresIn = 600 }: Pick<IssuerOptions, 'interval' | 'expiresIn'> = {},
): Record<string, Answer> {
  return {
    'GET /api/v1/auth/discovery': (request, response) => {
      const url = urlFor(request);
      json({
        issuer: `${url}/oidc`,
        client_id: 'gateway-cli',
        device_authorization_endpoint: `${url}/device`,
        token_endpoint: `${url}/token`,
        revocation_endpoint: `${url}/revoke`,
        scopes: ['api', 'offline_access'],
        resource: `${url}/api/v1`,
        email_code_endpoint: `${url}/api/v1/auth/email`,
        email_code_grant_type: 'urn:gateway:params:oauth:grant-type:email-code',
      })(request, response);
    },
    'POST /device': (request, response) => {
      const url = urlFor(request);
      json({
        device_code: 'device-1',
        user_code: 'WDJB-MJHT',
        verification_uri: `${url}/approve`,
        verification_uri_complete: `${url}/approve?user_code=WDJB-MJHT`,
        expires_in: expiresIn,
        interval,
      })(request, response);
    },
    'POST /revoke': json({}),
  };
}

/** A server whose own issuer answers as a test says. */
export async function fakeIssuer({ token, interval, expiresIn, routes = {} }: IssuerOptions): Promise<FakeGateway> {
  let url = '';
  const fake = await fakeGateway({
    ...signInRoutes(() => url, { interval, expiresIn }),
    'POST /token': inTurn(...token),
    'GET /api/v1/me': json(ME),
    ...routes,
  });
  url = fake.url;
  return fake;
}
