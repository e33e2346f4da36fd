import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { credentialsFile } from '../../credentials.ts';
import { fileOf } from './named.ts';
import { type Scope, scopeOption } from './scope.ts';

/** `gateway config path`: where the files are, whether or not they exist. Reads none of them. */
export const command = (context: Context) =>
  make('path', {
    example: 'gateway config path --json',
    prints:
      '{"config_dir":"/home/ann/.gateway","user":"/home/ann/.gateway/config.json","project":"/app/.gateway.json","credentials":"/home/ann/.gateway/credentials.json"}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({ config_dir: z.string(), user: z.string(), project: z.string(), credentials: z.string() });
    },
  })
    .addOption(scopeOption())
    .action(async ({ scope }: { scope: Scope }) => {
      const value = {
        config_dir: context.configDir,
        user: fileOf(context, 'user').path,
        project: fileOf(context, 'project').path,
        credentials: credentialsFile(context.configDir),
      };
      await context.show(value, (shown) => shown[scope]);
    });
