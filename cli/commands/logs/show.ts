import type { Command } from 'commander';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { mergedOptions } from '../../merged-options.ts';

/** `gateway logs show <id>` */
export const command = (context: Context) =>
  make('show', {
    example: 'gateway logs show req_1a2b --json',
    prints:
      '{"id":"req_1a2b","model":"openai/gpt-4o-mini","provider":"openai","status_code":200,"tokens_in":9,"tokens_out":2,"cost_usd":"0.00000255", …}',
    output: async () => (await import('../../../shared/contracts/usage.ts')).logSchema,
    errors: ['not_found', 'not_logged_in', 'invalid_api_key'],
  })
    .argument('<id>', 'the request, as `x-request-id` and `logs list` name it')
    .action(async (id: string, own: object, called: Command) => {
      mergedOptions(own, called);
      const [{ showLog }, { logText }] = await Promise.all([
        import('../../../shared/contracts/usage.ts'),
        import('./show-text.ts'),
      ]);
      await context.show(await context.call(showLog, { params: { id } }), logText);
    });
