import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { gatherer } from './gather.ts';

const WITHOUT_TERMINAL = 100;

/** `gateway top`: balance, rates, models, requests and errors, drawn again and again; once where nobody watches. */
export const command = (context: Context) =>
  make('top', {
    example: 'gateway top --json',
    examples: ['gateway top --once'],
    prints:
      '{"at":"2026-01-01T00:00:00.000Z","balance_usd":"4.20","currency":"USD","rate":{"minutes":5,"usd_per_minute":"0.0123","usd_per_hour":"0.738", …},"day":{"models":[…], …},"requests":[…],"errors":[…]}',
    output: async () => (await import('./snapshot.ts')).snapshotSchema,
    errors: ['not_logged_in', 'invalid_api_key'],
  })
    .option('--once', 'print it once and end, as it does without a terminal')
    .action(async ({ once }: { once?: boolean }) => {
      const gather = gatherer(context);
      const first = await gather();
      // whoever watches can also answer; a log of a build must not fill with screens
      const watched = context.mayAsk && context.width !== undefined && context.env.TERM !== 'dumb';
      if (watched && !context.json && !once) return (await import('./watch.ts')).watch(context, gather, first);
      await context.show(first, async (snapshot, paint, width) => {
        const { draw } = await import('./view.ts');
        const view = { snapshot, server: context.settings.apiUrl };
        return draw(view, paint, { columns: width ?? WITHOUT_TERMINAL, rows: undefined }).join('\n');
      });
    });
