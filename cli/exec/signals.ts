import type { Context } from '../context.ts';

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type PassedSignal = (typeof PASSED_ON)[number];

/** Signals that reached this process, for the command that it runs. */
export interface SignalTap {
  /** The first one that came before there was a command to pass it on to. */
  readonly early: PassedSignal | undefined;
  /** From now on signals go here. */
  passTo(receive: (signal: PassedSignal) => void): void;
}

/**
 * From here on signals do not end this process: it lives as long as the command that it runs, to pass on its exit code
 * and to clean up behind it. They stay caught until the process ends.
 */
export function tapSignals({ signals, streams }: Pick<Context, 'signals' | 'streams'>): SignalTap {
  let early: PassedSignal | undefined;
  let receive: ((signal: PassedSignal) => void) | undefined;
  // Ctrl-C at a terminal reaches every process of the foreground group: passed on, the command would get it twice, and
  // many take the second as "stop at once".
  const atTerminal = streams.stdin.isTTY || streams.stdout.isTTY || streams.stderr.isTTY;
  for (const signal of PASSED_ON) {
    process.on(signal, () => {
      if (!receive) early ??= signal;
      else if (signal !== 'SIGINT' || !atTerminal) receive(signal);
    });
  }
  signals.release();
  return {
    get early() {
      return early;
    },
    passTo(to) {
      receive = to;
    },
  };
}
