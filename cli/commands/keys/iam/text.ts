import type { Rule } from '../../../../shared/contracts/iam.ts';
import type { Paint } from '../../../paint.ts';
import { factLines, table } from '../../../table.ts';

type Said = Pick<Rule, 'rule_type' | 'rule_value'>;

/** `allow models`, `deny addresses` */
export function kindText({ rule_type }: Pick<Rule, 'rule_type'>): string {
  return rule_type.replace('ip_cidrs', 'addresses').replace('_', ' ');
}

/** What a rule names: `gpt-4o-mini, claude-haiku-4.5`, `free`, `at most 2.5 USD per million tokens in`. */
export function valueText({ rule_value: value }: Said): string {
  const most = [
    value.max_input_price === undefined ? [] : [`${value.max_input_price} USD per million tokens in`],
    value.max_output_price === undefined ? [] : [`${value.max_output_price} USD per million tokens out`],
  ].flat();
  const listed = value.models ?? value.providers ?? value.ip_cidrs ?? [];
  return [
    ...listed,
    ...(value.pricing_type ? [value.pricing_type] : []),
    ...most.map((price) => `at most ${price}`),
  ].join(', ');
}

/** One rule for people. */
export function ruleText(rule: Rule, paint: Paint, width?: number): string {
  return factLines(
    paint,
    [
      ['id', rule.id],
      ['key', rule.key],
      ['rule', `${kindText(rule)}: ${valueText(rule)}`],
      ['status', rule.status],
      ['created', rule.created_at],
      ['changed', rule.updated_at === rule.created_at ? undefined : rule.updated_at],
    ],
    width,
  );
}

/** The rules of a key as a table. */
export function ruleTable(
  rules: readonly Rule[],
  key: string,
  paint: Paint,
  width: number | undefined,
): Promise<string> | string {
  if (rules.length === 0) return `No rules. Add one with \`gateway keys iam add ${key} --allow-models <names>\`.`;
  const rows = rules.map((rule) => [
    rule.id,
    kindText(rule),
    valueText(rule),
    rule.status,
    rule.created_at.slice(0, 10),
  ]);
  const columns = [
    { title: 'id' },
    { title: 'rule' },
    { title: 'what', wrap: true },
    { title: 'status', drop: 2 },
    { title: 'created', drop: 1 },
  ];
  return table(paint, width, columns, rows);
}
