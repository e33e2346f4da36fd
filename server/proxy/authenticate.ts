import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../shared/errors.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import type { Services } from '../services.ts';
import { credentials } from './credentials.ts';

/** Clients send the key as a bearer token, as `x-api-key`, or both with different values: any good one will do. */
export async function authenticate(
  { keyRing }: Pick<Services, 'keyRing'>,
  request: IncomingMessage,
): Promise<KeyEntry> {
  const given = credentials(request);
  if (given.length === 0) {
    throw new GatewayError('invalid_api_key', 'No API key was sent.', {
      hint: 'Send it as `authorization: Bearer <key>` or `x-api-key: <key>`. Make one with `gateway keys create --name <name>`.',
    });
  }
  let refusal: unknown;
  for (const raw of given) {
    try {
      return keyRing.known(raw) ?? (await keyRing.authenticate(raw));
    } catch (error) {
      refusal ??= error;
    }
  }
  throw refusal;
}
