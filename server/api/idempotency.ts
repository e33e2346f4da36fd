/**
 * Calls that are safe to repeat: with an Idempotency-Key the first answer is given again for 24 hours. The claim, the
 * change and the answer are written in one transaction, so a process that dies in the middle leaves nothing behind, and
 * a second call at the same time waits for the first one's outcome.
 */
import { and, eq, lt, sql } from 'drizzle-orm';
import type { Request } from 'express';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { idempotencyKeys } from '../store/schema.ts';
import type { Announce, Database, Store, Transaction } from '../store/store.ts';

export interface Answer {
  status: number;
  body: unknown;
}

const KEPT = sql`now() - interval '24 hours'`;
const HEADER = 'idempotency-key';

/** The caller's key, undefined without one. Throws `invalid_request` for one that is empty or too long. */
export function idempotencyKeyOf(request: Request): string | undefined {
  const key = request.get(HEADER);
  if (key === undefined || /^[\x20-\x7e]{1,255}$/.test(key.trim() && key)) return key;
  throw new GatewayError(
    'invalid_request',
    'The Idempotency-Key header must have 1 to 255 printable ASCII characters.',
    {
      param: 'Idempotency-Key',
      hint: 'Send a random value, such as a UUID.',
    },
  );
}

/**
 * Does the work once for a scope and key.
 * @param call the key, whose it is, and what was asked, as text that is equal for equal requests.
 * @param work does the change through the services it is given, whose store is the transaction.
 * @returns the answer, and whether it is a repeated one. Throws `conflict` when the key was used for another request.
 */
export async function once(
  services: Services,
  call: { scope: string; key: string; request: string },
  work: (services: Services) => Promise<Answer>,
): Promise<Answer & { repeated: boolean }> {
  const { store, secrets } = services;
  const purpose = `idempotency:${call.key}`;
  const row = { scope: call.scope, keyHash: secrets.hash('idempotency-key', call.key) };
  const requestHash = secrets.hash('idempotency-request', call.request);
  const mine = and(eq(idempotencyKeys.scope, row.scope), eq(idempotencyKeys.keyHash, row.keyHash));
  return store.transaction(async (tx, announce) => {
    await forgetOld(tx);
    await tx.delete(idempotencyKeys).where(and(mine, lt(idempotencyKeys.createdAt, KEPT)));
    const claimed = await tx
      .insert(idempotencyKeys)
      .values({ ...row, requestHash })
      .onConflictDoNothing()
      .returning({ scope: idempotencyKeys.scope });
    if (claimed.length === 0) {
      const [first] = await tx.select().from(idempotencyKeys).where(mine);
      if (first?.requestHash !== requestHash) {
        throw new GatewayError('conflict', 'This Idempotency-Key was used for another request.', {
          param: 'Idempotency-Key',
          hint: 'Send a new one.',
        });
      }
      return {
        status: first.status!,
        body: JSON.parse(secrets.decrypt(purpose, first.encryptedReply!)),
        repeated: true,
      };
    }
    const answer = await work({ ...services, store: within(store, tx, announce) });
    const encryptedReply = secrets.encrypt(purpose, JSON.stringify(answer.body));
    await tx.update(idempotencyKeys).set({ status: answer.status, encryptedReply }).where(mine);
    return { ...answer, repeated: false };
  });
}

/** The store as seen from inside a transaction: what would start one joins it. */
function within(store: Store, tx: Transaction, announce: Announce): Store {
  return { ...store, db: tx as unknown as Database, transaction: (work) => work(tx, announce) };
}

/** A few at a time, and none that another transaction is at. */
async function forgetOld(tx: Transaction): Promise<void> {
  await tx.execute(sql`
    delete from idempotency_keys where ctid in (
      select ctid from idempotency_keys where created_at < ${KEPT} order by created_at limit 100 for update skip locked)`);
}
