import { expect } from 'vitest';
import { clientOf } from '../server/identity/device-client.ts';
import type { Gateway } from './gateway.ts';

/** Signs somebody in by an e-mail code; the first one takes the bootstrap key's organisation over. Returns the token. */
export async function signIn(gateway: Gateway, email = 'ann@example.com'): Promise<string> {
  await gateway.api('POST', '/api/v1/auth/email', { email });
  const [, code] = await gateway.logged(new RegExp(`sign-in code for ${email}: (\\d{6})`));
  const { body } = await clientOf(gateway.url).byEmail(email, code!);
  return String(body.access_token);
}

/** Has the answers of a project kept for so long; null: not at all. */
export async function keepAnswers(gateway: Gateway, token: string, seconds: number | null, project = 'default') {
  const { status, body } = await gateway.api(
    'PATCH',
    `/api/v1/projects/${project}`,
    { response_cache_seconds: seconds },
    token,
  );
  expect(status, JSON.stringify(body)).toBe(200);
}
