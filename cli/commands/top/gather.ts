import { formatUsd, parseUsd } from '../../../shared/money.ts';
import type { Context } from '../../context.ts';
import { serverClock } from '../../server-clock.ts';
import type { Snapshot } from './snapshot.ts';

const RATE_MINUTES = 5;
const LATEST = 50;
const ERRORS = 50;
/** What changes slowly is asked for this seldom. */
const SLOW_EVERY_MS = 10_000;

type Slow = Pick<Snapshot, 'day' | 'errors'>;

/** A function that asks the server for everything that is shown: three calls, and three more now and then. */
export function gatherer(context: Context): () => Promise<Snapshot> {
  let slow: Slow | undefined;
  let slowAt = 0;
  return async () => {
    const [{ balance }, { listLogs, usage }] = await contracts();
    // first, as it says what time it is there
    const log = await context.call(listLogs, { query: { limit: LATEST } });
    const from = new Date(serverClock(log.as_of, context.now()) - RATE_MINUTES * 60_000).toISOString();
    const [credit, used] = await Promise.all([context.call(balance), context.call(usage, { query: { from } })]);
    if (!slow || context.now() - slowAt >= SLOW_EVERY_MS) {
      slow = await askSlow(context);
      slowAt = context.now();
    }
    const { total_requests, total_cost_usd } = used;
    const nano = parseUsd(total_cost_usd) ?? 0n;
    return {
      at: log.as_of,
      ...credit,
      rate: {
        minutes: RATE_MINUTES,
        total_requests,
        total_cost_usd,
        usd_per_minute: formatUsd(nano / BigInt(RATE_MINUTES)),
        usd_per_hour: formatUsd((nano * 60n) / BigInt(RATE_MINUTES)),
        requests_per_minute: total_requests / RATE_MINUTES,
      },
      day: slow.day,
      requests: log.data,
      errors: latestErrors(log.data, slow.errors),
    };
  };
}

async function askSlow(context: Context): Promise<Slow> {
  const [, { listLogs, usageBreakdown }] = await contracts();
  const [byModel, byHour, errors] = await Promise.all([
    context.call(usageBreakdown, { query: { range: '24h', by: 'model' } }),
    context.call(usageBreakdown, { query: { range: '24h', by: 'hour' } }),
    context.call(listLogs, { query: { limit: ERRORS, status: 'error' } }),
  ]);
  const { total_requests, total_tokens_in, total_tokens_out, total_cost_usd, groups } = byModel;
  const totals = { total_requests, total_tokens_in, total_tokens_out, total_cost_usd };
  return { day: { ...totals, models: groups, hours: byHour.groups }, errors: errors.data };
}

/** Those among the latest requests, then older ones. */
function latestErrors(latest: Snapshot['requests'], older: Snapshot['errors']): Snapshot['errors'] {
  const fresh = latest.filter((log) => log.error_code !== null && !log.retried_by);
  const ids = new Set(fresh.map(({ id }) => id));
  return [...fresh, ...older.filter(({ id }) => !ids.has(id))].slice(0, ERRORS);
}

function contracts() {
  return Promise.all([import('../../../shared/contracts/account.ts'), import('../../../shared/contracts/usage.ts')]);
}
