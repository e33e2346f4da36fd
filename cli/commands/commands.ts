import { command as make } from '../command.ts';
import { unknownPath } from '../command-path.ts';
import type { Context } from '../context.ts';
import { describeCommand, findRow, summaries } from '../describe.ts';
import { table } from '../table.ts';

/** `gateway commands [path]`: the command tree for programs, one slice at a time. */
export const command = (context: Context) =>
  make('commands', {
    example: 'gateway commands keys create --json',
    prints:
      '{"path":"keys create","changes_something":true,"flags":[{"flags":"--name <name>", …}, …],"errors":[…],"exit_codes":[0,1,2,3,130,143],"output":{"type":"object", …}, …}',
    output: async () => (await import('../describe-schema.ts')).commandsOutput,
  })
    .argument('[path...]', 'a command; without one, the list of all')
    .action(async (words: string[]) => {
      const path = words.flatMap((word) => word.split(' ').filter(Boolean));
      if (path.length === 0) {
        return context.show(summaries(), (rows, paint, width) =>
          table(
            paint,
            width,
            [{ title: 'command' }, { title: 'what it does', wrap: true }],
            rows.map((row) => [row.path, row.summary]),
          ),
        );
      }
      const row = findRow(path);
      if (!row) throw unknownPath(path);
      const described = await describeCommand(context, row);
      await context.show(described, async (shown, paint, width) =>
        (await import('../describe-text.ts')).describeText(shown, paint, width),
      );
    });
