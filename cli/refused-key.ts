import type { NextStep } from '../shared/errors.ts';
import type { Context } from './context.ts';

interface Advice {
  hint: string;
  next: readonly NextStep[];
}

/** Set for a command that `exec --budget-usd` runs: what its key, which nobody can change, may spend. */
export const RUN_BUDGET = 'GATEWAY_EXEC_BUDGET_USD';

/**
 * What to do about a GATEWAY_API_KEY that is refused: every command would send the same key again, so the steps send
 * none.
 */
export const ENVIRONMENT_KEY_REFUSED: Advice = {
  hint: 'Correct GATEWAY_API_KEY, or unset it to use a login.',
  next: [
    { command: 'gateway auth status', when: 'to see which credential is used, and whether there is a login' },
    { command: 'gateway login', when: 'to sign in, once GATEWAY_API_KEY is unset' },
  ],
};

/** What a refusal of the key of GATEWAY_API_KEY leads to, where the server cannot know it; undefined for other keys and failures. */
export function adviceFor(
  { env, again }: Context,
  { code, message }: { code: string; message: string },
  headers: Readonly<Record<string, string>> = {},
): Advice | undefined {
  const key = env.GATEWAY_API_KEY?.trim();
  if (!key || (headers.authorization !== `Bearer ${key}` && headers['x-api-key'] !== key)) return undefined;
  if (code === 'invalid_api_key') return ENVIRONMENT_KEY_REFUSED;
  // the key above this one stays, and its limit can be raised as ever
  const isOwn = code === 'key_limit_reached' && !message.includes('above this key');
  return isOwn && env[RUN_BUDGET] ? largerBudget(env[RUN_BUDGET], again) : undefined;
}

function largerBudget(budget: string, again: string | undefined): Advice {
  const command = `gateway exec --budget-usd <amount> -- ${again ?? '<command>'}`;
  return {
    hint: `This run may spend ${budget} USD. Run it again with a larger --budget-usd.`,
    next: [{ command, when: `with more than ${budget}` }],
  };
}
