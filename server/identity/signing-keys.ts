import { desc, sql } from 'drizzle-orm';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { signingKeys } from '../store/schema.ts';

const PURPOSE = 'signing-key';
const SIGNING_KEYS_LOCK = 7_238_114_003;

/** The issuer's private keys, newest first, shared by every process on the database. The first one is made here. */
export async function loadSigningKeys({ store, secrets }: Pick<Services, 'store' | 'secrets'>): Promise<JWK[]> {
  const fresh = await newSigningKey();
  const rows = await store.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${SIGNING_KEYS_LOCK})`);
    const stored = await tx.select().from(signingKeys).orderBy(desc(signingKeys.createdAt), signingKeys.kid);
    if (stored.length > 0) return stored;
    const encryptedJwk = secrets.encrypt(PURPOSE, JSON.stringify(fresh));
    return tx.insert(signingKeys).values({ kid: fresh.kid!, encryptedJwk }).returning();
  });
  try {
    return rows.map((row) => JSON.parse(secrets.decrypt(PURPOSE, row.encryptedJwk)) as JWK);
  } catch (cause) {
    throw new GatewayError(
      'config_invalid',
      'The signing keys in the database were encrypted with another GATEWAY_SECRET.',
      {
        cause,
        hint: 'Start with the secret that this database was made with: API keys would not work either.',
      },
    );
  }
}

/** What others may know of the keys: the JWKS for verifying. */
export function publicKeys(keys: readonly JWK[]): JWK[] {
  return keys.map(({ d: _private, ...rest }) => rest);
}

async function newSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'ES256', use: 'sig' };
}
