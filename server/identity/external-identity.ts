import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { request } from 'undici';
import { z } from 'zod';
import { GatewayError } from '../../shared/errors.ts';
import { PUBLIC_KEY_ALGORITHMS } from '../../shared/signature-algorithms.ts';
import type { Services } from '../services.ts';
import { activePerson, findAccount, findOrCreateAccount } from './accounts.ts';
import { type DiscoveryDocument, discoveryDocument } from './discovery-document.ts';
import { verifyToken } from './embedded-tokens.ts';
import { externalSignIn } from './external-signin.ts';
import type { Identity } from './identity.ts';
import { rememberTokens, type Verified } from './verified-tokens.ts';

const CLOCK_TOLERANCE_S = 5;
const TIMEOUT_MS = 5000;

const profileShape = z.object({
  sub: z.string(),
  email: z.email().max(254).optional().catch(undefined),
  email_verified: z.union([z.boolean(), z.string()]).optional().catch(false),
  name: z.string().min(1).max(200).optional().catch(undefined),
  preferred_username: z.string().min(1).max(200).optional().catch(undefined),
});
type Profile = z.infer<typeof profileShape>;

/** Signing in with an issuer that somebody else runs: its tokens are verified here, its users become people here. */
export function externalIdentity(
  services: Pick<Services, 'config' | 'store' | 'log' | 'secrets'>,
  oidc: NonNullable<Services['config']['oidc']>,
): Identity {
  const document = discoveryDocument(oidc.issuer);
  let jwks: { uri: string; get: ReturnType<typeof createRemoteJWKSet> } | undefined;
  const keysOf = ({ jwks_uri }: DiscoveryDocument) => {
    if (jwks?.uri !== jwks_uri)
      jwks = { uri: jwks_uri, get: createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: TIMEOUT_MS }) };
    return jwks.get;
  };

  /** Who is known with a proven address is not asked about again. */
  const userOf = async (about: DiscoveryDocument, token: string, claims: JWTPayload): Promise<string> => {
    const known = await findAccount(services.store.db, { issuer: about.issuer, subject: claims.sub, email: null });
    if (known?.emailVerified) return known.id;
    return findOrCreateAccount(services, await claimant(about, token, claims));
  };

  const verify = async (token: string): Promise<Verified> => {
    const about = await document();
    const claims = await verifyToken(token, () =>
      jwtVerify(token, keysOf(about), {
        issuer: about.issuer,
        audience: oidc.audience,
        algorithms: PUBLIC_KEY_ALGORITHMS,
        requiredClaims: ['sub', 'exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
      }),
    );
    let userId: string | undefined;
    return {
      expiresAtMs: claims.exp! * 1000,
      async load() {
        userId ??= await userOf(about, token, claims);
        return activePerson(services, userId);
      },
    };
  };

  const authenticate = rememberTokens(services.store, verify);
  return {
    async discovery() {
      const about = await document();
      return {
        issuer: about.issuer,
        client_id: oidc.clientId,
        device_authorization_endpoint: about.device_authorization_endpoint,
        token_endpoint: about.token_endpoint,
        revocation_endpoint: about.revocation_endpoint ?? null,
        scopes: oidc.scopes,
        resource: oidc.audience,
        email_code_endpoint: null,
        email_code_grant_type: null,
      };
    },
    authenticate,
    issuer: undefined,
    embedded: undefined,
    external: externalSignIn(services, oidc, document, authenticate),
    async sendEmailCode() {
      throw new GatewayError('not_found', `This server signs people in with ${oidc.issuer}, not by e-mail codes.`, {
        hint: 'Run `gateway login` without --email.',
      });
    },
    async close() {},
  };
}

/** Who a verified token is of: its own claims, else what the issuer's userinfo endpoint adds. */
async function claimant(about: DiscoveryDocument, token: string, claims: JWTPayload) {
  const own = profileShape.parse(claims);
  const complete = own.email && (own.name ?? own.preferred_username);
  const profile: Profile = complete
    ? own
    : { ...(await userinfo(about, token, own.sub)), ...defined(own), sub: own.sub };
  const refuted = profile.email_verified === false || profile.email_verified === 'false';
  const vouched = profile.email_verified === true || profile.email_verified === 'true';
  const email = refuted ? null : (profile.email?.toLowerCase() ?? null);
  const displayName = profile.name ?? profile.preferred_username ?? email?.split('@')[0] ?? own.sub;
  return { issuer: about.issuer, subject: own.sub, email, emailVerified: vouched && email !== null, displayName };
}

/** A name and an address are nice to have: an issuer that does not give them for this token does not stop anyone. */
async function userinfo(
  { userinfo_endpoint: url }: DiscoveryDocument,
  token: string,
  subject: string,
): Promise<Partial<Profile>> {
  if (!url) return {};
  try {
    const { statusCode, body } = await request(url, {
      headers: { authorization: `Bearer ${token}` },
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    const text = await body.text();
    const profile = profileShape.parse(statusCode === 200 ? JSON.parse(text) : {});
    return profile.sub === subject ? profile : {};
  } catch {
    return {};
  }
}

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Partial<T>;
}
