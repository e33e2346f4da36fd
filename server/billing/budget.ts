/**
 * Money that may be spent, in process memory: an organisation's balance and the limits of keys. A request holds what
 * it may cost on all of its accounts at once before the provider is called, and settles what it did cost.
 *
 * What remains of an account is `capacity - pending - held`: the store's figure, less what is settled here but not yet in
 * the store, less what running requests hold.
 */
import type { ErrorCode } from '../../shared/errors.ts';
import type { Totals } from './commit.ts';

export interface Account {
  readonly id: string;
  /** The refusal when it is used up. */
  readonly code: Extract<ErrorCode, 'insufficient_balance' | 'key_limit_reached'>;
  /** What the refusal says is used up: `The monthly limit of key "ci"`. */
  label: string;
  /** Nano-dollars left according to the store. */
  capacity: bigint;
  /** Settled here, not yet in the store. */
  pending: bigint;
  held: bigint;
  /** For a recurring limit: its length, and when the window that `capacity` is about ends. */
  window: {
    index: number;
    endsAtMs: number;
    limitNano: bigint;
    at(nowMs: number): { index: number; endsAtMs: number };
  } | null;
  /** What requests on this account cost lately: the greatest, fading. */
  recentNano: bigint;
}

export const remaining = (account: Account) => account.capacity - account.pending - account.held;

/**
 * What a request asks for; see `Estimate`. A whole answer is bounded by its hold, so it takes what it may cost at worst,
 * but leaves room for others: at most half of what is free, a quarter when others hold too.
 */
export interface Ask {
  leastNano: bigint;
  typicalNano: bigint;
  worstNano: bigint;
  stream: boolean;
}

/** Money set aside on every account of a key until `settle` or `release`. */
export interface Hold {
  readonly amountNano: bigint;
  readonly accounts: readonly Account[];
  /** Sets aside so much more when every account has it. */
  extend(byNano: bigint): boolean;
  /** Ends the hold; the cost stays booked as pending until the store has it. */
  settle(costNano: bigint): void;
  /** Ends the hold at no cost. Calling it after `settle` changes nothing. */
  release(): void;
}

/** The account that cannot cover the request. */
export class Refusal {
  readonly account: Account;
  constructor(account: Account) {
    this.account = account;
  }
}

export interface Budget {
  /** The account of this id, made by `create` on first use. */
  account(id: string, create: () => Account): Account;
  find(id: string): Account | undefined;
  /**
   * Holds money on all accounts, or refuses. When others' holds are in the way the request waits in line until they
   * settle (or `maxWaitMs` passes, or the signal fires): money that will come back is no reason to refuse.
   * @param gone asked for only when the request has to wait.
   */
  reserve(
    accounts: readonly Account[],
    ask: Ask,
    gone: () => AbortSignal,
    maxWaitMs?: number,
  ): Hold | Refusal | Promise<Hold | Refusal>;
  /** Tells those who wait that an account changed from outside. */
  wake(): void;
}

const DEFAULT_MAX_WAIT_MS = 30_000;

interface Waiter {
  accounts: readonly Account[];
  ask: Ask;
  resolve(answer: Hold | Refusal): void;
  timer: NodeJS.Timeout;
  leave(): void;
}

