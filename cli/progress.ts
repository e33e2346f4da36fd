import type { Ora } from 'ora';
import type { Context } from './context.ts';
import { visible } from './output.ts';
import { colorLevel } from './paint.ts';
import { isWatched } from './watched.ts';

/** What takes less needs no sign of life; the library is not even loaded. */
const PATIENCE_MS = 500;

/** The spinner on stderr while something takes long. Nothing of it exists where nobody watches. */
export class Progress {
  readonly #context: Pick<Context, 'env' | 'globals' | 'streams'>;
  #waits = 0;
  #timer: NodeJS.Timeout | undefined;
  #spinner: Ora | undefined;
  #off = false;

  constructor(context: Pick<Context, 'env' | 'globals' | 'streams'>) {
    this.#context = context;
  }

  /** Does the work; from half a second on a spinner says that it is going on. */
  async during<T>(text: string, work: () => Promise<T>): Promise<T> {
    this.#waits++;
    if (!this.#off && this.#isShown() && !this.#timer && !this.#spinner)
      this.#timer = setTimeout(() => void this.#start(text), PATIENCE_MS).unref();
    try {
      return await work();
    } finally {
      if (--this.#waits === 0) this.stop();
    }
  }

  /** Takes the spinner away, as something else is going to be written. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#spinner?.stop();
    this.#spinner = undefined;
  }

  /** No spinner from here on: the command draws for itself. */
  leave(): void {
    this.stop();
    this.#off = true;
  }

  #isShown(): boolean {
    return this.#context.env.TERM !== 'dumb' && isWatched(this.#context);
  }

  async #start(text: string): Promise<void> {
    const timer = this.#timer;
    const { default: ora } = await import('ora');
    // stopped while it was loaded
    if (timer === undefined || this.#timer !== timer) return;
    this.#timer = undefined;
    const { stderr } = this.#context.streams;
    this.#spinner = ora({
      text: visible(text),
      stream: stderr,
      color: colorLevel(this.#context, stderr) > 0 ? 'cyan' : false,
      isEnabled: true,
      // stdin belongs to the command
      discardStdin: false,
    }).start();
  }
}
