import { Option } from 'commander';
import type { Reply } from '../../shared/contracts/endpoint.ts';
import type { usageBreakdown } from '../../shared/contracts/usage.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import type { Paint } from '../paint.ts';
import { table } from '../table.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options {
  days?: number;
  by: 'model';
  key?: string;
  project?: string;
}

const BAR_WIDTH = 24;

/** `gateway usage` */
export const command = (context: Context) =>
  make('usage', {
    example: 'gateway usage --days 7 --by model --json',
    prints:
      '{"range_days":7,"by":"model","total_requests":12,"total_tokens_in":3400,"total_tokens_out":900,"total_cost_usd":"0.0123","groups":[{"group":"openai/gpt-4o-mini", …}]}',
    output: async () => (await import('../../shared/contracts/usage.ts')).usageBreakdown.reply,
    errors: ['not_logged_in', 'invalid_api_key', 'invalid_request'],
  })
    .option('--days <n>', 'the last so many days, 1 to 365 (default: 30)', wholeNumber('--days', 365))
    .addOption(
      new Option('--by <what>', 'how to group')
        .choices(['model', 'key', 'provider', 'source', 'session', 'day'])
        .default('model'),
    )
    .option('--key <id>', 'only what this key spent')
    .option('--project <id>', 'only what this project spent')
    .action(async ({ days, by, key, project }: Options) => {
      const { usageBreakdown } = await import('../../shared/contracts/usage.ts');
      const used = await context.call(usageBreakdown, { query: { days, by, key, project } });
      await context.show(used, usageText);
    });

async function usageText(used: Reply<typeof usageBreakdown>, paint: Paint, width: number | undefined): Promise<string> {
  const chart = width !== undefined;
  const { total_requests, total_tokens_in, total_tokens_out, total_cost_usd } = used;
  const total = `Last ${used.range_days} ${used.range_days === 1 ? 'day' : 'days'}: ${total_requests} requests, ${total_tokens_in} tokens in, ${total_tokens_out} out, ${total_cost_usd} USD.`;
  if (used.groups.length === 0) return total;
  // the bars are drawn for the eye: here, and only here, money may be a float
  const most = Math.max(...used.groups.map((group) => Number(group.total_cost_usd)));
  const bar = (cost: string) => (most > 0 ? '█'.repeat(Math.round((Number(cost) / most) * BAR_WIDTH)) : '');
  const rows = used.groups.map((group) => [
    group.name ?? group.group,
    String(group.total_requests),
    String(group.total_tokens_in),
    String(group.total_tokens_out),
    group.total_cost_usd,
    ...(chart ? [paint.cyan(bar(group.total_cost_usd))] : []),
  ]);
  const columns = [
    { title: used.by },
    { title: 'requests', right: true, drop: 4 },
    { title: 'tokens in', right: true, drop: 2 },
    { title: 'tokens out', right: true, drop: 3 },
    { title: 'USD', right: true },
    ...(chart ? [{ title: '', drop: 1 }] : []),
  ];
  return `${await table(paint, width, columns, rows)}\n\n${total}`;
}
