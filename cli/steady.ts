/** Asking again and again: when, and how long a failure is borne. */
import { GatewayError } from '../shared/errors.ts';

const LONGEST_PAUSE_MS = 15_000;

/** True for a failure that may be over by itself: no connection, a busy or broken server, an answer of something in between. */
export function isPassing(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.retryable;
}

/**
 * How long to wait before asking again.
 * @param everyMs the pause while all is well.
 * @param failures how many times in a row it failed; the pause doubles with each.
 * @param retryAfterS what the server asked for, which is honoured however long it is.
 */
export function pauseMs(everyMs: number, failures: number, retryAfterS: number | null): number {
  const ours = failures === 0 ? everyMs : Math.min(LONGEST_PAUSE_MS, everyMs * 2 ** Math.min(failures - 1, 10));
  return Math.max(ours, (retryAfterS ?? 0) * 1000);
}
