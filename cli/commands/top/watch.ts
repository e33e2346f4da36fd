import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../../shared/errors.ts';
import type { Context } from '../../context.ts';
import { visible, visibleDeep } from '../../output.ts';
import { paintFor } from '../../paint.ts';
import { isPassing, pauseMs } from '../../steady.ts';
import { openScreen } from './screen.ts';
import type { Snapshot } from './snapshot.ts';
import { draw } from './view.ts';

const EVERY_MS = 2_000;
const CTRL_C = '\u0003';
const FOOT = 'q quits';

/** Draws again and again until `q` or a signal. A server that is away is waited for; what does not pass is thrown. */
export async function watch(context: Context, gather: () => Promise<Snapshot>, first: Snapshot): Promise<void> {
  const paint = await paintFor(context, context.streams.stdout);
  const end = ending();
  const fail = (code: 'interrupted' | 'terminated', message: string) => () =>
    end.reject(new GatewayError(code, message));
  const interrupt = fail('interrupted', 'Interrupted.');
  let snapshot = first;
  let trouble: string | undefined;
  const redraw = () => {
    const view = { snapshot: visibleDeep(snapshot), server: visible(context.settings.apiUrl), trouble, foot: FOOT };
    screen.draw(draw(view, paint, screen));
  };
  context.progress.leave();
  const screen = openScreen(
    context.streams,
    (key) => {
      if (key.includes(CTRL_C)) interrupt();
      else if (/^q/i.test(key)) end.resolve('end');
    },
    () => redraw(),
  );
  context.signals.release();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', fail('terminated', 'Terminated.'));
  try {
    for (let failures = 0, retryAfterS: number | null = null; ; ) {
      redraw();
      const pause = sleep(pauseMs(EVERY_MS, failures, retryAfterS));
      if ((await Promise.race([end.promise, pause])) === 'end') return;
      try {
        const answer = await Promise.race([end.promise, gather()]);
        if (answer === 'end') return;
        snapshot = answer;
        trouble = undefined;
        failures = 0;
        retryAfterS = null;
      } catch (error) {
        if (!isPassing(error)) throw error;
        trouble = visible(error.message);
        failures++;
        retryAfterS = error.retryAfterS;
      }
    }
  } finally {
    screen.close();
  }
}

/** A promise that a key or a signal settles. That nobody waits for it at that moment is no fault. */
function ending() {
  let resolve!: (how: 'end') => void;
  let reject!: (why: GatewayError) => void;
  const promise = new Promise<'end'>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
