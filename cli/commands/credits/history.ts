import { Option } from 'commander';
import type { z } from 'zod';
import type { listTransactions } from '../../../shared/contracts/usage.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { shortTime, table } from '../../table.ts';
import { wholeNumber } from '../../whole-number.ts';

type Movement = z.output<typeof listTransactions.reply>['data'][number];

/** `gateway credits history`: every movement of the balance. */
export const command = (context: Context) =>
  make('history', {
    example: 'gateway credits history --kind credit --limit 5 --json',
    prints:
      '[{"id":"led_…","kind":"credit","amount_usd":"25.00","description":"Granted by hand (top_…)","request_id":null,"created_at":"2026-01-01T00:00:00.000Z"}, …]',
    output: async () => (await import('../../../shared/contracts/usage.ts')).listTransactions.reply.shape.data,
    errors: ['not_logged_in', 'permission_denied'],
  })
    .option('--limit <n>', 'so many, newest first', wholeNumber('--limit', 99_999), 50)
    .addOption(new Option('--kind <what>', 'only what came in, or only what was spent').choices(['credit', 'usage']))
    .action(async ({ limit, kind }: { limit: number; kind?: string }) => {
      const [{ listTransactions: contract }, { list }] = await Promise.all([
        import('../../../shared/contracts/usage.ts'),
        import('../../pages.ts'),
      ]);
      const movements = await list<Movement>(context, contract, { kind }, limit);
      await context.show(movements, (rows, paint, width) => {
        if (rows.length === 0) return 'Nothing came in or was spent yet.';
        const columns = [
          { title: width === undefined ? 'when' : 'when UTC' },
          { title: 'USD', right: true },
          { title: 'for', wrap: true },
          { title: 'id', drop: 1 },
        ];
        const cells = rows.map((row) => [
          shortTime(row.created_at, width),
          row.amount_usd.startsWith('-') ? row.amount_usd : paint.green(`+${row.amount_usd}`),
          row.description,
          row.id,
        ]);
        return table(paint, width, columns, cells);
      });
    });
