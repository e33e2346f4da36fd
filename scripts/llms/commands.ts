import { Context } from '../../cli/context.ts';
import { ALWAYS, describeCommand } from '../../cli/describe.ts';
import { scan } from '../../cli/globals.ts';
import { COMMANDS } from '../../cli/tree.ts';
import { shapeOf } from './shape.ts';

type Described = Awaited<ReturnType<typeof describeCommand>>;

const NEEDS: Record<Described['credential']['needs'], string> = {
  nothing: 'Needs no credential.',
  api_key: 'Needs an API key.',
  any: 'Needs a login or an API key.',
  manage: 'Needs a login, or an API key with the `manage` permission.',
  login: 'Needs a person who is signed in.',
};

/** The failures that every command can have. */
export const COMMON_ERRORS = ALWAYS.map((code) => `\`${code}\``).join(', ');

/** Every command with its usage, flags, output, errors and examples. */
export async function commandSections(): Promise<string> {
  const context = idleContext();
  const rows = COMMANDS.filter(({ load }) => load);
  const described = await Promise.all(rows.map((row) => describeCommand(context, row)));
  return described.map(section).join('\n\n');
}

function section(shown: Described): string {
  const facts = [
    NEEDS[shown.credential.needs],
    shown.changes_something ? 'Changes something: `--dry-run` shows what.' : 'Changes nothing.',
    shown.may_ask ? 'May ask at a terminal.' : '',
    `Exit codes: ${shown.exit_codes.join(', ')}.`,
  ];
  const parts = [
    `### gateway ${shown.path}`,
    `${shown.summary} ${facts.filter(Boolean).join(' ')}`,
    `Usage: \`${shown.usage}\`${shown.aliases.length > 0 ? ` (also ${shown.aliases.join(', ')})` : ''}`,
    list(shown.arguments.map(({ name, description }) => [`<${name}>`, description])),
    list(shown.flags.map((flag) => [flag.flags, `${flag.description}${choicesOf(flag.choices)}`])),
    `Prints${shown.prints_lines ? ', one object a line' : ''}: \`${shapeOf(shown.output)}\``,
    errorsOf(shown),
    shown.examples.map((example) => `    ${example}`).join('\n'),
  ];
  return parts.filter(Boolean).join('\n\n');
}

function errorsOf({ errors }: Described): string {
  const own = errors.filter(({ code }) => !(ALWAYS as readonly string[]).includes(code));
  return own.length > 0 ? `Errors: ${own.map(({ code }) => `\`${code}\``).join(', ')}` : '';
}

function choicesOf(choices: readonly string[] | null): string {
  return choices ? ` (${choices.join(', ')})` : '';
}

function list(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([name, text]) => `- \`${name}\`: ${text}`).join('\n');
}

/** What the commands are made with; none of them runs. */
export function idleContext(): Context {
  const { stdin, stdout, stderr } = process;
  return new Context({
    env: {},
    cwd: '/',
    args: [],
    streams: { stdin, stdout, stderr },
    signals: { hold: (step) => step, release: () => {} },
    globals: scan([], {}).globals,
  });
}
