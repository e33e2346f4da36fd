/**
 * How much may be asked in a time: of keys (those above a key bound it, too), of organisations, and of free models. Each
 * limit is a sliding window or a number of requests under way; see `sliding-window.ts`.
 *
 * Tokens are known only afterwards: a request is let through as long as any are left and takes an estimate, which the
 * real number replaces. So the last one may overdraw its limit, and those after it wait until that has come back: a
 * request that is larger than the limit is served all the same, once.
 */
import type { RateLimits } from '../../../shared/contracts/limits.ts';
import type { KeyEntry } from '../../identity/key-ring.ts';
import type { Target } from '../../routing/plan.ts';
import { type Admission, Admitted, amountOf, UNLIMITED } from './admission.ts';
import { type Counter, LocalConcurrency, LocalRate } from './counter.ts';
import { type FreeLimits, freeFor, isFree } from './free.ts';
import { type Limited, limitReached } from './limited.ts';
import { RATES, type Rate } from './rates.ts';
import { steadyNow } from './steady-now.ts';

/** What is known of an organisation that bears on its limits. */
export interface Standing {
  name: string;
  rates: RateLimits | null;
  /** Credit was bought for it, at least once. */
  bought: boolean;
}

export interface Limits {
  /** A key's limits, made or changed to these. */
  key(id: string, name: string, rates: RateLimits | null): Limited;
  /** An organisation's, the same way: they hold for the next request, whatever its key has in memory. */
  organization(id: string, standing: Standing): Limited;
  /**
   * Lets a request through its key's and its organisation's limits; throws `rate_limit_exceeded`, which says which limit
   * of whom, with `retryAfterS` and the headers. A promise only where other processes must be asked first.
   */
  admit(key: Pick<KeyEntry, 'limited'>, asked: { inputTokens: number }): Admission | Promise<Admission>;
  /**
   * The same for its target, where that is a free model; else what was admitted so far, in whose place the answer stands.
   * When it throws, what was admitted so far is still to be ended.
   */
  admitTarget(key: Pick<KeyEntry, 'organizationId'>, target: Target, soFar: Admission): Admission | Promise<Admission>;
}

/** Makes what counts one limit of somebody. */
export type MakeCounter = (id: string, rate: Rate, limit: number) => Counter;

/** Of an answer, before anything is known of it. */
const USUAL_OUTPUT_TOKENS = 256;

const local: MakeCounter = (_id, rate, limit) =>
  rate.of === 'concurrent' ? new LocalConcurrency(rate, limit) : new LocalRate(rate, limit);

export function createLimits(free: FreeLimits, make: MakeCounter = local, now: () => number = steadyNow): Limits {
  const everybody = new Map<string, Limited>();
  const bought = new Map<string, boolean>();

  const set = (id: string, label: string, hint: string, rates: RateLimits | null): Limited => {
    let limited = everybody.get(id);
    if (!limited) {
      limited = { id, label, hint, counters: [] };
      everybody.set(id, limited);
    }
    limited.label = label;
    limited.counters = countersFor(limited, rates ?? {}, make);
    return limited;
  };

  const pass = (who: readonly Limited[], counters: readonly Counter[], tokens: number) => {
    const at = now();
    let lacking: Counter | undefined;
    for (const counter of counters) if (!counter.has(at)) lacking ??= counter;
    if (lacking) return acquire(who, counters, tokens, at);
    for (const counter of counters) counter.take(amountOf(counter, tokens), at);
    return new Admitted(counters, tokens, at, now);
  };

  /** All or nothing, where some must ask others. */
  const acquire = (who: readonly Limited[], counters: readonly Counter[], tokens: number, at: number) => {
    const answers = counters.map((counter) => counter.acquire(amountOf(counter, tokens), at));
    const end = (got: readonly boolean[]) => {
      const refusing = counters.find((_, index) => !got[index]);
      if (!refusing) return new Admitted(counters, tokens, at, now);
      for (const [index, counter] of counters.entries())
        if (got[index]) counter.settle(-amountOf(counter, tokens), at, now());
      throw limitReached(who, refusing, now());
    };
    return answers.every((answer) => typeof answer === 'boolean')
      ? end(answers)
      : Promise.all(answers.map(async (answer) => answer)).then(end);
  };

  return {
    key(id, name, rates) {
      const hint = `Whoever manages the key can raise it: \`gateway keys update ${id} --rate-limit <limit>=<number>\`.`;
      return set(id, `the key "${name}"`, hint, rates);
    },
    organization(id, { name, rates, bought: has }) {
      bought.set(id, has);
      const hint = `An owner or admin can raise it: \`gateway orgs update ${id} --rate-limit <limit>=<number>\`.`;
      return set(id, `the organisation "${name}"`, hint, rates);
    },
    admit({ limited }, { inputTokens }) {
      let counters: readonly Counter[] | undefined;
      for (const each of limited) {
        if (each.counters.length === 0) continue;
        counters = counters ? [...counters, ...each.counters] : each.counters;
      }
      return counters ? pass(limited, counters, Math.ceil(inputTokens) + USUAL_OUTPUT_TOKENS) : UNLIMITED;
    },
    admitTarget({ organizationId }, target, soFar) {
      if (!isFree(target)) return soFar;
      const limited = freeFor(free, everybody, organizationId, bought.get(organizationId) ?? false, make);
      if (!limited) return soFar;
      const admitted = pass([limited], limited.counters, 0);
      const both = (more: Admitted) => (soFar instanceof Admitted ? soFar.with(more) : more);
      return admitted instanceof Promise ? admitted.then(both) : both(admitted);
    },
  };
}

/** The counters of these limits; those that there were keep what they have counted. */
function countersFor({ id, counters }: Limited, rates: RateLimits, make: MakeCounter): readonly Counter[] {
  const found: Counter[] = [];
  for (const [name, rate] of Object.entries(RATES)) {
    const limit = rates[name as keyof RateLimits];
    if (limit === undefined) continue;
    const counter = counters.find((each) => each.rate === rate) ?? make(id, rate, limit);
    counter.limit = limit;
    found.push(counter);
  }
  return found;
}
