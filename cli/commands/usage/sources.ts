import type { Command } from 'commander';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { mergedOptions } from '../../merged-options.ts';
import { visibleDeep } from '../../output.ts';
import { projectField, type Scope, scoped, scopeOf } from './scope.ts';

/** `gateway usage sources`: the programs that requests came from. */
export const command = (context: Context): Command =>
  scoped(
    make('sources', {
      example: 'gateway usage sources --days 7 --json',
      prints:
        '[{"group":"claude.com/claude-code","name":"Claude Code","total_requests":12,"total_tokens_in":3400,"total_tokens_out":900,"total_cost_usd":"0.0123","project":null}, …]',
      output: async () => {
        const { usageGroup } = await import('../../../shared/contracts/usage.ts');
        return usageGroup.extend({ project: await projectField() }).array();
      },
      errors: ['not_logged_in', 'invalid_api_key', 'invalid_request', 'not_found'],
    }),
  ).action(async (options: Scope, called: Command) => {
    const { usageBreakdown } = await import('../../../shared/contracts/usage.ts');
    const scope = await scopeOf(context, mergedOptions(options, called));
    const used = await context.call(usageBreakdown, { query: { ...scope, by: 'source' } });
    const project = scope.project ?? null;
    await context.show(
      used.groups.map((group) => ({ ...group, project })),
      async (groups, paint, width) => {
        const { usageText } = await import('./text.ts');
        return usageText({ ...visibleDeep(used), groups }, paint, width);
      },
    );
  });
