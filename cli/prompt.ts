import { GatewayError } from '../shared/errors.ts';
import type { Context, Streams } from './context.ts';
import { isOn } from './globals.ts';
import { wrap } from './line-breaks.ts';

/** Set by coding agents in the shells they run: nobody would answer there. Names that end in `_` are prefixes. */
const AGENT_VARIABLES = [
  'AI_AGENT',
  'AGENT',
  'CLAUDECODE',
  'CLAUDE_CODE_ENTRYPOINT',
  'CODEX_',
  'CURSOR_AGENT',
  'GEMINI_CLI',
  'OPENCODE',
  'OPENCLAW_',
  'CLINE_ACTIVE',
  'AIDER_',
  'GOOSE_TERMINAL',
  'KIMI_CLI',
  'PI_CODING_AGENT',
];

/** The agent variable that is set, if any. */
export function agentVariable(env: NodeJS.ProcessEnv): string | undefined {
  return Object.keys(env).find(
    (name) =>
      isOn(env[name]) &&
      AGENT_VARIABLES.some((known) => (known.endsWith('_') ? name.startsWith(known) : name === known)),
  );
}

/** True when stdin and stderr are terminals and neither GATEWAY_NO_INPUT, CI nor an agent says that nobody is there. */
export function canPrompt(env: NodeJS.ProcessEnv, streams: Pick<Streams, 'stdin' | 'stderr'>): boolean {
  if (!streams.stdin.isTTY || !streams.stderr.isTTY) return false;
  return !isOn(env.GATEWAY_NO_INPUT) && !isOn(env.CI) && agentVariable(env) === undefined;
}

/** One answer. Prompts are drawn on stderr, as stdout is data. Only behind `Context.mayAsk`. */
export async function askFor(
  context: Context,
  question: string,
  { secret, suggested }: { secret?: boolean; suggested?: string },
): Promise<string> {
  const { input, password } = await import('@inquirer/prompts');
  const streams = { input: context.streams.stdin, output: context.streams.stderr };
  return answered(
    secret
      ? password({ message: question, mask: true }, streams)
      : input({ message: question, required: true, default: suggested }, streams),
  );
}

/** What may be left out: Enter gives the fallback, or nothing. Only behind `Context.mayAsk`. */
export async function askOptional(
  context: Context,
  question: string,
  about: { fallback?: string; secret?: boolean; fault: (text: string) => string | undefined },
): Promise<string> {
  const { input, password } = await import('@inquirer/prompts');
  const streams = { input: context.streams.stdin, output: context.streams.stderr };
  const asked = { message: question, validate: (text: string) => about.fault(text.trim()) ?? true };
  const answer = about.secret
    ? password({ ...asked, mask: true }, streams)
    : input({ ...asked, default: about.fallback }, streams);
  return (await answered(answer)).trim();
}

/** A yes or no, no by default. Only behind `Context.mayAsk`. */
export async function askYes(context: Context, question: string): Promise<boolean> {
  const { confirm } = await import('@inquirer/prompts');
  const { stdin, stderr } = context.streams;
  const message = fitted(question, stderr.columns || 80);
  return answered(confirm({ message, default: false }, { input: stdin, output: stderr }));
}

/** A question in lines that fit, with the mark before it and the choice and an answer after it: the terminal itself breaks within words. */
function fitted(question: string, columns: number): string {
  const mark = '? ';
  // of one word with the last one, so that it is not left alone
  const after = '\u00a0(y/N)\u00a0yes';
  const lines = wrap(`${mark}${question}${after}`, columns - 1);
  return lines.join('\n').slice(mark.length, -after.length);
}

/** The answer; Ctrl-C at the question is `interrupted`. */
export async function answered<T>(prompt: Promise<T>): Promise<T> {
  try {
    return await prompt;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ExitPromptError')
      throw new GatewayError('interrupted', 'Interrupted.', { cause });
    throw cause;
  }
}
