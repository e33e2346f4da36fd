import { type Command, Option } from 'commander';
import type { z } from 'zod';
import type { logSchema } from '../../../shared/contracts/usage.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { mergedOptions } from '../../merged-options.ts';
import { type Column, shortTime, table } from '../../table.ts';
import { wholeNumber } from '../../whole-number.ts';

interface Filters {
  key?: string;
  model?: string;
  provider?: string;
  source?: string;
  session?: string;
  status?: 'ok' | 'error' | 'cached' | 'retried';
  from?: string;
  to?: string;
}

interface Options extends Filters {
  limit?: number;
  follow?: boolean;
}

type Log = z.output<typeof logSchema>;

const LISTED = 50;
const BEFORE_FOLLOWING = 10;

/** `gateway logs` and `gateway logs list`, which are the same. */
export function listing(context: Context, name: 'logs' | 'list'): Command {
  return make(name, {
    example: `gateway logs${name === 'list' ? ' list' : ''} --status error --limit 5 --json`,
    examples: ['gateway logs list --from 2026-01-01 --session s1'],
    prints:
      '[{"id":"req_…","created_at":"2026-01-01T00:00:00.000Z","model":"openai/gpt-4o-mini","status_code":200,"cost_usd":"0.0000123", …}]',
    output: async () => (await import('../../../shared/contracts/usage.ts')).logSchema.array(),
    errors: ['not_logged_in', 'invalid_api_key', 'not_found'],
  })
    .addOption(
      new Option(
        '-f, --follow',
        'print each request as it is booked, until Ctrl-C; with --json one object a line',
      ).conflicts(['from', 'to']),
    )
    .option(
      '--limit <n>',
      `so many, newest first (default: ${LISTED}; before following, ${BEFORE_FOLLOWING}, at most 100)`,
      wholeNumber('--limit', 99_999),
    )
    .option('--key <id>', 'only requests of this key and the keys below it')
    .option('--model <id>', 'only requests of this model')
    .option('--provider <name>', 'only requests that this provider answered')
    .option('--source <name>', 'only requests of this program, as `usage sources` names it')
    .option('--session <id>', 'only requests of this session')
    .addOption(
      new Option('--status <what>', 'only those that went well, failed, came from the cache, or were retried').choices([
        'ok',
        'error',
        'cached',
        'retried',
      ]),
    )
    .option('--from <when>', 'from a day (UTC) or an instant on: 2026-01-01, 2026-01-01T12:00:00Z')
    .option('--to <when>', 'up to and with a day, or up to an instant')
    .action(async (own: Options, called: Command) => {
      const { limit, follow, ...filters } = mergedOptions(own, called);
      if (follow) return (await import('./follow.ts')).follow(context, filters, limit ?? BEFORE_FOLLOWING);
      await showList(context, filters, limit ?? LISTED);
    });
}

async function showList(context: Context, filters: Filters, limit: number): Promise<void> {
  const [{ listLogs }, { list }] = await Promise.all([
    import('../../../shared/contracts/usage.ts'),
    import('../../pages.ts'),
  ]);
  const logs = await list<Log>(context, listLogs, { ...filters }, limit);
  await context.show(logs, (rows, paint, width) => {
    if (rows.length === 0) return 'No requests.';
    const cells = rows.map((row) => [
      shortTime(row.created_at, width),
      row.id,
      row.model,
      outcome(row),
      String(row.tokens_in),
      String(row.tokens_out),
      row.cost_usd,
      `${row.latency_ms} ms`,
    ]);
    return table(paint, width, columns(width), cells);
  });
}

/** `200`, `502 retried`, `200 cached` */
function outcome({ status_code, retried_by, cache_hit }: Log): string {
  return `${status_code}${retried_by ? ' retried' : ''}${cache_hit ? ' cached' : ''}`;
}

function columns(width: number | undefined): Column[] {
  return [
    { title: width === undefined ? 'when' : 'when UTC' },
    { title: 'request', drop: 4 },
    { title: 'model' },
    { title: 'status' },
    { title: 'in', right: true, drop: 2 },
    { title: 'out', right: true, drop: 3 },
    { title: 'USD', right: true },
    { title: 'took', right: true, drop: 1 },
  ];
}
