import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { REPAIRS, type Repair, type Wishes } from './repairs.ts';

/** What `--fix` did, and what it left because nobody said yes, or because it did not work. */
export interface Fixed {
  fixed: string[];
  left: string[];
}

/** Puts right what can be put right here; with `--dry-run` only says what. A repair that fails leaves the others alone. */
export async function fix(context: Context, wishes: Wishes): Promise<Fixed> {
  const result: Fixed = { fixed: [], left: [] };
  for (const find of REPAIRS) {
    for (const repair of await findable(find, context, wishes)) {
      const done = await attempt(context, repair);
      (done ? result.fixed : result.left).push(repair.action);
    }
  }
  return result;
}

/** What is wrong beyond repair is told by the checks that follow. */
async function findable(find: (typeof REPAIRS)[number], context: Context, wishes: Wishes): Promise<Repair[]> {
  try {
    return await find(context, wishes);
  } catch (error) {
    if (error instanceof GatewayError) return [];
    throw error;
  }
}

async function attempt(context: Context, { action, question, apply }: Repair): Promise<boolean> {
  if (context.globals.dryRun) return true;
  try {
    if (question) await context.confirm(question);
    await context.signals.hold(apply());
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'interrupted') throw error;
    if (code !== 'confirmation_required') context.warn(`Could not ${action}: ${message}`);
    return false;
  }
}
