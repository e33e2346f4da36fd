import { command as make } from '../command.ts';
import { unknownPath } from '../command-path.ts';
import type { Context } from '../context.ts';
import { describeCommand, findRow, summaries } from '../describe.ts';
import { factLines, table } from '../table.ts';

/** `gateway commands [path]`: the command tree for programs, one slice at a time. */
export const command = (context: Context) =>
  make('commands', {
    example: 'gateway commands keys create --json',
    prints:
      '{"path":"keys create","flags":[{"flags":"--name <name>", …}, …],"errors":[…],"exit_codes":[0,1,2,3,130,143],"output":{"type":"object", …}, …}',
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
      await context.show(await describeCommand(context, row), (shown, paint) =>
        [
          `${paint.bold(shown.usage)}\n${shown.summary}`,
          shown.flags.length > 0
            ? factLines(
                paint,
                shown.flags.map((flag) => [flag.flags, flag.description]),
              )
            : '',
          shown.commands.length > 0
            ? factLines(
                paint,
                shown.commands.map((child) => [child.path, child.summary]),
              )
            : '',
          shown.example ? `$ ${shown.example.command}\n${shown.example.prints}` : '',
        ]
          .filter(Boolean)
          .join('\n\n'),
      );
    });
