import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { PREFERENCES } from '../../preference-table.ts';
import { table } from '../../table.ts';
import { effective, effectiveSchema } from './effective.ts';

/** `gateway config list` */
export const command = (context: Context) =>
  make('list', {
    example: 'gateway config list --json',
    prints:
      '[{"name":"api_url","value":"http://127.0.0.1:8787","source":"default","default":"http://127.0.0.1:8787","summary":"the server, …"}, …]',
    output: async () => {
      const { z } = await import('zod');
      const row = await effectiveSchema();
      return z.array(row.extend({ default: row.shape.value, summary: z.string() }));
    },
    errors: ['config_invalid'],
  }).action(async () => {
    const rows = PREFERENCES.map((row) => ({
      ...effective(context, row),
      default: row.default,
      summary: row.summary,
    }));
    await context.show(rows, (shown, paint, width) => {
      const cells = shown.map(({ name, value, source, summary }) => [
        name,
        value === null ? paint.dim('–') : String(value),
        source,
        summary,
      ]);
      const columns = [
        { title: 'name' },
        { title: 'value' },
        { title: 'said by' },
        { title: 'what it is', wrap: true, drop: 1 },
      ];
      return table(paint, width, columns, cells);
    });
  });
