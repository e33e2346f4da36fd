import { loadCommand } from '../build-program.ts';
import { command as make } from '../command.ts';
import { unknownPath } from '../command-path.ts';
import type { Context } from '../context.ts';
import { findRow, outputSchema } from '../describe.ts';

/** `gateway schema <path>`: the JSON Schema of what a command prints with `--json`. */
export const command = (context: Context) =>
  make('schema', {
    example: 'gateway schema balance',
    prints:
      '{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"balance_usd":{…}, …}, …}',
    output: async () => {
      const { z } = await import('zod');
      return z.record(z.string(), z.unknown()).describe('a JSON Schema');
    },
  })
    .argument('<path...>', 'the command')
    .action(async (words: string[]) => {
      const path = words.flatMap((word) => word.split(' ').filter(Boolean));
      const row = findRow(path);
      if (!row?.load) throw unknownPath(path);
      await context.show(await outputSchema(await loadCommand(row, context)), (schema) =>
        JSON.stringify(schema, null, 2),
      );
    });
