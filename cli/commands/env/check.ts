import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../../shared/exit-codes.ts';
import { findApiKey } from '../../access.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { type Check, checkEnvFile } from '../../dotenv/check.ts';
import { parseFamilies } from '../../dotenv/variables.ts';
import type { Paint } from '../../paint.ts';

/** `gateway env check [file]`: exit code 1 when a check fails; a warning is not a failure. */
export const command = (context: Context) =>
  make('check', {
    example: 'gateway env check',
    prints:
      '{"ok":true,"file":"/app/.env","checks":[{"name":"OPENAI_API_KEY","status":"pass","message":"It is sk-gw-AbCd…, as in use here.","fix":null}, …]}',
    output: async () => {
      const { z } = await import('zod');
      const check = z.object({
        name: z.string(),
        status: z.enum(['pass', 'warn', 'fail']),
        message: z.string(),
        fix: z.string().nullable(),
      });
      return z.object({ ok: z.boolean(), file: z.string(), checks: z.array(check) });
    },
    errors: ['unsafe_write', 'file_error'],
  })
    .argument('[file]', 'the env file', '.env')
    .option('--key <source>', 'the API key to expect: - for stdin, @path for a file (default: the one in use)')
    .option('--for <families>', 'which SDKs: openai, anthropic, gemini, gateway (default: those that the file is for)')
    .action(async (file: string, _options: unknown, self: Command) => {
      // `gateway env` has both as well, and commander gives them to it
      const options = self.optsWithGlobals<{ key?: string; for?: string }>();
      const families = options.for === undefined ? undefined : parseFamilies(options.for);
      const found = await findApiKey(context, options.key);
      const { apiUrl } = context.settings;
      const path = resolve(context.cwd, file);
      const checks = await checkEnvFile({ file: path, apiUrl, key: found?.key, families, env: context.env });
      const ok = checks.every(({ status }) => status !== 'fail');
      await context.show({ ok, file: path, checks }, (safe, paint) =>
        safe.checks.map((check) => line(check, paint)).join('\n'),
      );
      if (!ok) context.exitCode = EXIT.user;
    });

function line({ name, status, message, fix }: Check, paint: Paint): string {
  const mark = { pass: paint.green('ok  '), warn: paint.yellow('warn'), fail: paint.red('FAIL') }[status];
  return `${mark} ${name}: ${message}${fix ? `\n     ${paint.cyan(fix)}` : ''}`;
}
