import { type Command, CommanderError } from 'commander';
import { GatewayError } from '../shared/errors.ts';
import { VERSION } from '../shared/version.ts';
import { buildProgram } from './build-program.ts';
import { Context, DryRun, type Streams } from './context.ts';
import { failureLine, failureOf, failureText } from './failure.ts';
import { fileFailure } from './file-failure.ts';
import { scan } from './globals.ts';
import { nextSteps } from './next-steps.ts';
import { paintFor } from './paint.ts';
import { listenForSignals } from './signals.ts';
import { commandWords, usageError } from './usage-error.ts';

/** The command line in, the exit code out: the one place that catches. */
export async function run(process: NodeJS.Process): Promise<void> {
  if (process.argv[2] === '__complete') return (await import('./completion/complete.ts')).complete(process);
  const args = helpWord(process.argv.slice(2));
  const { globals, words } = scan(args, process.env);
  let context: Context;
  const end = (error: unknown) => void endWith(context, process, asGatewayError(error));
  const signals = listenForSignals(process, end);
  context = new Context({
    env: process.env,
    cwd: process.cwd(),
    args,
    streams: streamsOf(process, end),
    signals,
    globals,
  });
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
  // a promise that nobody will ever settle must not look like success
  process.on('beforeExit', () => end(new Error('nothing was left to wait for')));
  try {
    await perform(context, args, words);
    await context.close();
    const { serverVersion } = context;
    if (serverVersion !== undefined && serverVersion !== VERSION)
      (await import('./update-notice.ts')).tellUpdate(context, serverVersion);
    process.exit(context.exitCode);
  } catch (error) {
    end(error);
  }
}

/** The standard streams, each opened when it is first used: opening one costs a millisecond or two. */
function streamsOf(process: NodeJS.Process, end: (error: unknown) => void): Streams {
  const once = <S>(open: () => S) => {
    let stream: S | undefined;
    return () => (stream ??= open());
  };
  const stdout = once(() => process.stdout.on('error', end));
  const stderr = once(() => process.stderr.on('error', () => {}));
  return {
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return stdout();
    },
    get stderr() {
      return stderr();
    },
  };
}

/** `gateway help keys` is `gateway keys --help`. */
function helpWord(args: string[]): string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : args;
}

async function perform(context: Context, args: string[], words: string[]): Promise<void> {
  let help = '';
  const program = await buildProgram(context, words, (text) => {
    help += text;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof DryRun) {
      const { dryRunText } = await import('./dry-run.ts');
      await context.show(error.plan, dryRunText);
    } else if (error instanceof CommanderError) await answerParser(context, program, error, help, words);
    else throw error;
  }
}

/** Commander throws for help too. */
async function answerParser(
  context: Context,
  program: Command,
  error: CommanderError,
  help: string,
  words: string[],
): Promise<void> {
  if (error.code === 'commander.version')
    return context.show({ version: VERSION, node: process.version }, ({ version }) => version);
  if (error.code === 'commander.helpDisplayed' || (error.code === 'commander.help' && words.length === 0)) {
    if (!context.json) return context.write(help);
    const { describeCommand, findRow, summaries } = await import('./describe.ts');
    const row = findRow(commandWords(program, words));
    return context.show(row ? await describeCommand(context, row) : summaries(), () => '');
  }
  throw usageError(error, program, words, help);
}

function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const told = fileFailure(error);
  if (told) return told;
  const message = error instanceof Error ? error.message : String(error);
  return new GatewayError('internal_crash', `gateway crashed: ${message}`, { cause: error });
}

let ending = false;

/** Tells the failure in the form that was asked for, once, and ends the process with its exit code. */
async function endWith(context: Context, process: NodeJS.Process, error: GatewayError): Promise<void> {
  if (ending) return;
  ending = true;
  context.progress.stop();
  const { words } = scan(context.args, context.env);
  // a person knows how to run it again
  const failure = failureOf(error, nextSteps(error, words, context.json ? context.again : undefined));
  // `gateway models | head` closes the pipe on purpose: nothing to tell a person
  const { stderr } = context.streams;
  const quiet = !context.json && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EPIPE';
  const text = quiet
    ? ''
    : context.json
      ? failureLine(failure)
      : failureText(failure, await paintFor(context, stderr), stderr.isTTY ? stderr.columns || 80 : undefined);
  const stack =
    context.globals.debug && !context.json
      ? `${error.stack}\n${error.cause instanceof Error ? `caused by: ${error.cause.stack}\n` : ''}`
      : '';
  context.streams.stderr.write(text + stack, () => process.exit(failure.exit_code));
}
