/**
 * Automatic top-up: credit for an organisation whose balance fell below its threshold. Without a payment provider it is
 * granted, as on the top-up page, so only the server's owner sets it.
 */
import { eq, sql } from 'drizzle-orm';
import { AUTO_TOPUP_DEFAULTS, type AutoTopup, type setAutoTopup as contract } from '../../shared/contracts/credits.ts';
import type { Parsed } from '../../shared/contracts/endpoint.ts';
import { GatewayError } from '../../shared/errors.ts';
import { formatUsd, parseUsd } from '../../shared/money.ts';
import { audit } from '../identity/account-records.ts';
import { bookCredit } from '../identity/credit.ts';
import type { Person } from '../identity/identity.ts';
import type { Services } from '../services.ts';
import { reasonOf } from '../store/reason.ts';
import { autoTopups } from '../store/schema.ts';
import type { Announce, Database, Transaction } from '../store/store.ts';

type Settings = Pick<typeof autoTopups.$inferSelect, 'enabled' | 'thresholdNano' | 'amountNano' | 'maxPerMonthNano'>;

const UNSET: Settings = {
  enabled: false,
  thresholdNano: parseUsd(AUTO_TOPUP_DEFAULTS.threshold_usd)!,
  amountNano: parseUsd(AUTO_TOPUP_DEFAULTS.amount_usd)!,
  maxPerMonthNano: null,
};

/** How automatic top-up of the person's organisation stands. */
export async function autoTopup({ store }: Pick<Services, 'store'>, person: Person): Promise<AutoTopup> {
  const { id } = person.organization;
  return view(await settingsOf(store.db, id), await grantedTo(store.db, id));
}

/** Sets it; credit that is due by the new settings is granted at once. Throws `permission_denied`, `invalid_request`. */
export async function setAutoTopup(
  { store }: Pick<Services, 'store'>,
  person: Person,
  wanted: Parsed<typeof contract>['body'],
): Promise<AutoTopup> {
  if (!person.isOwner) {
    throw new GatewayError(
      'permission_denied',
      'Automatic top-up grants credit, as this server has no payment provider: only its owner may set it.',
      { hint: 'Ask them, or send them the page of `gateway topup --amount 25`.' },
    );
  }
  const organizationId = person.organization.id;
  return store.transaction(async (tx, announce) => {
    await lockBalance(tx, organizationId);
    const settings = merge(await settingsOf(tx, organizationId), wanted);
    check(settings);
    const row = { ...settings, updatedBy: person.userId, updatedAt: new Date() };
    await tx
      .insert(autoTopups)
      .values({ organizationId, ...row })
      .onConflictDoUpdate({ target: autoTopups.organizationId, set: row });
    await audit(tx, {
      organizationId,
      actor: person.userId,
      action: 'auto_topup.updated',
      target: organizationId,
      details: { ...wanted },
    });
    await grantIfDue(tx, announce, organizationId);
    return view(settings, await grantedTo(tx, organizationId));
  });
}

/**
 * Grants what is due to these organisations, each in a transaction that holds its balance, so that however many processes
 * see it fall below the threshold, one grants. What fails is logged: the next request of the organisation tries again.
 */
export async function grantDue(
  { store, log }: Pick<Services, 'store' | 'log'>,
  organizationIds: readonly string[],
): Promise<void> {
  try {
    for (const id of await due(store.db, organizationIds)) {
      const granted = await store.transaction((tx, announce) => grantIfDue(tx, announce, id));
      if (granted) log.info({ organization: id, amount_usd: formatUsd(granted) }, 'credit was added automatically');
    }
  } catch (error) {
    log.error({ reason: reasonOf(error) }, 'automatic top-up failed');
  }
}

/** Those of the organisations that may be due; whether they are is asked again while the balance is held. */
async function due(db: Database, organizationIds: readonly string[]): Promise<string[]> {
  if (organizationIds.length === 0) return [];
  const { rows } = await db.execute<{ id: string }>(sql`
    select o.id from auto_topups a join organizations o on o.id = a.organization_id
    where a.enabled and o.balance_nano < a.threshold_nano
      and o.id in (select jsonb_array_elements_text(${JSON.stringify(organizationIds)}::jsonb)) order by o.id`);
  return rows.map(({ id }) => id);
}

