import type { Command } from 'commander';
import { GatewayError } from '../shared/errors.ts';
import { VERSION } from '../shared/version.ts';
import { addExample, command } from './command.ts';
import type { Context } from './context.ts';
import { GLOBAL_FLAGS } from './globals.ts';
import { colorLevel } from './paint.ts';
import { rootHelp } from './root-help.ts';
import { childrenOf, nameOf, type Row } from './tree.ts';

/**
 * The commander program for one command line. Only the files on the path that `words` spell are loaded; the rest of the
 * tree are names and summaries, enough for `--help` and for suggestions.
 * @param print receives the help text.
 */
export async function buildProgram(
  context: Context,
  words: readonly string[],
  print: (text: string) => void,
): Promise<Command> {
  const width = context.width ?? 100;
  const colour = colorLevel(context, context.streams.stdout) > 0;
  const program = command('gateway')
    .configureHelp({ formatHelp: () => rootHelp(width, colour) })
    .version(VERSION, '-V, --version', 'print the version')
    .usage('<command> [flags]');
  for (const { flags, summary } of GLOBAL_FLAGS) program.option(flags, summary);
  readGlobals(program, context);
  await grow(program, '', words, context);
  for (const each of family(program)) {
    each.configureOutput({
      writeOut: print,
      writeErr: print,
      outputError: () => {},
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
      getOutHasColors: () => colour,
      getErrHasColors: () => colour,
    });
  }
  return program;
}

/** Adds the commands below a path to their parent, loading only the one that is called. */
async function grow(parent: Command, path: string, words: readonly string[], context: Context): Promise<void> {
  for (const row of childrenOf(path)) {
    const called = nameOf(row) === words[0] || row.aliases?.includes(words[0] ?? '');
    const child = called ? await loadCommand(row, context) : command(nameOf(row));
    child.description(row.summary).aliases([...(row.aliases ?? [])]);
    if (called) await grow(child, row.path, words.slice(1), context);
    parent.addCommand(child);
  }
}

/** What a command that creates something takes besides its own flags. */
const IDEMPOTENCY_KEY = [
  '--idempotency-key <key>',
  'a name for this request: repeated within 24 hours, it answers the first result instead of creating another',
  idempotencyKey,
] as const;

/** A row's command, with its flags. */
export async function loadCommand(row: Row, context: Context): Promise<Command> {
  if (row.load) {
    const loaded = (await row.load()).command(context);
    return row.changes === 'creates' ? loaded.option(...IDEMPOTENCY_KEY) : loaded;
  }
  return addExample(command(nameOf(row)), row.example ?? '', row.prints ?? '');
}

function readGlobals(program: Command, context: Context): void {
  program.hook('preAction', async (_program, called) => {
    const given = program.opts();
    context.idempotencyKey = called.opts().idempotencyKey;
    context.globals = {
      ...context.globals,
      fields: given.fields === undefined ? undefined : splitFields(given.fields),
      profile: given.profile,
      apiUrl: given.apiUrl,
      timeoutMs: given.timeout === undefined ? context.globals.timeoutMs : seconds(given.timeout) * 1000,
      timeoutGiven: given.timeout !== undefined,
    };
    if (context.globals.fields) await (await import('./check-fields.ts')).checkFields(called, context.globals.fields);
  });
}

function idempotencyKey(text: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(text)) return text;
  throw new GatewayError('usage', '--idempotency-key must be 1 to 255 printable characters without spaces.', {
    param: '--idempotency-key',
  });
}

function splitFields(text: string): string[] {
  const paths = text.split(',').map((path) => path.trim());
  if (paths.some((path) => !/^[\w-]+(\.[\w-]+)*$/.test(path)))
    throw new GatewayError('usage', '--fields must be names such as id,limits.spent_usd.', { param: '--fields' });
  return paths;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 86_400))
    throw new GatewayError('usage', '--timeout must be a number of seconds, such as 30.', { param: '--timeout' });
  return value;
}

function family(parent: Command): Command[] {
  return [parent, ...parent.commands.flatMap(family)];
}
