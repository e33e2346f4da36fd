import { Option } from 'commander';
import type { z } from 'zod';
import type { logSchema } from '../../../shared/contracts/usage.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { type Column, shortTime, table } from '../../table.ts';
import { wholeNumber } from '../../whole-number.ts';

interface Options {
  limit: number;
  key?: string;
  model?: string;
  status?: string;
}

/** `gateway logs list` */
export const command = (context: Context) =>
  make('list', {
    example: 'gateway logs list --status error --limit 5 --json',
    prints:
      '[{"id":"req_…","created_at":"2026-01-01T00:00:00.000Z","model":"openai/gpt-4o-mini","status_code":200,"cost_usd":"0.0000123", …}]',
    output: async () => (await import('../../../shared/contracts/usage.ts')).logSchema.array(),
    errors: ['not_logged_in', 'invalid_api_key'],
  })
    .option('--limit <n>', 'so many, newest first', wholeNumber('--limit', 99_999), 50)
    .option('--key <id>', 'only requests of this key')
    .option('--model <id>', 'only requests of this model')
    .addOption(new Option('--status <what>', 'only those that went well, or failed').choices(['ok', 'error']))
    .action(async ({ limit, ...query }: Options) => {
      const [{ listLogs }, { list }] = await Promise.all([
        import('../../../shared/contracts/usage.ts'),
        import('../../pages.ts'),
      ]);
      const logs = await list<z.output<typeof logSchema>>(context, listLogs, query, limit);
      await context.show(logs, (rows, paint, width) => {
        if (rows.length === 0) return 'No requests.';
        const cells = rows.map((row) => [
          shortTime(row.created_at, width),
          row.id,
          row.model,
          String(row.status_code),
          String(row.tokens_in),
          String(row.tokens_out),
          row.cost_usd,
          `${row.latency_ms} ms`,
        ]);
        return table(paint, width, columns(width), cells);
      });
    });

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
