import { resolve } from 'node:path';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { type UndoResult, undoEnvFile } from '../../dotenv/undo.ts';

/** `gateway env undo [file]` */
export const command = (context: Context) =>
  make('undo', {
    example: 'gateway env undo',
    prints:
      '{"file":"/app/.env","action":"restored","variables":["OPENAI_API_KEY","OPENAI_BASE_URL"],"gitignore_restored":true,"remaining":0,"backup":null}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({
        file: z.string(),
        action: z.enum(['restored', 'removed', 'reverted', 'unchanged']),
        variables: z.array(z.string()),
        gitignore_restored: z.boolean(),
        remaining: z.number(),
        backup: z.string().nullable(),
      });
    },
    errors: ['unsafe_write', 'file_error', 'conflict'],
  })
    .argument('[file]', 'the env file', '.env')
    .option('--force', 'bring the old file back also when the variables were changed since')
    .action(async (file: string, options: { force?: boolean }) => {
      const { dryRun } = context.globals;
      const place = { configDir: context.settings.configDir, env: context.env, globals: context.globals };
      const result = await undoEnvFile(place, { file: resolve(context.cwd, file), force: options.force, dryRun });
      await context.show(dryRun ? { dry_run: true, ...result } : result, (safe) => report(safe, file, dryRun));
    });

const DONE: Record<UndoResult['action'], string> = {
  restored: 'is byte for byte what it was before the last `gateway env write`',
  removed: 'is removed: it was made by `gateway env write`',
  reverted: 'keeps what was changed since; the lines of gateway are taken back',
  unchanged: 'has nothing to undo',
};

function report(result: UndoResult, file: string, dryRun: boolean): string {
  return [
    `${dryRun ? 'Dry run, nothing was changed. Afterwards: ' : ''}${file} ${DONE[result.action]}.`,
    result.gitignore_restored ? 'The .gitignore is as it was, too.' : '',
    result.backup ? `What was in it is kept in ${result.backup}.` : '',
    result.remaining > 0
      ? `${result.remaining} earlier ${result.remaining === 1 ? 'write' : 'writes'} can be undone as well.`
      : '',
  ]
    .filter(Boolean)
    .join('\n');
}
