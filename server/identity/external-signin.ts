import { request } from 'undici';
import { z } from 'zod';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import type { DiscoveryDocument } from './discovery-document.ts';
import type { ExternalSignIn, Identity } from './identity.ts';

const PURPOSE = 'external-signin';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const TIMEOUT_MS = 10_000;

const startedShape = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.url({ protocol: /^https?$/ }),
  verification_uri_complete: z
    .url({ protocol: /^https?$/ })
    .optional()
    .catch(undefined),
});
const tokenShape = z.object({ access_token: z.string() });
const ticketShape = z.object({ deviceCode: z.string() });

/**
 * Signs a browser in to our pages with the external issuer, by the one flow that its client is sure to have: the device
 * flow, with the browser as the device. No redirect URI has to be registered for it.
 */
export function externalSignIn(
  { secrets }: Pick<Services, 'secrets'>,
  oidc: NonNullable<Services['config']['oidc']>,
  document: () => Promise<DiscoveryDocument>,
  authenticate: Identity['authenticate'],
): ExternalSignIn {
  // Issuers differ in which of the two names what a token is for; the other one is ignored.
  const target = { audience: oidc.audience, ...(URL.canParse(oidc.audience) && { resource: oidc.audience }) };
  return {
    issuer: oidc.issuer,
    async start() {
      const { device_authorization_endpoint: url } = await document();
      const { body } = await post(url, { client_id: oidc.clientId, scope: oidc.scopes.join(' '), ...target });
      const started = startedShape.safeParse(body);
      if (!started.success) throw refused(url, body);
      return {
        ticket: secrets.encrypt(PURPOSE, JSON.stringify({ deviceCode: started.data.device_code })),
        userCode: started.data.user_code,
        approveAt: started.data.verification_uri_complete ?? started.data.verification_uri,
      };
    },
    async complete(ticket) {
      const { token_endpoint: url } = await document();
      const { deviceCode } = readTicket(() => secrets.decrypt(PURPOSE, ticket));
      const form = { client_id: oidc.clientId, grant_type: DEVICE_GRANT, device_code: deviceCode, ...target };
      const { body } = await post(url, form);
      const token = tokenShape.safeParse(body);
      if (token.success) return authenticate(token.data.access_token);
      const { error } = (body ?? {}) as { error?: string };
      if (error === 'authorization_pending' || error === 'slow_down') return undefined;
      throw refused(url, body);
    },
  };
}

function readTicket(decrypt: () => string): z.infer<typeof ticketShape> {
  try {
    return ticketShape.parse(JSON.parse(decrypt()));
  } catch (cause) {
    throw new GatewayError('invalid_request', 'This sign-in was not started here.', { cause, hint: 'Start it again.' });
  }
}

async function post(url: string, form: Record<string, string>): Promise<{ body: unknown }> {
  try {
    const { body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(form).toString(),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    return { body: JSON.parse(await body.text()) };
  } catch (cause) {
    throw new GatewayError('service_unavailable', `The sign-in service at ${url} did not answer.`, { cause });
  }
}

function refused(url: string, body: unknown): GatewayError {
  const { error, error_description: text } = (body ?? {}) as { error?: unknown; error_description?: unknown };
  if (error === 'access_denied')
    return new GatewayError('permission_denied', 'The sign-in was denied.', { hint: 'Start it again.' });
  if (error === 'expired_token')
    return new GatewayError('gone', 'The sign-in took too long.', { hint: 'Start it again.' });
  return new GatewayError('service_unavailable', `The sign-in service at ${url} refused: ${String(text ?? error)}.`, {
    hint: 'Whoever runs this server should check GATEWAY_OIDC_CLIENT_ID and that the device flow is enabled for it.',
  });
}
