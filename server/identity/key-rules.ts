/** The rules of a key as those who manage it handle them. What they forbid is decided in `policy/`. */
import { and, count, desc, eq } from 'drizzle-orm';
import type { Parsed, Reply } from '../../shared/contracts/endpoint.ts';
import {
  type listRules as listContract,
  MOST_RULES,
  type Rule,
  type RuleInput,
  type RulePatch,
  type removeRule as removeContract,
  ruleProblem,
} from '../../shared/contracts/iam.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { after, exactInstant, pageOf } from '../store/cursor.ts';
import { newId } from '../store/ids.ts';
import { iamRules } from '../store/schema.ts';
import type { Announce, Database, Transaction } from '../store/store.ts';
import { audit } from './account-records.ts';
import { type Actor, actorId } from './actor.ts';
import { findKey, type KeyRecord, lockToChange } from './key-records.ts';

type RuleRecord = typeof iamRules.$inferSelect;

/** Which rule of which key. */
export interface RuleName {
  id: string;
  rule: string;
}

/** A page of the rules of a key, newest first. Throws `not_found`. */
export async function listRules(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  keyId: string,
  { limit, cursor }: Parsed<typeof listContract>['query'],
): Promise<Reply<typeof listContract>> {
  await findKey(store.db, actor, keyId);
  const order = { at: iamRules.createdAt, id: iamRules.id };
  const rows = await store.db
    .select({ rule: iamRules, at: exactInstant(iamRules.createdAt) })
    .from(iamRules)
    .where(and(eq(iamRules.keyId, keyId), after(order, cursor)))
    .orderBy(desc(iamRules.createdAt), desc(iamRules.id))
    .limit(limit + 1);
  return pageOf(
    rows,
    limit,
    ({ at, rule }) => ({ at, id: rule.id }),
    ({ rule }) => ruleView(rule),
  );
}

/** One rule. Throws `not_found`, also for that of a key that the actor may not see. */
export async function getRule({ store }: Pick<Services, 'store'>, actor: Actor, name: RuleName): Promise<Rule> {
  await findKey(store.db, actor, name.id);
  return ruleView(await findRule(store.db, name));
}

/** Adds a rule. An API key may do so only below itself. Throws `conflict` for a revoked key and one with too many. */
export async function addRule(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  keyId: string,
  wanted: RuleInput,
): Promise<Rule> {
  return store.transaction(async (tx, announce) => {
    const key = await lockToChange(tx, actor, keyId);
    const [there] = await tx.select({ rules: count() }).from(iamRules).where(eq(iamRules.keyId, keyId));
    if (there!.rules >= MOST_RULES) {
      throw new GatewayError('conflict', `The key "${key.name}" has ${MOST_RULES} rules, which is as many as it may.`, {
        hint: 'Name several models, providers or addresses in one rule.',
      });
    }
    const [rule] = await insertRules(tx, keyId, [wanted]);
    await record(tx, announce, actor, key, 'added', rule!);
    return ruleView(rule!);
  });
}

/** Changes a rule, or puts it in and out of force. The value is replaced as a whole. */
export async function updateRule(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  name: RuleName,
  patch: RulePatch,
  check: (rule: RuleInput) => RuleInput,
): Promise<Rule> {
  return store.transaction(async (tx, announce) => {
    const key = await lockToChange(tx, actor, name.id);
    const before = await findRule(tx, name);
    const rule_type = patch.rule_type ?? before.type;
    const rule_value = patch.rule_value ?? before.value;
    const problem = ruleProblem(rule_type, rule_value);
    if (problem) {
      const param = ['rule_value', ...(problem.field ? [problem.field] : [])].join('.');
      throw new GatewayError('invalid_request', `${param}: ${problem.message}.`, { param });
    }
    const wanted = check({ rule_type, rule_value, status: patch.status ?? before.status });
    const [rule] = await tx
      .update(iamRules)
      .set({ ...columnsOf(wanted), updatedAt: new Date() })
      .where(eq(iamRules.id, before.id))
      .returning();
    await record(tx, announce, actor, key, 'updated', rule!);
    return ruleView(rule!);
  });
}

/** Takes a rule away. */
export async function removeRule(
  { store }: Pick<Services, 'store'>,
  actor: Actor,
  name: RuleName,
): Promise<Reply<typeof removeContract>> {
  return store.transaction(async (tx, announce) => {
    const key = await lockToChange(tx, actor, name.id);
    const rule = await findRule(tx, name);
    await tx.delete(iamRules).where(eq(iamRules.id, rule.id));
    await record(tx, announce, actor, key, 'removed', rule);
    return { id: rule.id, key: rule.keyId, deleted: true };
  });
}

/** Writes rules of a key; whoever calls it says so in the audit log. */
export async function insertRules(tx: Transaction, keyId: string, rules: readonly RuleInput[]): Promise<RuleRecord[]> {
  if (rules.length === 0) return [];
  return tx
    .insert(iamRules)
    .values(rules.map((rule) => ({ ...columnsOf(rule), id: newId('iam'), keyId })))
    .returning();
}

async function findRule(db: Database | Transaction, { id, rule }: RuleName): Promise<RuleRecord> {
  const [found] = await db
    .select()
    .from(iamRules)
    .where(and(eq(iamRules.id, rule), eq(iamRules.keyId, id)))
    .limit(1);
  if (found) return found;
  throw new GatewayError('not_found', `The key ${id} has no rule "${rule}".`, {
    param: 'rule',
    hint: `Run \`gateway keys iam list ${id}\` to see its rules.`,
  });
}

async function record(
  tx: Transaction,
  announce: Announce,
  actor: Actor,
  key: KeyRecord,
  what: 'added' | 'updated' | 'removed',
  { id, type, value, status }: RuleRecord,
): Promise<void> {
  await audit(tx, {
    organizationId: key.organizationId,
    actor: actorId(actor),
    action: `key.rule_${what}`,
    target: key.id,
    details: { rule: id, rule_type: type, rule_value: value, status },
  });
  announce('key', key.id);
}

function columnsOf({ rule_type, rule_value, status }: RuleInput) {
  return { type: rule_type, value: rule_value, status };
}

function ruleView(row: RuleRecord): Rule {
  return {
    id: row.id,
    key: row.keyId,
    rule_type: row.type,
    rule_value: row.value,
    status: row.status,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
