import { Option } from 'commander';
import { GatewayError } from '../../shared/errors.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import type { Scope } from '../integrations/integration.ts';
import { KEY_FLAG } from '../key-flags.ts';

interface Flags {
  install?: boolean;
  uninstall?: boolean;
  check?: boolean;
  copy?: string;
  diff?: boolean;
  all?: boolean;
  scope: Scope;
  model?: string;
  key?: string;
  force?: boolean;
  verify: boolean;
  request: boolean;
}

const ACTIONS = ['install', 'uninstall', 'check', 'copy'] as const;

/** `gateway setup [tool…]` */
export const command = (context: Context) =>
  make('setup', {
    example: 'gateway setup claude --install --json',
    prints:
      '{"results":[{"tool":"claude","status":"installed","model":"anthropic/claude-sonnet-4-6","files":[{"path":"/home/ann/.claude/settings.json","backup":null,"diff":null}],"verified":true, …}]}',
    examples: ['gateway setup', 'gateway setup claude --check', 'gateway setup cursor --copy key'],
    notes:
      'Without a tool, lists the tools and which are found here. With one, shows what --install would write.\n--uninstall takes back exactly that.',
    output: async () => (await import('../setup/result.ts')).setupSchema,
    errors: [
      'no_api_key',
      'model_not_found',
      'unsafe_write',
      'file_error',
      'conflict',
      'locked',
      'clipboard_unavailable',
    ],
  })
    .argument('[tools...]', 'the tools, such as claude, codex or opencode; without --install nothing is written')
    .option('--install', 'write it')
    .option('--uninstall', 'take back exactly what was written')
    .option('--check', 'read the configuration as the tool does, and send one request in its format')
    .option('--copy <what>', 'put a value of one tool into the clipboard, to be pasted there: key, url or model')
    .option('--diff', 'with --json: what would change in each file')
    .option('--all', 'every tool that is found here')
    .addOption(
      new Option('--scope <where>', 'for you, or for the project in this folder')
        .choices(['user', 'project'])
        .default('user'),
    )
    .option('--model <id>', 'the model that the tool starts with (default: the preferred one, else the best that fits)')
    .option(...KEY_FLAG)
    .option('--force', 'with --uninstall: also where the file was changed since')
    .option('--no-verify', 'with --install: do not check afterwards')
    .option('--no-request', 'check without paying for a request')
    .action(async (names: string[], flags: Flags) => {
      const chosen = ACTIONS.filter((action) => flags[action]);
      if (chosen.length > 1)
        throw new GatewayError('usage', `--${chosen.join(' and --')} do not go together.`, {
          param: `--${chosen[1]}`,
          hint: 'Choose one.',
        });
      const { setup } = await import('../setup/setup.ts');
      await setup(context, names, { ...flags, action: chosen[0] ?? 'preview', force: flags.force ?? false });
    });
