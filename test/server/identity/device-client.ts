import * as oauth from 'openid-client';
import type { DevServer } from './dev-server.ts';

/** The command line's part of the device flow, by hand, so that each answer can be looked at. */
export async function discover(url: string, clientId = 'gateway-cli') {
  return oauth.discovery(new URL(url), clientId, undefined, oauth.None(), { execute: [oauth.allowInsecureRequests] });
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** A form sent to an endpoint of the issuer. */
export async function post(url: string, form: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
}

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPE = 'api openid profile email offline_access';

export function clientOf(publicUrl: string) {
  const client_id = 'gateway-cli';
  return {
    start: (more: Record<string, string> = {}) =>
      post(`${publicUrl}/oidc/device/auth`, { client_id, scope: SCOPE, ...more }),
    poll: (deviceCode: string) =>
      post(`${publicUrl}/oidc/token`, { client_id, grant_type: DEVICE_GRANT, device_code: deviceCode }),
    refresh: (refreshToken: string) =>
      post(`${publicUrl}/oidc/token`, { client_id, grant_type: 'refresh_token', refresh_token: refreshToken }),
    revoke: (token: string) => post(`${publicUrl}/oidc/token/revocation`, { client_id, token }),
    byEmail: (email: string, code: string) =>
      post(`${publicUrl}/oidc/token`, {
        client_id,
        grant_type: 'urn:gateway:params:oauth:grant-type:email-code',
        email,
        code,
        scope: SCOPE,
        resource: `${publicUrl}/api/v1`,
      }),
  };
}

/** A device that a person has approved: the tokens it got. */
export async function approvedTokens(server: DevServer, userId: string): Promise<Record<string, string>> {
  const client = clientOf(server.publicUrl);
  const { body } = await client.start();
  await server.identity.embedded!.devices.approve(String(body.user_code), userId);
  const answer = await client.poll(String(body.device_code));
  if (answer.status !== 200) throw new Error(`the device was not let in: ${JSON.stringify(answer.body)}`);
  return answer.body as Record<string, string>;
}
