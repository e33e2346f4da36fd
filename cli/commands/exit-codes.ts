import { EXIT_CODES } from '../../shared/exit-codes.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import { table } from '../table.ts';

/** `gateway exit-codes` */
export const command = (context: Context) =>
  make('exit-codes', {
    example: 'gateway exit-codes --json',
    prints: '[{"code":0,"name":"ok","meaning":"Done, …","action":"Go on."}, …]',
    output: async () => {
      const { z } = await import('zod');
      return z.array(z.object({ code: z.number(), name: z.string(), meaning: z.string(), action: z.string() }));
    },
  }).action(async () => {
    await context.show(EXIT_CODES, (codes, paint, width) =>
      table(
        paint,
        width,
        [{ title: 'code' }, { title: 'meaning', wrap: true }, { title: 'what to do', wrap: true }],
        codes.map((row) => [String(row.code), row.meaning, row.action]),
      ),
    );
  });
