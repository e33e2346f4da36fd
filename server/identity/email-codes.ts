import { randomInt, timingSafeEqual } from 'node:crypto';
import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { newId } from '../store/ids.ts';
import { signinCodes } from '../store/schema.ts';
import { addressKey, limitAttempts } from './attempts.ts';
import type { DeliverCode } from './mail.ts';

const LIFETIME_S = 600;
const TRIES = 5;
const PURPOSE = 'signin-code';
const address = z.email().max(254);

/** Six-digit sign-in codes: one valid code an address, ten minutes, five tries. Only its HMAC is stored. */
export interface EmailCodes {
  /** @param from the network address of whoever asks. Throws `invalid_request`, `rate_limit_exceeded`. */
  send(email: string, from: string): Promise<{ expiresInS: number }>;
  /** Spends the code. Throws `invalid_token` (wrong), `gone` (none valid), `rate_limit_exceeded`. Returns the address as stored. */
  spend(email: string, code: string, from: string): Promise<string>;
}

/** Addresses are compared in lower case, without the spaces that a form may add. */
function normalizeEmail(text: string): string {
  const email = text.trim().toLowerCase();
  if (address.safeParse(email).success) return email;
  throw new GatewayError('invalid_request', 'That is not an e-mail address.', {
    param: 'email',
    hint: 'Write it like name@example.com.',
  });
}

export function createEmailCodes(
  { store, secrets }: Pick<Services, 'store' | 'secrets'>,
  deliver: DeliverCode,
): EmailCodes {
  const perAddress = limitAttempts(5, 600, 'Too many sign-in codes were asked for with this address.');
  const perClient = limitAttempts(30, 600, 'Too many sign-in codes were asked for from your network.');
  const wrongCodes = limitAttempts(20, 600, 'Too many wrong sign-in codes.');
  const hashOf = (id: string, code: string) => secrets.hash(PURPOSE, `${id}:${code}`);

  return {
    async send(text, from) {
      const email = normalizeEmail(text);
      await perClient.take(addressKey(from));
      await perAddress.take(email);
      const id = newId('otp');
      const code = randomInt(1_000_000).toString().padStart(6, '0');
      await store.transaction(async (tx) => {
        // Only the newest code counts: several live ones would multiply the tries of whoever guesses.
        await tx
          .update(signinCodes)
          .set({ consumedAt: sql`now()` })
          .where(and(eq(signinCodes.email, email), isNull(signinCodes.consumedAt)));
        const expiresAt = sql`now() + ${`${LIFETIME_S} seconds`}::interval`;
        await tx.insert(signinCodes).values({ id, email, hash: hashOf(id, code), expiresAt });
      });
      await deliver(email, code);
      return { expiresInS: LIFETIME_S };
    },

    async spend(text, typed, from) {
      const email = normalizeEmail(text);
      const code = typed.replace(/[\s-]/g, '');
      const keys = [addressKey(from), email];
      await wrongCodes.take(...keys);
      const [newest] = await store.db
        .select({ id: signinCodes.id })
        .from(signinCodes)
        .where(and(eq(signinCodes.email, email), isNull(signinCodes.consumedAt)))
        .orderBy(desc(signinCodes.createdAt), desc(signinCodes.id))
        .limit(1);
      const valid = and(
        eq(signinCodes.id, newest?.id ?? ''),
        isNull(signinCodes.consumedAt),
        gt(signinCodes.expiresAt, sql`now()`),
      );
      // The try is counted in the same statement that hands out the hash, so parallel guesses share the five.
      const [tried] = await store.db
        .update(signinCodes)
        .set({ attempts: sql`${signinCodes.attempts} + 1` })
        .where(and(valid, lt(signinCodes.attempts, TRIES)))
        .returning();
      if (!tried) throw noValidCode();
      if (!equal(tried.hash, hashOf(tried.id, code))) {
        const left = TRIES - tried.attempts;
        if (left <= 0) throw noValidCode();
        throw new GatewayError(
          'invalid_token',
          `That is not the code. ${left === 1 ? 'One try is' : `${left} tries are`} left.`,
          {
            param: 'code',
            hint: 'Look at the newest code that was sent.',
          },
        );
      }
      const [spent] = await store.db
        .update(signinCodes)
        .set({ consumedAt: sql`now()` })
        .where(valid)
        .returning({ id: signinCodes.id });
      if (!spent) throw noValidCode();
      await wrongCodes.giveBack(...keys);
      return email;
    },
  };
}

function noValidCode(): GatewayError {
  return new GatewayError('gone', 'There is no valid code for this address any more.', {
    param: 'code',
    hint: 'Ask for a new code.',
  });
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