/** @returns the amount granted, undefined when nothing was due. */
async function grantIfDue(tx: Transaction, announce: Announce, organizationId: string): Promise<bigint | undefined> {
  const balance = await lockBalance(tx, organizationId);
  const [row] = await tx.select().from(autoTopups).where(eq(autoTopups.organizationId, organizationId));
  if (!row?.enabled || balance >= row.thresholdNano) return undefined;
  const { amountNano, maxPerMonthNano, updatedBy } = row;
  const granted = await grantedTo(tx, organizationId);
  if (maxPerMonthNano !== null && granted.thisMonth + amountNano > maxPerMonthNano) return undefined;
  const description = `Automatic top-up: the balance was below ${formatUsd(row.thresholdNano)} USD`;
  await bookCredit(tx, announce, {
    organizationId,
    amountNano,
    kind: 'auto_topup',
    description,
    createdBy: updatedBy,
  });
  await audit(tx, {
    organizationId,
    actor: updatedBy,
    action: 'auto_topup.granted',
    target: organizationId,
    details: { amount_usd: formatUsd(amountNano), balance_usd: formatUsd(balance) },
  });
  return amountNano;
}

/** The balance, which nobody else can change until the transaction ends. */
async function lockBalance(tx: Transaction, organizationId: string): Promise<bigint> {
  const { rows } = await tx.execute<{ balance: string }>(
    sql`select balance_nano as balance from organizations where id = ${organizationId} for no key update`,
  );
  return BigInt(rows[0]!.balance);
}

async function settingsOf(db: Database | Transaction, organizationId: string): Promise<Settings> {
  const [row] = await db.select().from(autoTopups).where(eq(autoTopups.organizationId, organizationId));
  return row ?? UNSET;
}

interface Granted {
  thisMonth: bigint;
  lastAt: string | null;
}

async function grantedTo(db: Database | Transaction, organizationId: string): Promise<Granted> {
  const { rows } = await db.execute<{ month: string; last: Date | string | null }>(sql`
    select coalesce(sum(amount_nano) filter (
        where created_at >= date_trunc('month', now() at time zone 'UTC') at time zone 'UTC'), 0)::text as month,
      max(created_at) as last
    from ledger_entries where organization_id = ${organizationId} and kind = 'auto_topup'`);
  const { month, last } = rows[0]!;
  return { thisMonth: BigInt(month), lastAt: last === null ? null : new Date(last).toISOString() };
}

function merge(before: Settings, wanted: Parsed<typeof contract>['body']): Settings {
  const nano = (usd: string | undefined, otherwise: bigint) => (usd === undefined ? otherwise : parseUsd(usd)!);
  const { max_per_month_usd: most } = wanted;
  return {
    enabled: wanted.enabled ?? before.enabled,
    thresholdNano: nano(wanted.threshold_usd, before.thresholdNano),
    amountNano: nano(wanted.amount_usd, before.amountNano),
    maxPerMonthNano: most === undefined ? before.maxPerMonthNano : most === null ? null : parseUsd(most)!,
  };
}

/** One top-up must lift the balance above the threshold, or one crossing would be granted twice. */
function check({ thresholdNano, amountNano, maxPerMonthNano }: Settings): void {
  const refuse = (param: string, message: string) => {
    throw new GatewayError('invalid_request', `${param}: ${message}.`, { param });
  };
  if (amountNano < thresholdNano)
    refuse('amount_usd', `must be at least threshold_usd, which is ${formatUsd(thresholdNano)}`);
  if (maxPerMonthNano !== null && maxPerMonthNano < amountNano)
    refuse('max_per_month_usd', `must be at least amount_usd, which is ${formatUsd(amountNano)}`);
}

function view(settings: Settings, granted: Granted): AutoTopup {
  const { enabled, thresholdNano, amountNano, maxPerMonthNano } = settings;
  return {
    enabled,
    threshold_usd: formatUsd(thresholdNano),
    amount_usd: formatUsd(amountNano),
    max_per_month_usd: maxPerMonthNano === null ? null : formatUsd(maxPerMonthNano),
    granted_this_month_usd: formatUsd(granted.thisMonth),
    last_topup_at: granted.lastAt,
  };
}
