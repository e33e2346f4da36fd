import type { describeCommand } from './describe.ts';
import type { Paint } from './paint.ts';
import { factLines, table } from './table.ts';

type Described = Awaited<ReturnType<typeof describeCommand>>;

const NEEDS: Record<Described['credential']['needs'], string> = {
  nothing: 'no credential',
  api_key: 'an API key',
  any: 'a login or an API key',
  manage: 'a login, or an API key with the manage permission',
  login: 'a person who is signed in',
};

/** What `gateway commands <path>` shows to people. */
export async function describeText(shown: Described, paint: Paint, width: number | undefined): Promise<string> {
  const parts = [
    `${paint.bold(shown.usage)}\n${shown.summary}`,
    shown.output &&
      factLines(paint, [
        ['needs', NEEDS[shown.credential.needs]],
        ['changes', shown.changes_something ? 'yes; --dry-run shows what' : 'nothing'],
        ['asks', shown.may_ask ? 'at a terminal; elsewhere a flag must say it' : 'never'],
        ['exit codes', shown.exit_codes.join(', ')],
      ]),
    await section(
      'Arguments',
      shown.arguments.map(({ name, description }) => [name, description]),
    ),
    await section(
      'Flags',
      shown.flags.map(({ flags, description }) => [flags, description]),
    ),
    await section(
      'Commands',
      shown.commands.map(({ path, summary }) => [path, summary]),
    ),
    await section(
      'Failures',
      shown.errors.map(({ code, hint }) => [code, hint]),
    ),
    shown.example && [`$ ${shown.example.command}`, shown.example.prints, ...more(shown)].join('\n'),
  ];
  return parts.filter(Boolean).join('\n\n');

  async function section(title: string, rows: string[][]): Promise<string> {
    return rows.length === 0 ? '' : table(paint, width, [{ title }, { title: '', wrap: true }], rows);
  }
}

function more({ examples }: Described): string[] {
  return examples.slice(1).map((line) => `$ ${line}`);
}
