import { basename } from 'node:path';
import { createKey, revokeKey, showKey } from '../../shared/contracts/keys.ts';
import { usage } from '../../shared/contracts/usage.ts';
import { GatewayError } from '../../shared/errors.ts';
import { formatUsd, parseUsd } from '../../shared/money.ts';
import type { Context } from '../context.ts';

/** A key that lives as long as one run. */
export interface RunKey {
  id: string;
  name: string;
  raw: string;
  budgetUsd: string;
}

/** What a run used. `revoked` is false when the key could not be revoked: it then dies at its expiry. */
export interface Receipt {
  event: 'receipt';
  key: string;
  name: string;
  budget_usd: string;
  requests: number | null;
  tokens_in: number | null;
  tokens_out: number | null;
  cost_usd: string | null;
  remaining_usd: string | null;
  revoked: boolean;
}

/** A run whose `gateway` was killed with SIGKILL leaves its key behind; it stops by itself after this time. */
const LONGEST_RUN = '7d';
/** The bill may be written a moment after the answer was sent. */
const BILL_TRIES = 10;
const BILL_PAUSE_MS = 200;

/** `2.50` → `2.50`; throws `usage` for what is no positive amount. */
export function parseBudget(text: string): string {
  const nano = parseUsd(text);
  if (nano !== undefined && nano > 0n) return formatUsd(nano);
  throw new GatewayError('usage', `--budget-usd ${JSON.stringify(text)} is not a positive amount in USD.`, {
    param: '--budget-usd',
    hint: 'Give an amount such as 2 or 0.50.',
  });
}

/** Makes a key for one run of a command below the login or key in force, limited to the budget. */
export async function makeRunKey(context: Context, command: string, budgetUsd: string): Promise<RunKey> {
  const name = `exec ${basename(command)}`.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
  try {
    const { id, raw } = await context.call(createKey, {
      body: { name, limit_usd: budgetUsd, expires_in: LONGEST_RUN, permissions: ['inference'] },
    });
    return { id, name, raw, budgetUsd };
  } catch (error) {
    if (!(error instanceof GatewayError) || !['permission_denied', 'not_logged_in', 'no_api_key'].includes(error.code))
      throw error;
    throw new GatewayError(
      error.code,
      `--budget-usd needs a key of its own, which could not be made: ${error.message}`,
      {
        hint: 'Nothing was run. Sign in with `gateway login`, or use a key with the manage permission.',
        status: error.status ?? undefined,
        requestId: error.requestId ?? undefined,
        cause: error,
      },
    );
  }
}

/** Ends a run's key, then asks what it spent. Never throws: the command has run, and its exit code matters more. */
export async function closeRunKey(context: Context, key: RunKey): Promise<Receipt> {
  const revoked = await context.call(revokeKey, { params: { id: key.id } }).then(
    () => true,
    () => false,
  );
  const bill = await readBill(context, key).catch(() => undefined);
  return {
    event: 'receipt',
    key: key.id,
    name: key.name,
    budget_usd: key.budgetUsd,
    requests: bill?.total_requests ?? null,
    tokens_in: bill?.total_tokens_in ?? null,
    tokens_out: bill?.total_tokens_out ?? null,
    cost_usd: bill?.spent_usd ?? null,
    remaining_usd: bill ? formatUsd(parseUsd(key.budgetUsd)! - parseUsd(bill.spent_usd)!) : null,
    revoked,
  };
}

/** The key's own counter is the truth about money; usage has caught up when both agree. */
async function readBill(context: Context, { id }: RunKey) {
  for (let attempt = 1; ; attempt++) {
    const [used, { limits }] = await Promise.all([
      context.call(usage, { query: { days: 8, key: id } }),
      context.call(showKey, { params: { id } }),
    ]);
    const agree = parseUsd(used.total_cost_usd) === parseUsd(limits.spent_usd);
    if (agree || attempt === BILL_TRIES) return { ...used, spent_usd: limits.spent_usd };
    await new Promise((resolve) => setTimeout(resolve, BILL_PAUSE_MS));
  }
}

/** The receipt for people. */
export function receiptText(receipt: Receipt): string {
  const { cost_usd, budget_usd, requests, tokens_in, tokens_out } = receipt;
  const spent =
    cost_usd === null
      ? `gateway: what this run spent could not be asked. Run \`gateway usage --key ${receipt.key}\` later.`
      : `gateway: this run spent ${cost_usd} USD of ${budget_usd} USD in ${requests} request${requests === 1 ? '' : 's'} (${tokens_in} tokens in, ${tokens_out} out).`;
  const alive = `gateway: its key could not be revoked. Run \`gateway keys revoke ${receipt.key}\`.`;
  return `${spent}\n${receipt.revoked ? '' : `${alive}\n`}`;
}
