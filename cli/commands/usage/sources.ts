import type { Command } from 'commander';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { mergedOptions } from '../../merged-options.ts';
import { visibleDeep } from '../../output.ts';
import { type Scope, scoped, scopeOf } from './scope.ts';

/** `gateway usage sources`: the programs that requests came from. */
export const command = (context: Context): Command =>
  scoped(
    make('sources', {
      example: 'gateway usage sources --days 7 --json',
      prints:
        '[{"group":"claude-code","name":null,"total_requests":12,"total_tokens_in":3400,"total_tokens_out":900,"total_cost_usd":"0.0123"}, …]',
      output: async () => (await import('../../../shared/contracts/usage.ts')).usageGroup.array(),
      errors: ['not_logged_in', 'invalid_api_key', 'invalid_request', 'not_found'],
    }),
  ).action(async (options: Scope, called: Command) => {
    const { usageBreakdown } = await import('../../../shared/contracts/usage.ts');
    const query = { ...scopeOf(context, mergedOptions(options, called)), by: 'source' as const };
    const used = await context.call(usageBreakdown, { query });
    await context.show(used.groups, async (groups, paint, width) => {
      const { usageText } = await import('./text.ts');
      return usageText({ ...visibleDeep(used), groups }, paint, width);
    });
  });
