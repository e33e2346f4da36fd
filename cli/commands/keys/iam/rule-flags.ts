import { type Command, Option } from 'commander';
import { parseCidr } from '../../../../shared/cidr.ts';
import type { RuleInput } from '../../../../shared/contracts/iam.ts';
import { GatewayError } from '../../../../shared/errors.ts';
import { names } from '../fields.ts';

/** The flags that say what a rule is about, as commander reads them. */
export interface RuleFlags {
  allowModels?: string[];
  denyModels?: string[];
  allowProviders?: string[];
  denyProviders?: string[];
  allowPricing?: Tier;
  denyPricing?: Tier;
  maxInputPrice?: string;
  maxOutputPrice?: string;
  allowIps?: string[];
  denyIps?: string[];
}

/** A rule as the contract has it, without its status. */
export type WantedRule = Pick<RuleInput, 'rule_type' | 'rule_value'>;

type Tier = 'free' | 'paid';

/** One kind of rule by its flag. */
interface Row {
  flag: string;
  name: keyof RuleFlags;
  type: WantedRule['rule_type'];
  field: keyof WantedRule['rule_value'];
}

const ROWS: readonly Row[] = [
  { flag: '--allow-models', name: 'allowModels', type: 'allow_models', field: 'models' },
  { flag: '--deny-models', name: 'denyModels', type: 'deny_models', field: 'models' },
  { flag: '--allow-providers', name: 'allowProviders', type: 'allow_providers', field: 'providers' },
  { flag: '--deny-providers', name: 'denyProviders', type: 'deny_providers', field: 'providers' },
  { flag: '--allow-pricing', name: 'allowPricing', type: 'allow_pricing', field: 'pricing_type' },
  { flag: '--max-input-price', name: 'maxInputPrice', type: 'allow_pricing', field: 'max_input_price' },
  { flag: '--max-output-price', name: 'maxOutputPrice', type: 'allow_pricing', field: 'max_output_price' },
  { flag: '--deny-pricing', name: 'denyPricing', type: 'deny_pricing', field: 'pricing_type' },
  { flag: '--allow-ips', name: 'allowIps', type: 'allow_ip_cidrs', field: 'ip_cidrs' },
  { flag: '--deny-ips', name: 'denyIps', type: 'deny_ip_cidrs', field: 'ip_cidrs' },
];

/** Adds the flags of `keys iam add` and `keys iam update`. */
export function addRuleFlags(command: Command): Command {
  const tiers = (flag: string, text: string) => new Option(`${flag} <tier>`, text).choices(['free', 'paid']);
  return command
    .option(
      '--allow-models <names>',
      'only these models, separated by commas; several such rules add up',
      names('--allow-models'),
    )
    .option('--deny-models <names>', 'not these models', names('--deny-models'))
    .option('--allow-providers <names>', 'only at these providers', names('--allow-providers'))
    .option('--deny-providers <names>', 'not at these providers', names('--deny-providers'))
    .addOption(tiers('--allow-pricing', 'only free models, or only paid ones'))
    .addOption(tiers('--deny-pricing', 'no free models, or no paid ones'))
    .option(
      '--max-input-price <usd>',
      'only models whose million input tokens cost at most this',
      price('--max-input-price'),
    )
    .option('--max-output-price <usd>', 'the same for output tokens', price('--max-output-price'))
    .option(
      '--allow-ips <ranges>',
      'only calls from these addresses, such as 10.0.0.0/8,2001:db8::/32',
      ranges('--allow-ips'),
    )
    .option('--deny-ips <ranges>', 'no calls from these addresses', ranges('--deny-ips'));
}

/** The rule that the flags make, and the flag to blame for it; undefined without any. Throws `usage` when they make two. */
export function ruleOf(flags: RuleFlags): { rule: WantedRule; flag: string } | undefined {
  const given = ROWS.filter(({ name }) => flags[name] !== undefined);
  const first = given[0];
  if (!first) return undefined;
  const other = given.find(({ type }) => type !== first.type);
  if (other)
    throw new GatewayError('usage', `${first.flag} and ${other.flag} make two rules; one is made at a time.`, {
      param: other.flag,
      hint: 'Run the command once for each: a request must then pass both.',
    });
  const rule_value = Object.fromEntries(given.map(({ name, field }) => [field, flags[name]]));
  return { rule: { rule_type: first.type, rule_value }, flag: first.flag };
}

const price = (flag: string) => (text: string) => {
  if (/^\d{1,9}(\.\d{1,6})?$/.test(text)) return text;
  throw new GatewayError('usage', `${flag} must be an amount in USD for a million tokens, such as 2.5.`, {
    param: flag,
  });
};

const ranges = (flag: string) => (text: string) => {
  const given = names(flag)(text);
  const wrong = given.find((range) => !parseCidr(range));
  if (wrong === undefined) return given;
  throw new GatewayError('usage', `${flag}: "${wrong}" is no address and no range of addresses.`, {
    param: flag,
    hint: 'Write an address, or a range as 10.0.0.0/8 or 2001:db8::/32.',
  });
};