export function createBudget(now: () => number = Date.now): Budget {
  const accounts = new Map<string, Account>();
  const waiting = new Set<Waiter>();

  const hold = (list: readonly Account[], first: bigint): Hold => {
    for (const account of list) account.held += first;
    let amount = first;
    let open = true;
    const end = () => {
      if (!open) return false;
      open = false;
      for (const account of list) account.held -= amount;
      return true;
    };
    return {
      accounts: list,
      get amountNano() {
        return amount;
      },
      extend(by) {
        if (!open || list.some((account) => remaining(account) < by)) return false;
        for (const account of list) account.held += by;
        amount += by;
        return true;
      },
      settle(cost) {
        if (!end()) return;
        for (const account of list) {
          account.pending += cost;
          const faded = (account.recentNano * 7n) / 8n;
          account.recentNano = cost > faded ? cost : faded;
        }
        serveLine();
      },
      release() {
        if (end()) serveLine();
      },
    };
  };

  /** Grants, refuses, or names the account to wait for: others hold what this one needs. */
  const decide = (list: readonly Account[], ask: Ask): Hold | Refusal | Account => {
    if (ask.typicalNano === 0n) return hold([], 0n);
    const at = now();
    let tightest: Account | undefined;
    let free = 0n;
    let typical = ask.typicalNano;
    for (const account of list) {
      rollWindow(account, at);
      const left = remaining(account);
      if (tightest === undefined || left < free) {
        tightest = account;
        free = left;
      }
      const recent = account.recentNano < ask.worstNano ? account.recentNano : ask.worstNano;
      if (recent > typical) typical = recent;
    }
    if (!tightest) return hold(list, 0n);
    if (free >= typical) {
      if (ask.stream) return hold(list, typical);
      const share = max(free / (tightest.held === 0n ? 2n : 4n), typical);
      return hold(list, ask.worstNano < share ? max(ask.worstNano, typical) : share);
    }
    if (tightest.held > 0n) {
      // With everything that is held given back, could it be served? Else waiting is of no use.
      return free + tightest.held >= ask.leastNano ? tightest : new Refusal(tightest);
    }
    return free > 0n && free >= ask.leastNano ? hold(list, free) : new Refusal(tightest);
  };

  /** First come, first served on each account: one that must go on waiting lets nobody behind it pass. */
  const serveLine = () => {
    const blocked = new Set<Account>();
    for (const waiter of waiting) {
      if (blocked.size > 0 && waiter.accounts.some((account) => blocked.has(account))) continue;
      const answer = decide(waiter.accounts, waiter.ask);
      if (isAccount(answer)) {
        blocked.add(answer);
        continue;
      }
      waiter.leave();
      waiter.resolve(answer);
    }
  };

  return {
    account(id, create) {
      let account = accounts.get(id);
      if (!account) {
        account = create();
        accounts.set(id, account);
      }
      return account;
    },
    find: (id) => accounts.get(id),
    reserve(list, ask, gone, maxWaitMs = DEFAULT_MAX_WAIT_MS) {
      if (waiting.size === 0 || !othersWaitFor(waiting, list)) {
        const answer = decide(list, ask);
        if (!isAccount(answer)) return answer;
      }
      const signal = gone();
      return new Promise((resolve) => {
        const giveUp = () => {
          waiter.leave();
          resolve(new Refusal(tightestOf(list)));
        };
        const waiter: Waiter = {
          accounts: list,
          ask,
          resolve,
          timer: setTimeout(giveUp, maxWaitMs),
          leave() {
            clearTimeout(waiter.timer);
            waiting.delete(waiter);
            signal.removeEventListener('abort', giveUp);
          },
        };
        waiting.add(waiter);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
    wake: serveLine,
  };
}

const isAccount = (answer: Hold | Refusal | Account): answer is Account => 'capacity' in answer;

/** True when somebody with the very same tightest account already waits: then the newcomer goes to the end of the line. */
function othersWaitFor(waiting: ReadonlySet<Waiter>, list: readonly Account[]): boolean {
  const tightest = list.length > 0 ? tightestOf(list) : undefined;
  if (!tightest || tightest.held === 0n) return false;
  for (const waiter of waiting) if (tightestOf(waiter.accounts) === tightest) return true;
  return false;
}

function rollWindow(account: Account, nowMs: number): void {
  const { window } = account;
  if (!window || nowMs < window.endsAtMs) return;
  const next = window.at(nowMs);
  window.index = next.index;
  window.endsAtMs = next.endsAtMs;
  account.capacity = window.limitNano;
  account.pending = 0n;
}

/** The account with the least left. */
export function tightestOf(list: readonly Account[]): Account {
  return list.reduce((least, account) => (remaining(account) < remaining(least) ? account : least));
}

const max = (a: bigint, b: bigint) => (a > b ? a : b);

/** The cost of one record, on the accounts whose `pending` it is part of. */
export interface Pending {
  accounts: readonly Account[];
  nano: bigint;
  /** By key: the window of its recurring limit that the cost counts in. */
  windows: Readonly<Record<string, number>> | null;
}

/** After a batch is in the store: what was pending is now in the store's own figures, which replace ours. */
export function book(budget: Budget, totals: Totals, batch: readonly Pending[]): void {
  for (const { accounts, nano, windows } of batch) {
    for (const account of accounts) {
      const { window } = account;
      if (!window || window.index === windows?.[account.id.slice('period:'.length)]) account.pending -= nano;
    }
  }
  for (const [id, capacity] of totals) {
    const account = budget.find(id);
    if (account) account.capacity = capacity(account.window?.index ?? null) ?? account.capacity;
  }
}
