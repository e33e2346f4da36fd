import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { Input } from '../../../shared/contracts/endpoint.ts';
import type { listLogs, logSchema } from '../../../shared/contracts/usage.ts';
import type { Context } from '../../context.ts';
import { jsonText, pickFields, visible, visibleDeep } from '../../output.ts';
import { paintFor } from '../../paint.ts';
import { isPassing, pauseMs } from '../../steady.ts';
import { followHead, followLine } from './line.ts';
import { createTail, type Tail } from './tail.ts';

export type Log = z.output<typeof logSchema>;
type Query = NonNullable<Input<typeof listLogs>['query']>;

const EVERY_MS = 1_000;
const GIVE_UP_AFTER_MS = 5 * 60_000;
const PAGE = 100;

/**
 * Prints the latest requests and then each one as it is booked, until a signal ends it. A server that is away for a while
 * is waited for; the failure it began with is thrown, and so is one that does not pass.
 * @param latest how many that are there already are printed first.
 */
export async function follow(context: Context, query: Query, latest: number): Promise<never> {
  const contract = (await import('../../../shared/contracts/usage.ts')).listLogs;
  const print = await printer(context);
  const first = await context.call(contract, { query: { ...query, limit: PAGE } });
  const tail = createTail(first.data, first.as_of);
  await print(first.data.slice(0, latest).toReversed());
  // each look is short, and what comes between them is the requests
  context.progress.leave();
  context.note('Following. Ctrl-C ends it.');
  const look = async () => {
    for await (const rows of pagesFrom(context, contract, query, tail)) await print(rows);
  };
  for (let trouble: Trouble = NO_TROUBLE; ; ) {
    await sleep(pauseMs(EVERY_MS, trouble.failures, trouble.retryAfterS));
    trouble = await attempt(context, look, trouble);
  }
}

/** The rows that were not told yet, page by page, from where the tail left off. */
async function* pagesFrom(
  context: Context,
  contract: typeof listLogs,
  query: Query,
  tail: Tail<Log>,
): AsyncGenerator<Log[]> {
  let cursor: string | undefined;
  let asOf = '';
  do {
    const page = await context.call(contract, {
      query: { ...query, from: tail.from, order: 'oldest', limit: PAGE, cursor },
    });
    asOf ||= page.as_of;
    yield tail.fresh(page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  tail.looked(asOf);
}

interface Trouble {
  failures: number;
  sinceMs: number;
  retryAfterS: number | null;
}

const NO_TROUBLE: Trouble = { failures: 0, sinceMs: 0, retryAfterS: null };

/** One look; what passes by itself is borne for some minutes. */
async function attempt(context: Context, look: () => Promise<void>, before: Trouble): Promise<Trouble> {
  try {
    await look();
    if (before.failures > 0) context.note('The log can be read again.');
    return NO_TROUBLE;
  } catch (error) {
    const sinceMs = before.failures === 0 ? context.now() : before.sinceMs;
    if (!isPassing(error) || context.now() - sinceMs > GIVE_UP_AFTER_MS) throw error;
    if (before.failures === 0) context.note(`${visible(error.message)} Trying again.`);
    return { failures: before.failures + 1, sinceMs, retryAfterS: error.retryAfterS };
  }
}

/** One JSON object a line, or a line for people. */
async function printer(context: Context): Promise<(rows: readonly Log[]) => Promise<void>> {
  const { fields } = context.globals;
  if (context.json)
    return async (rows) => {
      for (const row of rows) await context.write(`${jsonText(fields ? pickFields(row, fields) : row)}\n`);
    };
  const paint = await paintFor(context, context.streams.stdout);
  if (context.width !== undefined) await context.write(`${followHead(paint, context.width)}\n`);
  return async (rows) => {
    for (const row of rows) await context.write(`${followLine(visibleDeep(row), paint, context.width)}\n`);
  };
}
