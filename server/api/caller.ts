import type { Request } from 'express';
import type { Access } from '../../shared/contracts/endpoint.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { Actor } from '../identity/actor.ts';
import type { Person } from '../identity/identity.ts';
import { addressOf, admitAddress } from '../policy/admit.ts';
import type { Services } from '../services.ts';

/** Who calls: an API key (it starts with `sk-`) or a person's access token. Throws the 401 that says what is wrong. */
export async function identifyCaller(
  services: Pick<Services, 'keyRing' | 'identity'>,
  request: Request,
): Promise<Actor> {
  const credential = credentialOf(request);
  if (credential.startsWith('sk-')) {
    const key = await services.keyRing.authenticate(credential);
    admitAddress(key, () => addressOf(request.ip));
    return { kind: 'key', key };
  }
  return { kind: 'person', person: await services.identity.authenticate(credential) };
}

/** Throws `permission_denied` when the caller's kind or permissions are not enough. */
export function checkAccess(actor: Actor, access: Access): void {
  if (actor.kind === 'person') return;
  if (access === 'person') {
    throw new GatewayError('permission_denied', 'An API key may not make this call: it is for a signed-in person.', {
      hint: 'Run `gateway login` and try again without GATEWAY_API_KEY.',
      next: [{ command: 'gateway login', when: 'to sign in' }],
    });
  }
  if (access === 'manage' && !actor.key.permissions.includes('manage')) {
    throw new GatewayError(
      'permission_denied',
      `The key "${actor.key.name}" may not manage keys: it lacks the permission manage.`,
      {
        hint: 'Sign in with `gateway login`, or use a key made with --permission manage.',
      },
    );
  }
}

/** The person of a call that only a person may make. */
export function personOf(actor: Actor): Person {
  checkAccess(actor, 'person');
  return (actor as Extract<Actor, { kind: 'person' }>).person;
}

function credentialOf(request: Request): string {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = /^bearer +([\x21-\x7e]+)$/i.exec(authorization.trim())?.[1];
    if (token) return token;
    throw new GatewayError('not_logged_in', 'The Authorization header is not of the form `Bearer <token>`.');
  }
  const key = request.get('x-api-key')?.trim();
  if (key) return key;
  throw new GatewayError('not_logged_in', 'This call needs an access token or an API key.');
}
