import { randomBytes, timingSafeEqual } from 'node:crypto';
import { and, eq, gt, sql } from 'drizzle-orm';
import type { CookieOptions, Request, Response } from 'express';
import { GatewayError } from '../../shared/errors.ts';
import { findPerson } from '../identity/accounts.ts';
import type { Services } from '../services.ts';
import { browserSessions } from '../store/schema.ts';
import type { View } from './page.ts';

const SESSION_HOURS = 12;
const SESSION_PURPOSE = 'browser-session';
const FORM_PURPOSE = 'form-token';

/** Browsers that look at our pages: who is signed in, and that a form they send was ours. */
export interface Browsers {
  /** Who looks, and the token for the forms of the page they get. */
  view(request: Request, response: Response): Promise<View>;
  /** Throws `permission_denied` unless the form came from one of our pages, in this browser. */
  checkForm(request: Request): void;
  signIn(request: Request, response: Response, userId: string): Promise<void>;
  signOut(request: Request, response: Response): Promise<void>;
}

/**
 * Two HttpOnly cookies: the session (the store holds its HMAC) and a random value that form tokens are made from, so
 * that the sign-in form has a token too. On https both are `__Host-`, which no other site of the domain can set.
 */
export function createBrowsers(
  { publicUrl, store, secrets }: Pick<Services, 'publicUrl' | 'store' | 'secrets'>,
  base: string,
): Browsers {
  const secure = publicUrl.startsWith('https:');
  const name = (text: string) => (secure ? `__Host-${text}` : text);
  const [session, form] = [name('gateway_session'), name('gateway_form')];
  const options: CookieOptions = { httpOnly: true, sameSite: 'lax', secure, path: '/' };
  const hashOf = (token: string) => secrets.hash(SESSION_PURPOSE, token);
  const formToken = (nonce: string, token: string | undefined) => secrets.hash(FORM_PURPOSE, `${nonce} ${token ?? ''}`);

  return {
    async view(request, response) {
      const cookies = readCookies(request);
      let nonce = cookies.get(form);
      if (!nonce) {
        nonce = randomBytes(24).toString('base64url');
        response.cookie(form, nonce, options);
      }
      const token = cookies.get(session);
      return { base, formToken: formToken(nonce, token), person: token ? await personOf(token) : undefined };
    },

    checkForm(request) {
      const cookies = readCookies(request);
      const nonce = cookies.get(form);
      const given = (request.body as { csrf?: unknown } | undefined)?.csrf;
      const expected = nonce && formToken(nonce, cookies.get(session));
      if (typeof given === 'string' && expected && equal(given, expected)) return;
      throw new GatewayError(
        'permission_denied',
        'This form is too old, or did not come from this page. Nothing was done.',
        {
          hint: 'Go back, reload the page and try again. Cookies have to be allowed.',
        },
      );
    },

    async signIn(request, response, userId) {
      await forget(readCookies(request).get(session));
      const token = randomBytes(32).toString('base64url');
      const expiresAt = sql`now() + ${`${SESSION_HOURS} hours`}::interval`;
      await store.db.insert(browserSessions).values({ hash: hashOf(token), userId, expiresAt });
      response.cookie(session, token, { ...options, maxAge: SESSION_HOURS * 3_600_000 });
    },

    async signOut(request, response) {
      await forget(readCookies(request).get(session));
      response.clearCookie(session, options);
      response.clearCookie(form, options);
    },
  };

  async function personOf(token: string) {
    const [row] = await store.db
      .select({ userId: browserSessions.userId })
      .from(browserSessions)
      .where(and(eq(browserSessions.hash, hashOf(token)), gt(browserSessions.expiresAt, sql`now()`)))
      .limit(1);
    const person = row && (await findPerson({ store }, row.userId));
    return person?.status === 'active' ? person : undefined;
  }

  async function forget(token: string | undefined) {
    if (token) await store.db.delete(browserSessions).where(eq(browserSessions.hash, hashOf(token)));
  }
}

function readCookies(request: Request): Map<string, string> {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('=', 2));
  return new Map(pairs.filter((pair): pair is [string, string] => pair.length === 2));
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
