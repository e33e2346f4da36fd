import { parseUsd } from '../../shared/money.ts';
import { type Check, failed, notChecked, pass, warn } from './check.ts';
import type { Examination } from './examination.ts';

/** Below this somebody should think about a top-up. Nano-dollars. */
const LOW = 1_000_000_000n;
const TOPUP = 'gateway topup --amount 5';

/** Is there credit left? */
export async function checkBalance({ context, offline, reachable, authenticated }: Examination): Promise<Check[]> {
  if (offline) return [];
  if (!reachable || !authenticated)
    return [notChecked('balance', reachable ? 'there is no credential that works' : 'no gateway answers')];
  try {
    const { balance } = await import('../../shared/contracts/account.ts');
    const { balance_usd } = await context.call(balance);
    const left = parseUsd(balance_usd) ?? 0n;
    if (left <= 0n) return [warn('balance', 'There is no credit left: paid requests are refused.', TOPUP)];
    if (left < LOW) return [warn('balance', `Only ${balance_usd} USD is left.`, TOPUP)];
    return [pass('balance', `${balance_usd} USD is left.`)];
  } catch (error) {
    return [failed('balance', error)];
  }
}
