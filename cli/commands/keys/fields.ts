import type { Command } from 'commander';
import { GatewayError } from '../../../shared/errors.ts';

/** The flags that say what a key may do, as commander reads them. */
export interface KeyFlags {
  limitUsd?: string;
  periodLimitUsd?: string;
  period?: string;
  expires?: string;
  models?: string[];
  permission?: string[];
}

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
export function addKeyFlags(command: Command, permissionDefault = ' (default: inference)'): Command {
  return addLimitFlags(command)
    .option('--expires <when>', 'when it ends: 30d, 12h, 6mo, or a date such as 2027-01-31')
    .option('--models <names>', 'only these models, separated by commas', commaList)
    .option('--permission <name>', `inference, manage; may be repeated${permissionDefault}`, collect);
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
  });
}

function withoutUndefined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** `a,b` and `a, b` become a list; empty names are refused. */
function commaList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === ''))
    throw new GatewayError('usage', '--models has an empty name in it.', {
      param: '--models',
      hint: 'Separate names by single commas, such as --models gpt-4o-mini,claude-haiku-4.5.',
    });
  return names;
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, ...commaList(value)];
}
