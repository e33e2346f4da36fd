import { request } from 'undici';
import { z } from 'zod';
import { GatewayError } from '../../shared/errors.ts';

const TIMEOUT_MS = 5000;
const FRESH_MS = 10 * 60_000;
const TRIES = 2;

const shape = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  token_endpoint: z.url(),
  device_authorization_endpoint: z.url({
    error: 'is missing: the device flow (RFC 8628) has to be enabled there for this client',
  }),
  revocation_endpoint: z.url().optional(),
  userinfo_endpoint: z.url().optional(),
});

/** What an external issuer says of itself (OpenID Connect Discovery §3), as far as we use it. */
export type DiscoveryDocument = z.infer<typeof shape>;

/**
 * Reads an issuer's discovery document, at most every ten minutes. When it cannot be had, the last one still serves;
 * without one it throws `service_unavailable`, and the next call tries again.
 */
export function discoveryDocument(issuer: string): () => Promise<DiscoveryDocument> {
  let known: { document: DiscoveryDocument; untilMs: number } | undefined;
  let reading: Promise<DiscoveryDocument> | undefined;

  const refresh = async (): Promise<DiscoveryDocument> => {
    try {
      const document = await readDocument(issuer);
      known = { document, untilMs: Date.now() + FRESH_MS };
      return document;
    } catch (error) {
      if (!known) throw error;
      known.untilMs = Date.now() + FRESH_MS / 20;
      return known.document;
    } finally {
      reading = undefined;
    }
  };
  return async () => {
    if (known && known.untilMs > Date.now()) return known.document;
    reading ??= refresh();
    return reading;
  };
}

async function readDocument(issuer: string): Promise<DiscoveryDocument> {
  const url = `${issuer}/.well-known/openid-configuration`;
  const body = await fetchJson(url);
  const parsed = shape.safeParse(body);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ');
    throw unusable(`The discovery document at ${url} cannot be used: ${problems}.`);
  }
  // §4.3: the names must be the same. Our configuration drops the slash that some issuers end with.
  if (parsed.data.issuer.replace(/\/+$/, '') !== issuer) {
    throw unusable(`The document at ${url} is of another issuer: ${parsed.data.issuer}.`);
  }
  return parsed.data;
}

async function fetchJson(url: string): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { statusCode, body } = await request(url, { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`it answered ${statusCode}`);
      return JSON.parse(text);
    } catch (cause) {
      if (attempt < TRIES) continue;
      throw unusable(`The sign-in service at ${url} cannot be reached: ${(cause as Error).message}.`, cause);
    }
  }
}

function unusable(message: string, cause?: unknown): GatewayError {
  return new GatewayError('service_unavailable', message, {
    cause,
    hint: 'Check GATEWAY_OIDC_ISSUER on the server, then try again.',
  });
}
