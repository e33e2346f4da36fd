import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { readCredentials } from '../../credentials.ts';
import { table } from '../../table.ts';

/** `gateway profile list` */
export const command = (context: Context) =>
  make('list', {
    example: 'gateway profile list --json',
    prints: '[{"name":"default","current":true,"api_url":"http://127.0.0.1:8787","method":"oidc","user":{…}}]',
    output: async () => {
      const { z } = await import('zod');
      const user = z.object({ id: z.string(), display_name: z.string(), email: z.string().nullable() });
      return z.array(
        z.object({
          name: z.string(),
          current: z.boolean(),
          api_url: z.string(),
          method: z.enum(['oidc', 'api_key']),
          user,
        }),
      );
    },
    errors: ['credentials_corrupt'],
  }).action(async () => {
    const { configDir, profile } = context.settings;
    const stored = Object.entries(readCredentials(configDir).profiles);
    const rows = stored.map(([name, { api_url, type, user }]) => ({
      name,
      current: name === profile,
      api_url,
      method: type,
      user,
    }));
    await context.show(rows, (shown, paint, width) => {
      if (shown.length === 0) return 'No profiles yet. Sign in with `gateway login`.';
      const cells = shown.map((row) => [
        row.current ? '*' : '',
        row.name,
        row.api_url,
        row.method === 'oidc' ? 'login' : 'API key',
        row.user.email ?? row.user.display_name,
      ]);
      const columns = [
        { title: '' },
        { title: 'profile' },
        { title: 'server' },
        { title: 'by', drop: 1 },
        { title: 'who', drop: 2 },
      ];
      return table(paint, width, columns, cells);
    });
  });
