import { GatewayError } from '../shared/errors.ts';

/** What SIGINT and SIGTERM do: end the command with a told error, unless a command deals with them itself. */
export interface Signals {
  /** From here on the command deals with SIGINT and SIGTERM itself (`serve`, `exec`). */
  release(): void;
  /** Lets a step finish first that must not be cut in two, such as spending a refresh token. A second signal ends it anyway. */
  hold<T>(step: Promise<T>): Promise<T>;
}

/** Listens for both signals; `end` gets the error to tell. */
export function listenForSignals(process: NodeJS.Process, end: (error: GatewayError) => void): Signals {
  let held = 0;
  let waiting: GatewayError | undefined;
  const onSignal = (error: () => GatewayError) => () => {
    if (held > 0 && !waiting) waiting = error();
    else end(waiting ?? error());
  };
  const onInterrupt = onSignal(() => new GatewayError('interrupted', 'Interrupted.'));
  const onTerminate = onSignal(() => new GatewayError('terminated', 'Terminated.'));
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  // a limit on file sizes is then told as a write that failed, as a full disk is
  if (process.platform !== 'win32') process.on('SIGXFSZ', () => {});
  return {
    release() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
    async hold(step) {
      held++;
      try {
        return await step;
      } finally {
        held--;
        if (held === 0 && waiting) end(waiting);
      }
    },
  };
}
