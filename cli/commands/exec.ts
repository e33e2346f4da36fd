import { constants } from 'node:os';
import type { Command } from 'commander';
import { GatewayError } from '../../shared/errors.ts';
import { resolveApiKey } from '../access.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import { variablesFor } from '../dotenv/variables.ts';
import { jsonText } from '../output.ts';
import { RUN_BUDGET } from '../refused-key.ts';

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
    .option(
      '--key <source>',
      'the API key: - for stdin, @path for a file (default: GATEWAY_API_KEY, then the key made last)',
    )
    .option(
      '--budget-usd <amount>',
      'run it with a key of its own that may spend this much, and revoke that key afterwards',
    )
    .action(async ([name, ...args]: [string, ...string[]], options: { key?: string; budgetUsd?: string }) => {
      if (options.budgetUsd !== undefined) return withBudget(context, name, args, options.budgetUsd, options.key);
      const { key } = await resolveApiKey(context, options.key);
      context.preview({ would: 'run', command: [name, ...args], variables: Object.keys(variables(context, key)) });
      const [{ tapSignals }, { runChild }] = await Promise.all([
        import('../exec/signals.ts'),
        import('../exec/run-child.ts'),
      ]);
      const child = { command: name, args, cwd: context.cwd, env: { ...context.env, ...variables(context, key) } };
      context.exitCode = await runChild(child, tapSignals(context));
    });

function variables(context: Context, key: string) {
  return variablesFor({ apiUrl: context.settings.apiUrl, key }, ['openai', 'anthropic', 'gemini', 'gateway']);
}

async function withBudget(
  context: Context,
  name: string,
  args: string[],
  amount: string,
  keyFlag: string | undefined,
): Promise<void> {
  if (keyFlag !== undefined)
    throw new GatewayError('usage', '--key and --budget-usd do not go together: the budget makes a key of its own.', {
      param: '--key',
      hint: 'Leave one of them out.',
    });
  const [{ tapSignals }, { runChild }, { closeRunKey, makeRunKey, parseBudget, receiptText }] = await Promise.all([
    import('../exec/signals.ts'),
    import('../exec/run-child.ts'),
    import('../exec/budget.ts'),
  ]);
  const budgetUsd = parseBudget(amount);
  context.preview({
    would: 'create a key, run the command, revoke the key',
    command: [name, ...args],
    budget_usd: budgetUsd,
  });
  // Before the key is made: from then on a signal must not end us without revoking it.
  const signals = tapSignals(context);
  const key = await makeRunKey(context, name, budgetUsd);
  try {
    if (signals.early) context.exitCode = 128 + constants.signals[signals.early];
    else {
      const env = { ...context.env, ...variables(context, key.raw), [RUN_BUDGET]: budgetUsd };
      context.exitCode = await runChild({ command: name, args, cwd: context.cwd, env }, signals);
    }
  } finally {
    const receipt = await closeRunKey(context, key);
    if (context.json) context.streams.stderr.write(`${jsonText(receipt)}\n`);
    else if (!context.globals.quiet || !receipt.revoked) context.streams.stderr.write(receiptText(receipt));
  }
}
