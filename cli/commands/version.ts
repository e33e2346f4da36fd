import { VERSION } from '../../shared/version.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';

/** `gateway version` */
export const command = (context: Context) =>
  make('version', {
    example: 'gateway version --json',
    prints: '{"version":"0.1.0","node":"v20.19.0"}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({ version: z.string(), node: z.string() });
    },
  }).action(async () => {
    await context.show({ version: VERSION, node: process.version }, ({ version }) => version);
  });
