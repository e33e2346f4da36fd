import type { Command } from 'commander';
import { resolveApiKey } from '../access.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import { variablesFor } from '../dotenv/variables.ts';
import { BUDGET_FLAG, KEY_FLAG } from '../key-flags.ts';

/** `gateway exec -- <cmd …>`: a command with the variables set, and no file written. Its exit code is ours. */
export const command = (context: Context): Command =>
  make('exec', {
    example: 'gateway exec --budget-usd 2 -- npm test',
    prints:
      'what the command prints; with --budget-usd, then on stderr: {"event":"receipt","cost_usd":"0.0123","budget_usd":"2.00", …}',
    output: async () => (await import('zod')).z.unknown().describe('what the command prints'),
    errors: ['no_api_key', 'command_not_found', 'command_not_executable', 'permission_denied'],
  })
    .usage('[flags] -- <command> [args…]')
    .argument('<command...>', 'the command and its arguments, behind --')
    .option(...KEY_FLAG)
    .option(...BUDGET_FLAG)
    .action(async ([name, ...args]: [string, ...string[]], options: { key?: string; budgetUsd?: string }) => {
      const { runChild } = await import('../exec/run-child.ts');
      const { budgetUsd, key: flag } = options;
      const { runWithBudget, refuseKeyWithBudget } = await import('../exec/run-with-budget.ts');
      const child = (key: string) => ({
        command: name,
        args,
        cwd: context.cwd,
        env: { ...context.env, ...variables(context, key) },
      });
      if (budgetUsd !== undefined) {
        refuseKeyWithBudget(flag);
        return runWithBudget(context, [name, ...args], budgetUsd, (key, signals) => runChild(child(key), signals));
      }
      const { key } = await resolveApiKey(context, flag);
      context.preview({ would: 'run', command: [name, ...args], variables: Object.keys(variables(context, key)) });
      const { tapSignals } = await import('../exec/signals.ts');
      context.exitCode = await runChild(child(key), tapSignals(context));
    });

function variables(context: Context, key: string) {
  return variablesFor({ apiUrl: context.settings.apiUrl, key }, ['openai', 'anthropic', 'gemini', 'gateway']);
}
