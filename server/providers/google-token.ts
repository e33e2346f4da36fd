import { importPKCS8, SignJWT } from 'jose';
import { Agent, request } from 'undici';
import { GatewayError } from '../../shared/errors.ts';
import { isPrivateHost, publicLookup } from './private-network.ts';

/** What a service account's key file says, of what is needed. */
export interface ServiceAccount {
  projectId: string;
  clientEmail: string;
  privateKey: string;
  privateKeyId: string | undefined;
  tokenUri: string;
}

const GOOGLE = 'https://oauth2.googleapis.com/token';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const HOUR_S = 3600;
/** A token lives an hour and serves for fifty minutes; the last ten are for the time in which no new one can be had. */
const FRESH_SHARE = 5 / 6;
/** A token that is about to expire is not sent any more. */
const LAST_MS = 30_000;
/** Between two tries to renew a token that is still good. */
const RETRY_MS = 5_000;
const TIMEOUT_MS = 10_000;
/** A token and what goes with it are some thousand bytes. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** A token as it is kept: `freshUntil` it serves as it is, until `validUntil` it serves while a new one is fetched. */
interface Token {
  value: string;
  freshUntil: number;
  validUntil: number;
}

interface Slot {
  token?: Token;
  /** The one exchange under way. */
  flight?: Promise<string>;
  /** No try to renew before. */
  nextTry: number;
}

/** Parses a key file; undefined when the text is none. */
export function readServiceAccount(text: string): ServiceAccount | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  let file: Record<string, unknown>;
  try {
    file = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { client_email, private_key, private_key_id, project_id, token_uri } = file;
  if (typeof client_email !== 'string' || typeof private_key !== 'string') return undefined;
  return {
    projectId: typeof project_id === 'string' ? project_id : '',
    clientEmail: client_email,
    // Variables often hold the line breaks as two characters.
    privateKey: private_key.replaceAll('\\n', '\n'),
    privateKeyId: typeof private_key_id === 'string' ? private_key_id : undefined,
    tokenUri: typeof token_uri === 'string' ? token_uri : GOOGLE,
  };
}

/**
 * Access tokens of service accounts, minted when first needed and kept in memory. Source: "Using OAuth 2.0 for server to
 * server applications" in Google's identity documentation.
 * @param clock milliseconds since 1970, for tests.
 */
export class GoogleTokens {
  private readonly slots = new Map<string, Slot>();

  constructor(private readonly clock: () => number = Date.now) {}

  /**
   * The token of an account. Only a request that comes when there is none waits; one that is due is renewed behind the
   * requests' backs.
   * @param callHost the host that is called with it: an account may name it for its tokens, else only Google.
   */
  get(account: ServiceAccount, callHost: string): string | Promise<string> {
    const slot = this.slot(account);
    const now = this.clock();
    const { token } = slot;
    if (!token || now >= token.validUntil) return this.renew(slot, account, callHost);
    if (now >= token.freshUntil && now >= slot.nextTry) {
      slot.nextTry = now + RETRY_MS;
      this.renew(slot, account, callHost).catch(() => {
        // The token in hand is still good; the next try is due in a while.
      });
    }
    return token.value;
  }

  /** Of how many accounts something is kept. */
  get size(): number {
    return this.slots.size;
  }

  /** The provider does not take the token any more. */
  drop(account: ServiceAccount): void {
    delete this.slot(account).token;
  }

  private slot({ tokenUri, clientEmail, privateKey }: ServiceAccount): Slot {
    const id = `${tokenUri} ${clientEmail} ${privateKey}`;
    let slot = this.slots.get(id);
    if (!slot) {
      this.forgetUnused();
      slot = { nextTry: 0 };
      this.slots.set(id, slot);
    }
    return slot;
  }

  /** Accounts without a token that holds are worth nothing: those of removed keys would stay for ever. */
  private forgetUnused(): void {
    const now = this.clock();
    for (const [id, { token, flight }] of this.slots) {
      if (!flight && (!token || now >= token.validUntil)) this.slots.delete(id);
    }
  }

  private renew(slot: Slot, account: ServiceAccount, callHost: string): Promise<string> {
    slot.flight ??= this.mint(account, callHost)
      .then((token) => {
        slot.token = token;
        return token.value;
      })
      .finally(() => {
        delete slot.flight;
      });
    return slot.flight;
  }

  private async mint(account: ServiceAccount, callHost: string): Promise<Token> {
    const now = this.clock();
    const url = tokenUrl(account, callHost);
    const assertion = await sign(account, Math.floor(now / 1000));
    const { access_token, expires_in } = await exchange(url, assertion, account.clientEmail);
    const lifeMs = (typeof expires_in === 'number' && expires_in > 0 ? expires_in : HOUR_S) * 1000;
    return { value: access_token, freshUntil: now + lifeMs * FRESH_SHARE, validUntil: now + lifeMs - LAST_MS };
  }
}

/** Where a key file may send its assertion: to Google, or to the host that is called anyway. */
function tokenUrl({ tokenUri }: ServiceAccount, callHost: string): URL {
  const url = URL.canParse(tokenUri) ? new URL(tokenUri) : undefined;
  const google = url?.protocol === 'https:' && /(?:^|\.)googleapis\.com$/.test(url.hostname);
  if (url && (google || url.hostname === callHost)) return url;
  throw refused('The token_uri of the Google service account is not an address of Google.');
}

async function sign(
  { clientEmail, privateKey, privateKeyId, tokenUri }: ServiceAccount,
  nowS: number,
): Promise<string> {
  try {
    const key = await importPKCS8(privateKey, 'RS256');
    return await new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(privateKeyId !== undefined && { kid: privateKeyId }) })
      .setIssuer(clientEmail)
      .setAudience(tokenUri)
      .setIssuedAt(nowS)
      .setExpirationTime(nowS + HOUR_S)
      .sign(key);
  } catch (cause) {
    throw refused('The private key of the Google service account cannot be read.', cause);
  }
}

interface TokenAnswer {
  access_token: string;
  expires_in?: unknown;
}

async function exchange(url: URL, assertion: string, email: string): Promise<TokenAnswer> {
  // A name may lead anywhere; an address that is written down was allowed as such.
  const reach = isPrivateHost(url) ? {} : { connect: { lookup: publicLookup } };
  const dispatcher = new Agent({ ...reach, maxResponseSize: MAX_ANSWER_BYTES });
  try {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ grant_type: GRANT, assertion }).toString(),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      dispatcher,
    });
    const answer = (await body.json().catch(() => undefined)) as Partial<TokenAnswer> | undefined;
    if (statusCode !== 200 || typeof answer?.access_token !== 'string') {
      const rejected = statusCode >= 400 && statusCode < 500;
      const message = `Google gave no token for ${email} (status ${statusCode}).`;
      throw rejected ? refused(message) : new GatewayError('provider_unavailable', message, { status: 502 });
    }
    return answer as TokenAnswer;
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('provider_unavailable', "Google's token endpoint cannot be reached.", {
      cause: error,
      status: 502,
    });
  } finally {
    void dispatcher.close();
  }
}

function refused(message: string, cause?: unknown): GatewayError {
  return new GatewayError('provider_credentials', message, { cause });
}
