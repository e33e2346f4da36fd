import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Option } from 'commander';
import { GatewayError } from '../../shared/errors.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';

interface Options {
  host?: string;
  port?: number;
  only?: 'proxy' | 'management';
  prepare?: boolean;
}

/** `gateway serve` */
export const command = (context: Context) =>
  make('serve', {
    example: 'gateway serve --port 8787 --json',
    prints: '{"event":"listening","url":"http://127.0.0.1:8787"}',
    output: async () => {
      const { z } = await import('zod');
      return z.union([
        z.object({ event: z.literal('listening'), url: z.string() }),
        z.object({ prepared: z.literal(true), folder: z.string() }),
      ]);
    },
    errors: [
      'config_invalid',
      'port_in_use',
      'data_dir_in_use',
      'database_unreachable',
      'database_newer',
      'install_failed',
    ],
  })
    .option('--host <address>', 'where to listen (default: GATEWAY_HOST, then 127.0.0.1)')
    .option('--port <number>', 'the port; 0 takes a free one (default: GATEWAY_PORT, then 8787)', port)
    .addOption(new Option('--only <surface>', 'serve one of the two surfaces alone').choices(['proxy', 'management']))
    .option('--prepare', "fetch the server's packages if they are not here, and end: for container images")
    .action(async ({ host, port, only, prepare }: Options) => {
      context.preview({ action: 'serve', host: host ?? null, port: port ?? null, only: only ?? null });
      const folder = await (await import('../server-packages.ts')).serverFolder(context, prepare ? 'prepare' : 'run');
      if (prepare)
        return context.show({ prepared: true, folder }, () => `The server is ready to start from ${folder}.`);
      const { serve } = (await import(
        pathToFileURL(join(folder, 'main.js')).href
      )) as typeof import('../../server/main.ts');
      context.signals.release();
      await serve({ host, port, only, json: context.json, env: context.env, cwd: context.cwd });
    });

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new GatewayError('usage', '--port must be a number from 0 to 65535.', { param: '--port' });
}
