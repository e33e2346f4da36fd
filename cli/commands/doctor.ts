import { EXIT } from '../../shared/exit-codes.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import type { Check } from '../doctor/check.ts';
import { checkLines } from '../doctor/check-lines.ts';
import type { Paint } from '../paint.ts';

interface Options {
  offline?: boolean;
  request: boolean;
  fix?: boolean;
}

interface Result {
  ok: boolean;
  checks: Check[];
  fixed: string[];
  left: string[];
  dry_run?: true;
}

/** `gateway doctor`: like `env check`, its result is the result also when a check fails; the exit code is 1 then. */
export const command = (context: Context) =>
  make('doctor', {
    example: 'gateway doctor --offline',
    prints:
      '{"ok":true,"checks":[{"name":"server","status":"pass","message":"http://127.0.0.1:8787 answers: gateway 0.1.0.","fix":null}, …],"fixed":[],"left":[]}',
    output: async () => {
      const { z } = await import('zod');
      const check = z.object({
        name: z.string(),
        status: z.enum(['pass', 'warn', 'fail']),
        message: z.string(),
        fix: z.string().nullable().describe('the command to run next'),
      });
      return z
        .object({
          ok: z.boolean().describe('false, and exit code 1, when a check failed'),
          checks: z.array(check),
          fixed: z.array(z.string()).describe('what --fix did, or would do with --dry-run'),
          left: z.array(z.string()).describe('what --fix left: it needs --yes, or did not work'),
          dry_run: z.literal(true).optional(),
        })
        .describe('printed on stdout also when a check failed');
    },
  })
    .option('--offline', 'only what is stored here; asks no server')
    .option('--no-request', 'do not pay for one token through the proxy')
    .option('--fix', 'put right what can be put right here')
    .action(async (options: Options) => {
      const { dryRun } = context.globals;
      const wishes = { offline: options.offline ?? false, request: options.request && !dryRun };
      const { fixed, left } = options.fix
        ? await (await import('../doctor/fix.ts')).fix(context, wishes)
        : { fixed: [], left: [] };
      const { examine } = await import('../doctor/examination.ts');
      const checks = await examine(context, wishes);
      const ok = checks.every(({ status }) => status !== 'fail');
      const result: Result = { ok, checks, fixed, left, ...(dryRun ? { dry_run: true } : {}) };
      await context.show(result, report);
      if (!ok) context.exitCode = EXIT.user;
    });

function report({ checks, fixed, left, dry_run }: Result, paint: Paint, columns = 10_000): string {
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  const [fails, warns] = [count('fail'), count('warn')];
  return [
    ...fixed.map((action) => `${paint.green(dry_run ? 'would fix' : 'fixed')} ${action}`),
    ...left.map((action) => `${paint.yellow('left')} ${action}${dry_run ? '' : ' (--yes confirms it)'}`),
    ...checkLines(checks, columns, paint),
    '',
    fails > 0
      ? paint.red(`${fails} of ${checks.length} checks failed.`)
      : warns > 0
        ? paint.yellow(`Nothing failed; ${warns} of ${checks.length} checks have a remark.`)
        : paint.green('All is well.'),
  ].join('\n');
}
