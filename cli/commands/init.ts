import { join, resolve } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import type { Variables } from '../dotenv/variables.ts';
import type { WriteResult } from '../dotenv/write.ts';
import type { Flags } from '../init/given.ts';
import type { Paint } from '../paint.ts';

interface Result extends WriteResult {
  /** With secrets hidden. */
  variables: Variables;
  warnings: string[];
  next: { command: string; when: string }[];
  dry_run?: true;
}

const collect = (value: string, earlier: string[]) => [...earlier, value];

/** `gateway init [folder]` */
export const command = (context: Context) =>
  make('init', {
    example: 'gateway init --port 8787 --yes',
    prints:
      '{"file":"/srv/gateway/.env","added":["GATEWAY_HOST","GATEWAY_PORT"],"updated":[],"unchanged":[], …,"next":[{"command":"gateway serve", …}]}',
    output: async () => {
      const [{ z }, { writeResultSchema }] = await Promise.all([import('zod'), import('../dotenv/result-schema.ts')]);
      return writeResultSchema.extend({
        variables: z.record(z.string(), z.string()).describe('secrets as …'),
        warnings: z.array(z.string()),
        next: z.array(z.object({ command: z.string(), when: z.string() })),
        dry_run: z.literal(true).optional(),
      });
    },
    errors: ['input_required', 'unsafe_write', 'file_error', 'conflict'],
  })
    .argument('[folder]', 'the folder that the server is started in', '.')
    .option('--host <address>', 'where to listen (default: 127.0.0.1)')
    .option('--port <number>', 'the port; 0 takes a free one (default: 8787)')
    .option('--public-url <url>', 'the address that people reach it by')
    .option('--data-dir <folder>', 'the folder of its data (default: ~/.gateway/server)')
    .option('--database-url <source>', 'Postgres instead of the embedded database: -, @path or env:NAME')
    .option('--credit-usd <amount>', 'opening credit, on an empty database')
    .option('--bootstrap-key <source>', 'an API key to begin with, without a browser: -, @path or env:NAME')
    .option(
      '--provider-key <name=source>',
      'such as openai=@key.txt, or openai=- or openai=env:NAME; repeat it',
      collect,
      [],
    )
    .option('--provider-url <name=url>', 'the address of a provider, also of one of your own; repeat it', collect, [])
    .action(async (folder: string, flags: Flags) => {
      const [{ givenVariables }, { shownValue, variablesIn, withSecret, writeServerFile }, { warningsOf }] =
        await Promise.all([import('../init/given.ts'), import('../init/write.ts'), import('../init/warnings.ts')]);
      const file = join(resolve(context.cwd, folder), '.env');
      const found = variablesIn(file);
      const wanted = withSecret(
        await answers(context, await givenVariables(context, flags), found),
        found,
        context.env,
      );
      const written = await context.signals.hold(writeServerFile(context, file, wanted));
      const { dryRun } = context.globals;
      const shown = Object.entries(wanted).map(([name, value]) => [name, shownValue(name, value)]);
      const warnings = warningsOf(context.env, { ...found, ...wanted }, wanted, written);
      const result: Result = {
        ...written,
        variables: Object.fromEntries(shown),
        warnings,
        next: nextSteps(folder, { ...found, ...wanted }),
        ...(dryRun ? { dry_run: true } : {}),
      };
      for (const warning of warnings) context.warn(warning);
      await context.show(result, report);
    });

/** The flags, then what a person answers; without either nothing is known to write. */
async function answers(context: Context, given: Variables, found: Variables): Promise<Variables> {
  if (context.mayAsk && !context.globals.yes) {
    const { askForVariables } = await import('../init/ask.ts');
    return { ...(await askForVariables(context, given, found)), ...given };
  }
  if (Object.keys(given).length > 0) return given;
  if (context.globals.yes)
    return { GATEWAY_HOST: found.GATEWAY_HOST ?? '127.0.0.1', GATEWAY_PORT: found.GATEWAY_PORT ?? '8787' };
  throw new GatewayError('input_required', 'Nothing was said about the server, and nobody can be asked here.', {
    param: '--provider-key',
    hint: 'Give at least one flag, such as --provider-key openai=@key.txt; or --yes for the defaults.',
    next: [{ command: 'gateway init --yes', when: 'to write the defaults' }],
  });
}

function nextSteps(folder: string, variables: Variables): Result['next'] {
  const { GATEWAY_HOST, GATEWAY_PORT, GATEWAY_PUBLIC_URL, GATEWAY_BOOTSTRAP_CREDIT_USD } = variables;
  const where = folder === '.' ? 'in this folder' : `in ${folder}`;
  const serve = { command: 'gateway serve', when: `${where}, to start the server` };
  if (GATEWAY_PORT === '0') return [serve];
  const host = !GATEWAY_HOST || GATEWAY_HOST === '0.0.0.0' ? '127.0.0.1' : GATEWAY_HOST;
  const url = GATEWAY_PUBLIC_URL ?? `http://${host.includes(':') ? `[${host}]` : host}:${GATEWAY_PORT ?? '8787'}`;
  const usual = url === 'http://127.0.0.1:8787';
  const login = { command: `gateway login${usual ? '' : ` --api-url ${url}`}`, when: 'then: who is first owns it' };
  const topup = { command: 'gateway topup --amount 5', when: 'then: credit, without which a model answers 402' };
  return Number(GATEWAY_BOOTSTRAP_CREDIT_USD ?? 0) > 0 ? [serve, login] : [serve, login, topup];
}

function report(result: Result, paint: Paint): string {
  const { added, updated, unchanged, variables, dry_run, gitignored } = result;
  const line = (name: string) => `${name}=${variables[name]}`;
  const changes = added.length + updated.length > 0;
  return [
    changes
      ? `${result.file} ${dry_run ? 'would be' : 'is'} written:`
      : `${result.file} is as it should be, nothing was changed:`,
    ...added.map((name) => `  ${paint.green('+')} ${line(name)}`),
    ...updated.map((name) => `  ${paint.yellow('~')} ${line(name)}`),
    ...unchanged.map((name) => `  ${paint.dim(`= ${line(name)}`)}`),
    [
      gitignored ? `git ${dry_run ? 'would ignore' : 'ignores'} it.` : '',
      changes && !dry_run ? 'Take it back with `gateway env undo`.' : '',
    ]
      .filter(Boolean)
      .join(' '),
    ...(dry_run ? [] : ['', 'Next:', ...result.next.map(({ command, when }) => `  ${paint.cyan(command)}  ${when}`)]),
  ]
    .filter((text, index, all) => text !== '' || all[index + 1] !== undefined)
    .join('\n');
}
