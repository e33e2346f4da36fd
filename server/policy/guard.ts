import { type RuleSubject, type RuleType, type RuleValue, subjectOf } from '../../shared/contracts/iam.ts';
import { MATCHERS, type Subject } from './matchers.ts';

/** A rule as the store has it. */
export interface StoredRule {
  id: string;
  type: RuleType;
  value: RuleValue;
}

interface CompiledRule {
  id: string;
  names(subject: Subject): boolean;
  /** What it forbids of a subject: `forbids the model …`, `allows only …`. */
  says(subject: Subject): string;
}

/** Rules about one kind of subject. */
interface Checks {
  deny: readonly CompiledRule[];
  /** By what they are about: of each group one rule must name the subject. */
  allow: readonly (readonly CompiledRule[])[];
}

/** The rules of one key, ready to be asked on every request. */
export interface Guard {
  /** Whose rules: `the key "ci"`. */
  owner: string;
  keyId: string;
  about: Readonly<Partial<Record<Subject['kind'], Checks>>>;
}

/** Compiles the rules of one key, once, when the key is loaded. */
export function compileGuard(key: { id: string; owner: string }, rules: readonly StoredRule[]): Guard {
  const about: Guard['about'] = Object.fromEntries(
    (['address', 'offer'] as const).flatMap((kind) => {
      const own = rules.filter(({ type }) => MATCHERS[subjectOf(type)].of === kind);
      return own.length > 0 ? [[kind, checksOf(own)]] : [];
    }),
  );
  return { owner: key.owner, keyId: key.id, about };
}

/**
 * What forbids a subject, in words; undefined when nothing does. Deny rules come first. Where a key has allow rules about
 * something, one of them must name the subject; each thing that they are about is asked for by itself.
 */
export function refusalBy({ owner, about }: Guard, subject: Subject): string | undefined {
  const checks = about[subject.kind];
  if (!checks) return undefined;
  const denying = checks.deny.find((rule) => rule.names(subject));
  if (denying) return `the rule ${denying.id} of ${owner} ${denying.says(subject)}`;
  const missed = checks.allow.find((group) => !group.some((rule) => rule.names(subject)));
  if (!missed) return undefined;
  if (missed.length === 1) return `the rule ${missed[0]!.id} of ${owner} ${missed[0]!.says(subject)}`;
  return `of the rules ${missed.map(({ id }) => id).join(', ')} of ${owner} one must allow it; ${missed[0]!.id} ${missed[0]!.says(subject)}`;
}

function checksOf(rules: readonly StoredRule[]): Checks {
  const groups = new Map<RuleSubject, CompiledRule[]>();
  const deny: CompiledRule[] = [];
  for (const rule of rules) {
    const subject = subjectOf(rule.type);
    if (isDeny(rule.type)) deny.push(compile(rule));
    else groups.set(subject, [...(groups.get(subject) ?? []), compile(rule)]);
  }
  return { deny, allow: [...groups.values()] };
}

function compile({ id, type, value }: StoredRule): CompiledRule {
  const matcher = MATCHERS[subjectOf(type)];
  const denies = isDeny(type);
  // a guard asks its rules only about the kind of subject that they were sorted under
  return {
    id,
    names: matcher.compile(value, denies) as CompiledRule['names'],
    says: (subject) =>
      denies
        ? `forbids ${matcher.says.denied(subject as never)}`
        : `allows only ${matcher.says.allowed(value, subject as never)}`,
  };
}

function isDeny(type: RuleType): boolean {
  return type.startsWith('deny_');
}
