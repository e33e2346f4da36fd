import type { Command } from 'commander';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import { BUDGET_FLAG, KEY_FLAG } from '../key-flags.ts';

/** The flags of `launch`. */
export interface LaunchFlags {
  model?: string;
  key?: string;
  budgetUsd?: string;
}

/** `launch <agent>`, or the command of one agent: there flags that are not ours are the agent's. Behind `--` all are. */
export function launchCommand(context: Context, agent: string | undefined): Command {
  const made = make(agent ?? 'launch', {
    example: agent ? `gateway ${agent} --budget-usd 2 -p "fix the tests"` : 'gateway launch codex --budget-usd 2',
    prints:
      'what the tool prints; with --budget-usd, then on stderr: {"event":"receipt","cost_usd":"0.0123","budget_usd":"2.00", …}',
    notes:
      'The tool runs through the gateway with nothing written anywhere. Flags that are not ours are passed on to it; behind -- all are.',
    output: async () => (await import('zod')).z.unknown().describe('what the tool prints'),
    errors: ['no_api_key', 'model_not_found', 'command_not_found', 'command_not_executable', 'permission_denied'],
  })
    .option('--model <id>', 'the model that it starts with (default: the preferred one, else the best that fits)')
    .option(...KEY_FLAG)
    .option(...BUDGET_FLAG);
  const run = async (name: string, args: string[], flags: LaunchFlags) =>
    (await import('./launch.ts')).launch(context, name, args, flags);
  if (agent !== undefined)
    return made
      .allowUnknownOption()
      .usage(`[flags] [args of ${agent}…]`)
      .argument('[args...]', `what ${agent} is called with`)
      .action((args: string[], flags: LaunchFlags) => run(agent, args, flags));
  return made
    .usage('<agent> [flags] [-- args…]')
    .argument('<agent>', 'the tool: claude, codex, opencode …')
    .argument('[args...]', 'what it is called with')
    .action((name: string, args: string[], flags: LaunchFlags) => run(name, args, flags));
}
