import { createLocalJWKSet, errors, type JWK, type JWTPayload, jwtVerify } from 'jose';
import type { Provider } from 'oidc-provider';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { activePerson } from './accounts.ts';
import { GRANT_CLAIM } from './issuer.ts';
import { publicKeys } from './signing-keys.ts';
import type { Verified } from './verified-tokens.ts';

/** Verifies access tokens of the embedded issuer, with its keys at hand. Throws `invalid_token`. */
export function embeddedVerifier(
  services: Pick<Services, 'store'>,
  { provider, keys, audience }: { provider: Provider; keys: readonly JWK[]; audience: string },
): (token: string) => Promise<Verified> {
  const jwks = createLocalJWKSet({ keys: publicKeys(keys) });
  return async (token) => {
    const claims = await verifyToken(token, () =>
      jwtVerify(token, jwks, {
        issuer: provider.issuer,
        audience,
        typ: 'at+jwt',
        algorithms: ['ES256'],
        requiredClaims: ['sub', 'exp', GRANT_CLAIM],
      }),
    );
    return {
      expiresAtMs: claims.exp! * 1000,
      async load() {
        const grant = await provider.Grant.find(String(claims[GRANT_CLAIM]));
        if (!grant) throw new GatewayError('invalid_token', 'This sign-in has ended.');
        return activePerson(services, claims.sub!);
      },
    };
  };
}

/** Runs a verification and says what is wrong with the token in our own terms. */
export async function verifyToken(token: string, verify: () => Promise<{ payload: JWTPayload }>): Promise<JWTPayload> {
  if (token.split('.').length !== 3) throw new GatewayError('invalid_token', 'The access token is not a JWT.');
  try {
    const { payload } = await verify();
    if (typeof payload.sub === 'string' && payload.sub !== '') return payload;
    throw new errors.JWTClaimValidationFailed('it is no name', payload, 'sub', 'invalid');
  } catch (cause) {
    if (cause instanceof errors.JWTExpired)
      throw new GatewayError('invalid_token', 'The access token has expired.', { cause });
    if (cause instanceof errors.JWTClaimValidationFailed) {
      throw new GatewayError(
        'invalid_token',
        `The access token is not for this server: its "${cause.claim}" claim is wrong.`,
        { cause },
      );
    }
    if (isTokenFault(cause)) throw new GatewayError('invalid_token', 'The access token cannot be verified.', { cause });
    throw new GatewayError('service_unavailable', "The issuer's keys cannot be had at the moment.", { cause });
  }
}

/** What is the token's own fault, as opposed to an issuer that does not answer. */
function isTokenFault(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    error.code !== 'ERR_JWKS_TIMEOUT' &&
    error.code !== 'ERR_JOSE_GENERIC' &&
    error.code !== 'ERR_JWKS_INVALID'
  );
}
