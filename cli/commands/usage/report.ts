import { type Command, Option } from 'commander';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { visibleDeep } from '../../output.ts';
import { projectField, type Scope, scoped, scopeOf } from './scope.ts';

interface Options extends Scope {
  by?: 'model' | 'key' | 'provider' | 'source' | 'session' | 'day' | 'hour';
}

/** Up to so many days a chart has a bar an hour. */
const HOURLY_DAYS = 2;

/** `gateway usage`: at a terminal by time and by model, drawn; elsewhere one breakdown. */
export const command = (context: Context): Command =>
  scoped(
    make('usage', {
      example: 'gateway usage --days 7 --by model --json',
      examples: ['gateway usage --range 24h --by hour', 'gateway usage --from 2026-01-01 --to 2026-01-31 --by key'],
      prints:
        '{"range_days":7,"from":"2026-01-01T00:00:00.000Z","to":"2026-01-08T00:00:00.000Z","by":"model","total_requests":12,"total_tokens_in":3400,"total_tokens_out":900,"total_cost_usd":"0.0123","groups":[{"group":"openai/gpt-4o-mini", …}],"project":null}',
      output: async () => {
        const { usageBreakdown } = await import('../../../shared/contracts/usage.ts');
        return usageBreakdown.reply.extend({ project: await projectField() });
      },
      errors: ['not_logged_in', 'invalid_api_key', 'invalid_request', 'not_found'],
    }),
  )
    .addOption(
      new Option('--by <what>', 'how to group (default: model; at a terminal, by day and by model)').choices([
        'model',
        'key',
        'provider',
        'source',
        'session',
        'day',
        'hour',
      ]),
    )
    .action(async (options: Options) => {
      const { usageBreakdown } = await import('../../../shared/contracts/usage.ts');
      const scope = await scopeOf(context, options);
      const ask = (by: NonNullable<Options['by']>) => context.call(usageBreakdown, { query: { ...scope, by } });
      const used = await ask(options.by ?? 'model');
      const overview = options.by === undefined && context.width !== undefined && !context.json;
      const overTime =
        overview && used.groups.length > 0 ? await ask(used.range_days <= HOURLY_DAYS ? 'hour' : 'day') : undefined;
      await context.show({ ...used, project: scope.project ?? null }, async (shown, paint, width) => {
        const { overviewText, usageText } = await import('./text.ts');
        return overTime ? overviewText(shown, visibleDeep(overTime), paint, width!) : usageText(shown, paint, width);
      });
    });
