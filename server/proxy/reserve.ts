import { GatewayError } from '../../shared/errors.ts';
import { formatUsd } from '../../shared/money.ts';
import { type Account, Refusal, remaining, tightestOf } from '../billing/budget.ts';
import { affordableOutput, estimate } from '../billing/estimate.ts';
import type { RequestFacts } from '../dialects/neutral.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import type { Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';
import type { Exchange } from './exchange.ts';

/** How long money that others hold is waited for. */
const MAX_WAIT_MS = 30_000;

/**
 * Sets money aside for a request, or throws 402. A whole answer is bounded by what was set aside: when that is less than
 * it could cost at worst, the output limit to send is returned. A stream is bounded by all that is left.
 */
export async function reserve(
  services: Pick<Services, 'budget' | 'publicUrl'>,
  exchange: Exchange,
  key: KeyEntry,
  facts: RequestFacts,
  target: Target,
): Promise<number | undefined> {
  const asked = estimate(target.offer, facts);
  exchange.estimate = asked;
  const payers = payersOf(key.accounts, target);
  if (exchange.gone) throw new GatewayError('request_cancelled', 'The caller went away.');
  const leftMs = exchange.startedMs + exchange.attempts!.timeouts.gatewayMs - performance.now();
  const ask = { ...asked, stream: facts.stream };
  const answer = services.budget.reserve(payers, ask, () => exchange.goneSignal(), Math.min(MAX_WAIT_MS, leftMs));
  const hold = answer instanceof Promise ? await answer : answer;
  if (exchange.gone) {
    if (!(hold instanceof Refusal)) hold.release();
    throw new GatewayError('request_cancelled', 'The caller went away.');
  }
  if (hold instanceof Refusal) {
    if (answer instanceof Promise && leftMs <= MAX_WAIT_MS) throw tooLate();
    throw refused(hold.account, services.publicUrl);
  }
  exchange.hold = hold;
  if (asked.typicalNano === 0n || payers.length === 0) return undefined;
  // A stream's hold grows while it runs, so it may use what is left besides; what it generates unseen is bounded by this.
  const within = facts.stream ? hold.amountNano + leastRemaining(hold.accounts) : hold.amountNano;
  if (within >= asked.worstNano) return undefined;
  const affordable = affordableOutput(target.offer, within, facts, asked.inputTokens);
  return affordable * facts.choices < asked.maxOutputTokens ? affordable : undefined;
}

/** Waiting for money came to its end with the time of the request. */
function tooLate(): GatewayError {
  return new GatewayError('timeout', 'The money that other requests hold did not come back in time.', {
    hint: "Retry, or allow more: the project's setting gateway_ms, or a header of the request that asks for less.",
  });
}

const A_NANO = { leastNano: 1n, typicalNano: 1n, worstNano: 1n, stream: true };

/** Throws 402 where nothing at all is left for a target that costs something: for answers that cost nothing themselves. */
export async function requireMoney(
  services: Pick<Services, 'budget' | 'publicUrl'>,
  exchange: Exchange,
  key: KeyEntry,
  target: Target,
): Promise<void> {
  if (estimate(target.offer, exchange.facts!).typicalNano === 0n) return;
  const answer = services.budget.reserve(payersOf(key.accounts, target), A_NANO, () => exchange.goneSignal());
  const hold = answer instanceof Promise ? await answer : answer;
  if (!(hold instanceof Refusal)) hold.release();
  if (exchange.gone) throw new GatewayError('request_cancelled', 'The caller went away.');
  if (hold instanceof Refusal) throw refused(hold.account, services.publicUrl);
}

/** The accounts that bound a request: what the organisation's own key at a provider serves is no matter of its balance. */
export function payersOf(accounts: readonly Account[], { upstream }: Target): readonly Account[] {
  return upstream.own ? accounts.filter(({ code }) => code !== 'insufficient_balance') : accounts;
}

function leastRemaining(accounts: readonly Account[]): bigint {
  const least = remaining(tightestOf(accounts));
  return least > 0n ? least : 0n;
}

/** The 402 of a stream that ran into a limit: the tightest account's. */
export function refusalOf(exchange: Exchange, message: string): GatewayError {
  const tightest = tightestOf(exchange.hold!.accounts);
  return new GatewayError(tightest.code, `${message} ${tightest.label} is used up.`);
}

function refused(account: Account, publicUrl: string): GatewayError {
  const left = account.capacity - account.pending;
  const shown = formatUsd(left > 0n ? left : 0n);
  if (account.code === 'insufficient_balance') {
    return new GatewayError('insufficient_balance', `The balance ($${shown}) does not cover this request.`, {
      hint: `Run \`gateway topup --amount 5\` and hand its URL to the account owner, or open ${publicUrl}.`,
    });
  }
  const [kind, id] = account.id.split(':');
  const flag = kind === 'period' ? '--period-limit-usd' : '--limit-usd';
  return new GatewayError('key_limit_reached', `${account.label} is reached ($${shown} left).`, {
    hint: `Raise it with \`gateway keys update ${id} ${flag} <amount>\`, or use another key. (Adding credit, \`gateway topup --amount 5\` at ${publicUrl}, does not raise a key's limit.)`,
  });
}
