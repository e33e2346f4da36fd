import { resolve } from 'node:path';
import type { Command } from 'commander';
import { resolveApiKey } from '../../access.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { masked, parseFamilies, type Variables, variablesFor } from '../../dotenv/variables.ts';
import { type WriteResult, writeEnvFile } from '../../dotenv/write.ts';
import { KEY_FLAG } from '../../key-flags.ts';
import type { Paint } from '../../paint.ts';

/** `gateway env write [file]` */
export const command = (context: Context) =>
  make('write', {
    example: 'gateway env write',
    prints:
      '{"file":"/app/.env","added":["OPENAI_API_KEY","OPENAI_BASE_URL"],"updated":[],"unchanged":[],"gitignored":true,"mode":"0600","backup":null}',
    output: async () => (await import('../../dotenv/result-schema.ts')).writeResultSchema,
    errors: ['no_api_key', 'unsafe_write', 'file_error', 'conflict'],
  })
    .argument('[file]', 'the env file', '.env')
    .option(...KEY_FLAG)
    .option('--for <families>', 'which SDKs: openai, anthropic, gemini, gateway (default: openai)')
    .option('--force', 'write also a file that git tracks, a hard link, or one that tools read differently')
    .action(async (file: string, _options: unknown, self: Command) => {
      // `gateway env` has --key and --for as well, and commander gives them to it
      const options = self.optsWithGlobals<{ key?: string; for?: string; force?: boolean }>();
      const families = parseFamilies(options.for ?? 'openai');
      const { key } = await resolveApiKey(context, options.key);
      const variables = variablesFor({ apiUrl: context.settings.apiUrl, key }, families);
      const { dryRun } = context.globals;
      const place = { configDir: context.settings.configDir, env: context.env, globals: context.globals };
      const request = { file: resolve(context.cwd, file), variables, force: options.force, dryRun };
      const result = await writeEnvFile(place, request);
      await context.show(dryRun ? { dry_run: true, ...result } : result, (safe, paint) =>
        report(safe, file, variables, dryRun, paint),
      );
      if (!dryRun && (Number.parseInt(result.mode, 8) & 0o077) !== 0) {
        context.note(
          `Other users of this machine may read it (mode ${result.mode}). Run \`chmod 600 ${file}\` if they should not.`,
        );
      }
    });

function report(result: WriteResult, file: string, variables: Variables, dryRun: boolean, paint: Paint): string {
  const lines = [
    ...result.added.map((name) => `  ${paint.green('+')} ${name}=${masked(name, variables[name]!)}`),
    ...result.updated.map((name) => `  ${paint.yellow('~')} ${name}=${masked(name, variables[name]!)}`),
    ...result.unchanged.map((name) => `  ${paint.dim(`= ${name}=${masked(name, variables[name]!)}`)}`),
  ];
  const changes = result.added.length + result.updated.length > 0;
  const head =
    dryRun && changes
      ? `${file} would be written:`
      : changes
        ? `${file} is written:`
        : `${file} is as it should be, nothing was changed:`;
  const ignored = result.gitignored ? `git ${dryRun ? 'would ignore' : 'ignores'} it.` : '';
  const undo = changes && !dryRun ? `Take it back with \`gateway env undo${file === '.env' ? '' : ` ${file}`}\`.` : '';
  return [head, ...lines, [ignored, undo].filter(Boolean).join(' ')].filter(Boolean).join('\n');
}
