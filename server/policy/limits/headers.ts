import type { Counter } from './counter.ts';

/**
 * What callers are told of their limits, as the flat list that node takes: `x-ratelimit-limit`, `-remaining` and `-reset`
 * (Unix seconds) of the tightest limit on requests, and those of OpenAI's names for requests and for tokens, whose resets
 * are durations such as `6m0s`.
 */
export function limitHeaders(counters: readonly Counter[], nowMs: number): string[] {
  const requests = tightestOf(counters, nowMs, ({ rate }) => rate.of !== 'tokens');
  const tokens = tightestOf(counters, nowMs, ({ rate }) => rate.of === 'tokens');
  const first = requests ?? tokens;
  if (!first) return [];
  const headers = [
    'x-ratelimit-limit',
    String(first.limit),
    'x-ratelimit-remaining',
    String(Math.floor(first.remaining(nowMs))),
    'x-ratelimit-reset',
    String(Math.ceil(first.resetAtMs(nowMs) / 1000)),
  ];
  if (requests) headers.push(...named('requests', requests, nowMs));
  if (tokens) headers.push(...named('tokens', tokens, nowMs));
  return headers;
}

function named(what: string, counter: Counter, nowMs: number): string[] {
  return [
    `x-ratelimit-limit-${what}`,
    String(counter.limit),
    `x-ratelimit-remaining-${what}`,
    String(Math.floor(counter.remaining(nowMs))),
    `x-ratelimit-reset-${what}`,
    duration(Math.max(0, counter.resetAtMs(nowMs) - nowMs)),
  ];
}

/** The one of which the smallest part is left. */
function tightestOf(
  counters: readonly Counter[],
  nowMs: number,
  among: (counter: Counter) => boolean,
): Counter | undefined {
  let tightest: Counter | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const counter of counters) {
    if (!among(counter)) continue;
    const left = counter.remaining(nowMs) / counter.limit;
    if (left >= least) continue;
    tightest = counter;
    least = left;
  }
  return tightest;
}

/** As OpenAI writes it: `120ms`, `1.5s`, `6m0s`, `2h0m0s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  if (ms < 60_000) return `${Math.ceil(ms / 10) / 100}s`;
  const seconds = Math.ceil(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}h` : ''}${minutes}m${seconds % 60}s`;
}
