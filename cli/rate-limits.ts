import type { Command } from 'commander';
import type { RateLimits } from '../shared/contracts/limits.ts';
import { GatewayError } from '../shared/errors.ts';
import { choiceHint } from './nearest.ts';

const FLAG = '--rate-limit';
/** As in the contract, which is not loaded for the help. */
const NAMES: readonly (keyof RateLimits)[] = [
  'requests_per_second',
  'requests_per_minute',
  'requests_per_day',
  'tokens_per_minute',
  'concurrent_requests',
];
const MOST = 1_000_000_000;

/** As completion offers them. */
export const RATE_LIMIT_EXAMPLES: readonly string[] = [...NAMES.map((name) => `${name}=`), 'none'];

/** Adds `--rate-limit`, which is repeated for several; `none` takes them away, where there may be any. */
export function addRateLimitFlag(command: Command, more = ''): Command {
  return command.option(
    `${FLAG} <limit>`,
    `how much may be asked in a time, such as requests_per_minute=60; may be repeated${more}`,
    collect,
  );
}

/** What was given; empty: none are wanted. (commander takes null for no value.) */
export type RateLimitFlag = RateLimits;

/** The contract's field: null takes the limits away. */
export function rateLimitsOf(flag: RateLimitFlag | undefined): RateLimits | null | undefined {
  return flag && Object.keys(flag).length === 0 ? null : flag;
}

function collect(text: string, before?: RateLimitFlag): RateLimitFlag {
  if (text === 'none') {
    if (before) throw contradiction();
    return {};
  }
  if (before && Object.keys(before).length === 0) throw contradiction();
  const [name = '', value = ''] = text.split(/=(.*)/s).map((part) => part.trim());
  const known = NAMES.find((each) => each === name);
  if (!known) throw unknown(name);
  const limit = /^\d{1,10}$/.test(value) ? Number(value) : 0;
  if (limit < 1 || limit > MOST)
    throw new GatewayError('usage', `${FLAG} ${name} takes a whole number from 1 to ${MOST}.`, {
      param: FLAG,
      hint: `Such as ${FLAG} ${name}=60; ${FLAG} none takes all of them away.`,
    });
  return { ...before, [known]: limit };
}

function unknown(name: string): GatewayError {
  return new GatewayError('usage', `There is no rate limit "${name}".`, {
    param: FLAG,
    hint: choiceHint(name, [...NAMES, 'none']),
  });
}

function contradiction(): GatewayError {
  return new GatewayError('usage', `${FLAG} none goes with no other.`, {
    param: FLAG,
    hint: 'Those that are named replace all that there are.',
  });
}

/** For people: `60 requests per minute, 5 concurrent requests`. */
export function rateLimitText(limits: RateLimits | null | undefined): string | null {
  if (!limits) return null;
  const told = NAMES.filter((name) => limits[name] !== undefined);
  return told.map((name) => `${limits[name]} ${name.replaceAll('_', ' ')}`).join(', ');
}
