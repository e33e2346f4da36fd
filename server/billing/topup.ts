/** Asking for credit. Nothing here charges or credits: that is for a person on the page that the answer names. */
import { and, eq } from 'drizzle-orm';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import type { createTopup, showTopup } from '../../shared/contracts/topup.ts';
import { GatewayError } from '../../shared/errors.ts';
import { formatUsd, parseUsd } from '../../shared/money.ts';
import { audit } from '../identity/account-records.ts';
import type { Person } from '../identity/identity.ts';
import type { Services } from '../services.ts';
import { newId } from '../store/ids.ts';
import { topups } from '../store/schema.ts';
import { spendableNano } from './statement.ts';

const OPEN_FOR_MS = 24 * 60 * 60 * 1000;

/** Opens a top-up of the person's organisation: a page of ours, valid for a day, where credit can be added. */
export async function openTopup(
  { store, publicUrl }: Pick<Services, 'store' | 'publicUrl'>,
  person: Person,
  { amount_usd }: Parsed<typeof createTopup>['body'],
): Promise<Reply<typeof createTopup>> {
  const id = newId('top');
  const expiresAt = new Date(Date.now() + OPEN_FOR_MS);
  const organizationId = person.organization.id;
  return store.transaction(async (tx) => {
    const [row] = await tx
      .insert(topups)
      .values({ id, organizationId, amountNano: parseUsd(amount_usd)!, createdBy: person.userId, expiresAt })
      .returning();
    await audit(tx, {
      organizationId,
      actor: person.userId,
      action: 'topup.created',
      target: id,
      details: { amount_usd },
    });
    return topupView(row!, publicUrl);
  });
}

/** How a top-up stands. Throws `not_found`, also for another organisation's. */
export async function findTopup(
  services: Pick<Services, 'store' | 'publicUrl'>,
  person: Person,
  id: string,
): Promise<Reply<typeof showTopup>> {
  const [row] = await services.store.db
    .select()
    .from(topups)
    .where(and(eq(topups.id, id), eq(topups.organizationId, person.organization.id)))
    .limit(1);
  if (!row)
    throw new GatewayError('not_found', `There is no top-up "${id}".`, {
      param: 'id',
      hint: 'Start one with `gateway topup --amount 5`.',
    });
  const balance = await spendableNano(services, { kind: 'person', person });
  return { ...topupView(row, services.publicUrl), paid: row.paidAt !== null, balance_usd: formatUsd(balance) };
}

function topupView(row: typeof topups.$inferSelect, publicUrl: string): Reply<typeof createTopup> {
  const isOver = row.expiresAt.getTime() <= Date.now();
  return {
    checkout_url: `${publicUrl}/topup/${row.id}`,
    session_id: row.id,
    amount_usd: formatUsd(row.amountNano),
    fees: null,
    status: row.paidAt ? 'paid' : isOver ? 'expired' : 'open',
    expires_at: Math.floor(row.expiresAt.getTime() / 1000),
  };
}
