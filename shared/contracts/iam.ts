import { z } from 'zod';
import { formatCidr, parseCidr } from '../cidr.ts';
import { endpoint } from './endpoint.ts';
import { instant, line, page, paging } from './fields.ts';

/** What rules are about, and the fields that say it. */
export const RULE_FIELDS = {
  models: ['models'],
  providers: ['providers'],
  pricing: ['pricing_type', 'max_input_price', 'max_output_price'],
  ip_cidrs: ['ip_cidrs'],
} as const;

export type RuleSubject = keyof typeof RULE_FIELDS;
export type RuleType = `${'allow' | 'deny'}_${RuleSubject}`;

export const RULE_TYPES = Object.keys(RULE_FIELDS).flatMap((subject) => [
  `allow_${subject}`,
  `deny_${subject}`,
]) as RuleType[];

/** How many rules a key may have. */
export const MOST_RULES = 100;

const cidr = z
  .string()
  .max(100)
  .transform((text) => {
    const range = parseCidr(text);
    return range ? formatCidr(range) : undefined;
  })
  .refine((text) => text !== undefined, 'must be an address or a range such as 10.0.0.0/8 or 2001:db8::/32')
  .transform((text) => text!)
  .meta({ description: 'An address or a range of addresses.', examples: ['10.0.0.0/8'] });

const price = z
  .union([z.string(), z.number()], 'must be USD per million tokens, such as "2.5"')
  .transform((value) => (typeof value === 'number' ? decimal(value) : value.trim()))
  .refine((text) => /^\d{1,9}(\.\d{1,6})?$/.test(text), 'must be USD per million tokens, such as "2.5"')
  .meta({ description: 'USD per million tokens as a decimal string.', examples: ['2.5'] });

/** `0.15` → `"0.15"`; what has more than six places or is no price gives `''`. */
function decimal(value: number): string {
  const text = value.toFixed(6);
  return Number(text) === value ? text.replace(/\.?0+$/, '') : '';
}

const ruleValue = z
  .strictObject({
    models: z.array(line(200)).min(1).max(200).optional(),
    providers: z.array(line(100)).min(1).max(100).optional(),
    pricing_type: z.enum(['free', 'paid']).optional(),
    max_input_price: price.optional(),
    max_output_price: price.optional(),
    ip_cidrs: z.array(cidr).min(1).max(200).optional(),
  })
  .meta({
    description:
      'By type: `models`; `providers`; `pricing_type`, `max_input_price` and `max_output_price`, of which those given must all hold; `ip_cidrs`.',
  });
export type RuleValue = z.output<typeof ruleValue>;

const ruleType = z.enum(RULE_TYPES).meta({
  description:
    'A deny rule forbids what it names. Where there are allow rules of a type, what none of them names is forbidden. The rules of the keys above hold as well.',
});
const status = z.enum(['active', 'inactive']);
export type RuleStatus = z.output<typeof status>;

/** What is wrong with a value for a type, and in which field; undefined when nothing is. */
export function ruleProblem(
  type: RuleType,
  value: RuleValue,
): { field: string | undefined; message: string } | undefined {
  const takes: readonly string[] = RULE_FIELDS[subjectOf(type)];
  const given = Object.entries(value).flatMap(([name, part]) => (part === undefined ? [] : [name]));
  const foreign = given.find((name) => !takes.includes(name));
  if (foreign) return { field: foreign, message: `does not go with ${type}, which takes ${takes.join(', ')}` };
  return given.length === 0 ? { field: undefined, message: `needs ${takes.join(' or ')} for ${type}` } : undefined;
}

/** What a type is about: `deny_models` is about models. */
export function subjectOf(type: RuleType): RuleSubject {
  return type.slice(type.indexOf('_') + 1) as RuleSubject;
}

/** A rule as it is given; `rule_value` has the fields that its type takes. */
export const ruleInput = z
  .strictObject({ rule_type: ruleType, rule_value: ruleValue, status: status.default('active') })
  .superRefine((rule, context) => {
    const problem = ruleProblem(rule.rule_type, rule.rule_value);
    if (!problem) return;
    const path = ['rule_value', ...(problem.field ? [problem.field] : [])];
    context.addIssue({ code: 'custom', path, message: problem.message });
  });
export type RuleInput = z.output<typeof ruleInput>;

export const ruleSchema = z.object({
  id: z.string(),
  key: z.string(),
  rule_type: ruleType,
  rule_value: z.object({
    models: z.array(z.string()).optional(),
    providers: z.array(z.string()).optional(),
    pricing_type: z.string().optional(),
    max_input_price: z.string().optional(),
    max_output_price: z.string().optional(),
    ip_cidrs: z.array(z.string()).optional(),
  }),
  status,
  created_at: instant,
  updated_at: instant,
});
export type Rule = z.output<typeof ruleSchema>;

const keyId = z.object({ id: z.string().max(100) });
const ruleId = z.object({ id: z.string().max(100), rule: z.string().max(100) });
const path = '/api/v1/me/keys/{id}/iam';

export const listRules = endpoint({
  method: 'GET',
  path,
  summary: 'The rules of a key, newest first: which models, providers and prices it may use, and from which addresses.',
  access: 'manage',
  params: keyId,
  query: z.strictObject(paging),
  reply: page(ruleSchema),
  errors: ['not_found', 'invalid_request'],
});

export const addRule = endpoint({
  method: 'POST',
  path,
  summary: 'Add a rule to a key.',
  access: 'manage',
  status: 201,
  params: keyId,
  body: ruleInput,
  reply: ruleSchema,
  errors: ['invalid_request', 'not_found', 'conflict', 'permission_denied'],
});

export const showRule = endpoint({
  method: 'GET',
  path: `${path}/{rule}`,
  summary: 'One rule of a key.',
  access: 'manage',
  params: ruleId,
  reply: ruleSchema,
  errors: ['not_found'],
});

export const updateRule = endpoint({
  method: 'PATCH',
  path: `${path}/{rule}`,
  summary: 'Change a rule: its type, its value (which is replaced), or whether it is in force.',
  access: 'manage',
  params: ruleId,
  body: z
    .strictObject({ rule_type: ruleType.optional(), rule_value: ruleValue.optional(), status: status.optional() })
    .refine((value) => Object.values(value).some((field) => field !== undefined), 'name at least one field to change'),
  reply: ruleSchema,
  errors: ['invalid_request', 'not_found', 'conflict', 'permission_denied'],
});
export type RulePatch = z.output<NonNullable<(typeof updateRule)['body']>>;

export const removeRule = endpoint({
  method: 'DELETE',
  path: `${path}/{rule}`,
  summary: 'Take a rule away from a key.',
  access: 'manage',
  params: ruleId,
  reply: z.object({ id: z.string(), key: z.string(), deleted: z.literal(true) }),
  errors: ['not_found', 'conflict', 'permission_denied'],
});
