import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { GatewayError } from '../../shared/errors.ts';
import type { Config } from '../config.ts';

/** Everything made from GATEWAY_SECRET. Each purpose has a key of its own. */
export interface Secrets {
  /** HMAC-SHA256 of an API key, base64url: what the store holds of it. */
  hashApiKey(raw: string): string;
  /** HMAC-SHA256 of a short-lived secret (sign-in code, session cookie, form token), base64url. */
  hash(purpose: string, text: string): string;
  /** AES-256-GCM, for what must be read again: signing keys, idempotent answers. */
  encrypt(purpose: string, text: string): string;
  decrypt(purpose: string, text: string): string;
}

export function createSecrets(secret: string): Secrets {
  const keys = new Map<string, Buffer>();
  const keyFor = (purpose: string) => {
    let key = keys.get(purpose);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', secret, 'gateway', purpose, 32));
      if (keys.size < 1000) keys.set(purpose, key);
    }
    return key;
  };
  const hash = (purpose: string, text: string) =>
    createHmac('sha256', keyFor(purpose)).update(text).digest('base64url');
  return {
    hash,
    hashApiKey: (raw) => hash('api-key', raw),
    encrypt(purpose, text) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
    },
    decrypt(purpose, text) {
      const bytes = Buffer.from(text, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8');
    },
  };
}

/** GATEWAY_SECRET, or one that is made once and kept in the data folder (0600). */
export function loadSecret({ config }: { config: Config }): string {
  if (config.secret) return config.secret;
  const path = join(config.dataDir, 'secret');
  try {
    if (existsSync(path)) {
      const secret = readFileSync(path, 'utf8').trim();
      if (secret.length >= 32) return secret;
      throw new Error('it has fewer than 32 characters');
    }
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    const secret = randomBytes(32).toString('hex');
    writeFileAtomic.sync(path, `${secret}\n`, { mode: 0o600 });
    return secret;
  } catch (cause) {
    throw new GatewayError(
      'config_invalid',
      `The server's secret in ${path} cannot be used: ${(cause as Error).message}.`,
      {
        cause,
        hint: 'Restore the file, or set GATEWAY_SECRET. With another secret every API key stops working.',
      },
    );
  }
}
