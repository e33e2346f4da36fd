import { constants } from 'node:os';
import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { jsonText } from '../output.ts';
import { RUN_BUDGET } from '../refused-key.ts';
import { closeRunKey, makeRunKey, parseBudget, receiptText } from './budget.ts';
import { type SignalTap, tapSignals } from './signals.ts';

/** `--key` with `--budget-usd` is a `usage` error. */
export function refuseKeyWithBudget(flag: string | undefined): void {
  if (flag === undefined) return;
  throw new GatewayError('usage', '--key and --budget-usd do not go together: the budget makes a key of its own.', {
    param: '--key',
    hint: 'Leave one of them out.',
  });
}

/**
 * Runs a command with a key of its own that may spend so much; revokes the key at the end and tells what was spent. The
 * command's exit code becomes ours.
 * @param run starts it with that key and gives its exit code; what it runs finds the budget in `RUN_BUDGET`.
 */
export async function runWithBudget(
  context: Context,
  command: readonly [string, ...string[]],
  amount: string,
  run: (key: string, signals: SignalTap) => Promise<number>,
): Promise<void> {
  const budgetUsd = parseBudget(amount);
  context.preview({ would: 'create a key, run the command, revoke the key', command, budget_usd: budgetUsd });
  // Before the key is made: from then on a signal must not end us without revoking it.
  const signals = tapSignals(context);
  const key = await makeRunKey(context, command[0], budgetUsd);
  try {
    context.env[RUN_BUDGET] = budgetUsd;
    context.exitCode = signals.early ? 128 + constants.signals[signals.early] : await run(key.raw, signals);
  } finally {
    const receipt = await closeRunKey(context, key);
    if (context.json) context.streams.stderr.write(`${jsonText(receipt)}\n`);
    else if (!context.globals.quiet || !receipt.revoked) context.streams.stderr.write(receiptText(receipt));
  }
}
