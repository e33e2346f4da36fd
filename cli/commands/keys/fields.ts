import type { Command } from 'commander';
import { GatewayError } from '../../../shared/errors.ts';
import { addRateLimitFlag, type RateLimitFlag, rateLimitsOf } from '../../rate-limits.ts';

/** The flags that say what a key may do, as commander reads them. */
export interface KeyFlags {
  limitUsd?: string;
  periodLimitUsd?: string;
  period?: string;
  expires?: string;
  models?: string[];
  permission?: string[];
  rateLimit?: RateLimitFlag;
}

/** What the argument `<id>` takes, wherever a command is about one key. */
export const KEY_ARGUMENT = 'the key, as `keys list` names it; a name that only one active key has will do';

/** Which flag a field of the contract came from, where the names differ. */
export const FLAG_OF = { expires_in: '--expires', permissions: '--permission' };

/** Adds the flags for limits: `keys limit` takes these alone. */
export function addLimitFlags(command: Command): Command {
  return command
    .option('--limit-usd <amount>', 'stop serving the key once it has spent this much')
    .option('--period-limit-usd <amount>', 'the same for each period')
    .option('--period <window>', 'the period: 12h, 1d, 2w, 1mo');
}

/** Adds every flag that says what a key may do. An update changes only what is named: no flag has a default there. */
export function addKeyFlags(command: Command, of: 'new' | 'changed' = 'new'): Command {
  const [permissions, rates] =
    of === 'new'
      ? [' (default: inference)', '']
      : ['; replaces those it has', '; replaces those it has, none: no limits'];
  addLimitFlags(command)
    .option('--expires <when>', 'when it ends: 30d, 12h, 6mo, or a date such as 2027-01-31')
    .option('--models <names>', 'only these models, separated by commas', names('--models'))
    .option('--permission <name>', `inference, manage; may be repeated${permissions}`, collect);
  return addRateLimitFlag(command, rates);
}

/** The contract's fields that the flags name; nothing for a flag that was not given. */
export function keyFields(flags: KeyFlags) {
  return withoutUndefined({
    limit_usd: flags.limitUsd,
    period_limit_usd: flags.periodLimitUsd,
    period: flags.period,
    expires_in: flags.expires,
    models: flags.models,
    permissions: flags.permission as ('inference' | 'manage')[] | undefined,
    rate_limits: rateLimitsOf(flags.rateLimit),
  });
}

function withoutUndefined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Reads a flag's list: `a,b` and `a, b`; empty names are refused. */
export const names = (flag: string) => (text: string) => {
  const given = text.split(',').map((name) => name.trim());
  if (given.every((name) => name !== '')) return given;
  throw new GatewayError('usage', `${flag} has an empty name in it.`, {
    param: flag,
    hint: `Separate names by single commas, such as ${flag} ${EXAMPLES[flag] ?? 'a,b'}.`,
  });
};

const EXAMPLES: Readonly<Record<string, string>> = {
  '--models': 'gpt-4o-mini,claude-haiku-4.5',
  '--permission': 'inference,manage',
  '--allow-models': 'gpt-4o-mini,claude-haiku-4.5',
  '--deny-models': 'gpt-4o-mini,claude-haiku-4.5',
  '--allow-providers': 'openai,anthropic',
  '--deny-providers': 'openai,anthropic',
  '--allow-ips': '10.0.0.0/8,2001:db8::/32',
  '--deny-ips': '10.0.0.0/8,2001:db8::/32',
};

function collect(value: string, before: string[] = []): string[] {
  return [...before, ...names('--permission')(value)];
}
