import { GatewayError } from '../../../shared/errors.ts';
import type { Counter } from './counter.ts';
import { limitHeaders } from './headers.ts';
import { inWords } from './rates.ts';

/** Somebody whose requests are limited: a key, an organisation, or an organisation's use of free models. */
export interface Limited {
  readonly id: string;
  /** As a refusal calls it: `the key "ci"`. */
  label: string;
  /** What to do about a refusal. */
  hint: string;
  /** Empty: it has no limits, now. */
  counters: readonly Counter[];
}

/** The 429 of a limit that is used up: which of whom, how much it is, and when it will be worth asking again. */
export function limitReached(limited: readonly Limited[], counter: Counter, nowMs: number): GatewayError {
  const { label, hint } = limited.find(({ counters }) => counters.includes(counter)) ?? limited[0]!;
  const waitS = Math.max(1, Math.ceil((counter.resetAtMs(nowMs) - nowMs) / 1000));
  const when =
    counter.rate.of === 'concurrent' ? 'Another has to end first.' : `There is room again in ${waitInWords(waitS)}.`;
  const all = limited.flatMap(({ counters }) => counters);
  return new GatewayError(
    'rate_limit_exceeded',
    `Rate limit exceeded: ${label} ${counter.rate.words[0]} ${inWords(counter.rate, counter.limit)}. ${when}`,
    { retryAfterS: waitS, hint, headers: limitHeaders([counter, ...all.filter((each) => each !== counter)], nowMs) },
  );
}

function waitInWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
