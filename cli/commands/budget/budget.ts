import type { z } from 'zod';
import type { Key } from '../../../shared/contracts/keys.ts';
import type { Context } from '../../context.ts';
import type { Paint } from '../../paint.ts';
import { factLines } from '../../table.ts';

/** What a key may spend, in the contract's words. */
type Budget = Pick<Key, 'id' | 'name' | 'balance_usd' | 'limits'> & { currency: 'USD' };

/** The schema of what the commands print. */
export async function budgetOutput(): Promise<z.ZodType> {
  const [{ z }, { keySchema }] = await Promise.all([import('zod'), import('../../../shared/contracts/keys.ts')]);
  return keySchema
    .pick({ id: true, name: true, balance_usd: true, limits: true })
    .extend({ currency: z.literal('USD') });
}

/** Prints what a key may spend. */
export function showBudget(context: Context, { id, name, balance_usd, limits }: Key): Promise<void> {
  const budget: Budget = { id, name, balance_usd, currency: 'USD', limits };
  return context.show(budget, budgetText);
}

function budgetText({ id, name, balance_usd, limits }: Budget, paint: Paint, width?: number): string {
  const { limit_usd, spent_usd, period, period_limit_usd, period_spent_usd, period_resets_at } = limits;
  return factLines(
    paint,
    [
      ['key', `${name} (${id})`],
      ['limit', limit_usd === null ? 'none' : `${limit_usd} USD`],
      ['spent', `${spent_usd} USD`],
      [`per ${period}`, period && `${period_limit_usd} USD, of which ${period_spent_usd} are spent`],
      ['resets', period_resets_at],
      ['remaining', balance_usd === null ? 'as much as the balance, or a key above it, has' : `${balance_usd} USD`],
    ],
    width,
  );
}
