import { basename } from 'node:path';
import type { Endpoint, Input, Reply } from '../shared/contracts/endpoint.ts';
import { GatewayError } from '../shared/errors.ts';
import type { CallOptions, Client } from './client.ts';
import type { Globals } from './globals.ts';
import { wrapLines } from './line-breaks.ts';
import { jsonText, pickFields, visible, visibleDeep } from './output.ts';
import { type Paint, paintFor } from './paint.ts';
import { Progress } from './progress.ts';
import { canPrompt } from './prompt.ts';
import { configDirectory, preference, readSettings, type Settings } from './settings.ts';
import type { Signals } from './signals.ts';

export interface Streams {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** Thrown by a `--dry-run` at the point where something would have changed; `run.ts` prints its plan as the result. */
export class DryRun extends Error {
  readonly plan: Record<string, unknown>;
  constructor(plan: Record<string, unknown>) {
    super('dry run');
    this.plan = { dry_run: true, ...plan };
  }
}

/** All that a command may touch. Libraries are loaded when a method first needs them. */
export class Context {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The command line behind `gateway`, as typed. */
  readonly args: readonly string[];
  readonly streams: Streams;
  readonly signals: Signals;
  globals: Globals;
  /** Set by a command whose work is done but whose exit code is not 0 (`exec` passes the child's on). */
  exitCode = 0;
  /** `--idempotency-key`: what the first creating call carries, so that a command whose answer was lost can be repeated. */
  idempotencyKey: string | undefined;
  /** The version that the server says it runs, once it has answered. */
  serverVersion: string | undefined;
  /** The sign of life while something takes long. */
  readonly progress: Progress;
  readonly #warned = new Set<string>();
  #settings: Settings | undefined;
  #client: Promise<Client> | undefined;

  constructor(process: {
    env: NodeJS.ProcessEnv;
    cwd: string;
    args: readonly string[];
    streams: Streams;
    signals: Signals;
    globals: Globals;
  }) {
    this.env = process.env;
    this.cwd = process.cwd;
    this.args = process.args;
    this.streams = process.streams;
    this.signals = process.signals;
    this.globals = process.globals;
    this.progress = new Progress(this);
  }

  /** True when stdout is for a program: `--json`, `--fields` or GATEWAY_JSON. */
  get json(): boolean {
    return this.globals.json;
  }

  /** The server, the profile and the folder in force, and where each was said. Reads files on first use. */
  get settings(): Settings {
    if (!this.#settings) {
      const { env, cwd, globals } = this;
      this.#settings = readSettings({ env, cwd, globals, warn: (text) => this.warn(text) });
      if (!globals.timeoutGiven) globals.timeoutMs = Number(preference(this.#settings, 'timeout').value) * 1000;
    }
    return this.#settings;
  }

  /** The name of the folder that the person is in, which is likely that of the thing they make; undefined at the root. */
  get folder(): string | undefined {
    return basename(this.cwd) || undefined;
  }

  /** The folder of credentials and preferences, found without reading any of them. */
  get configDir(): string {
    return configDirectory(this.env, this.cwd);
  }

  /** From here on the command talks to this server: the one that a started login belongs to. */
  useServer(apiUrl: string): void {
    this.#settings = { ...this.settings, apiUrl };
  }

  now(): number {
    return Date.now();
  }

  /** Calls an endpoint of the server with the credential in force. With `--dry-run`, what would change something is told instead. */
  async call<E extends Endpoint>(contract: E, input: Input<E> = {}, options: CallOptions = {}): Promise<Reply<E>> {
    const client = await this.client();
    return client.call(contract, input, options);
  }

  /** The HTTP client, for what `call` does not cover. */
  client(): Promise<Client> {
    this.#client ??= import('./client.ts').then(({ createClient }) => {
      const client = createClient(this);
      const shown = <T>(work: () => Promise<T>) => this.progress.during(`Waiting for ${this.settings.apiUrl} …`, work);
      return {
        ...client,
        call: (contract, input, options) => shown(() => client.call(contract, input, options)),
        send: (outgoing) => shown(() => client.send(outgoing)),
      };
    });
    return this.#client;
  }

  /** Releases what would keep the process alive. */
  async close(): Promise<void> {
    if (this.#client) await (await this.#client).close();
  }

  /**
   * Prints the command's result, once. In text mode `text` gets a copy whose strings have their control characters made
   * visible, so that nothing a server says can move the cursor, and the terminal's width for tables.
   */
  async show<T>(
    value: T,
    text: (safe: T, paint: Paint, width: number | undefined) => string | Promise<string>,
  ): Promise<void> {
    if (this.json)
      return this.write(`${jsonText(this.globals.fields ? pickFields(value, this.globals.fields) : value)}\n`);
    const shown = await text(visibleDeep(value), await paintFor(this, this.streams.stdout), this.width);
    await this.write(shown === '' || shown.endsWith('\n') ? shown : `${shown}\n`);
  }

  /** How many columns the terminal has that stdout is; undefined when it is none. */
  get width(): number | undefined {
    const { stdout } = this.streams;
    return stdout.isTTY ? stdout.columns || 80 : undefined;
  }

  /** Prints text or bytes on stdout as they are, and waits until they are handed over. */
  write(text: string | Uint8Array): Promise<void> {
    this.progress.stop();
    return new Promise((resolve, reject) => {
      this.streams.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** A line for people on stderr; nothing with `--quiet` or in JSON mode. */
  note(text: string): void {
    if (this.globals.quiet || this.json) return;
    this.progress.stop();
    const { stderr } = this.streams;
    stderr.write(`${wrapLines(text, stderr.isTTY ? stderr.columns || 80 : undefined)}\n`);
  }

  /** A warning for people on stderr, told once however many steps find it. In JSON mode it belongs into the answer. */
  warn(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.note(`warning: ${visible(text)}`);
  }

  /** True when a question may be asked: a person sits at a terminal and nothing forbids it. */
  get mayAsk(): boolean {
    return this.globals.input && canPrompt(this.env, this.streams);
  }

  /** An answer from the person, to whom one may be suggested, or `input_required` naming the flag. */
  async ask(question: string, flag: string, how: { secret?: boolean; suggested?: string } = {}): Promise<string> {
    if (!this.mayAsk) {
      throw new GatewayError('input_required', `${flag} is missing.`, {
        param: flag,
        hint: `Add ${flag}: no prompt can be shown here.`,
        next: how.secret
          ? []
          : [{ command: this.#again(`${flag} <${flag.replace(/^-+/, '')}>`), when: 'with the missing answer' }],
      });
    }
    const { askFor } = await import('./prompt.ts');
    return askFor(this, question, how);
  }

  /** True when `confirm` would show its question to a person. */
  get willAsk(): boolean {
    return this.mayAsk && !this.globals.yes && !this.globals.dryRun;
  }

  /** This command line, for whoever may run it again; undefined when it passes on words that are not ours to repeat. */
  get again(): string | undefined {
    return this.args.includes('--') || this.args.length === 0 ? undefined : this.#again();
  }

  /** This command line, with one more flag if one is given. */
  #again(flag?: string): string {
    const end = this.args.indexOf('--');
    const at = end < 0 ? this.args.length : end;
    const quoted = (words: readonly string[]) => words.map(shellWord);
    const more = flag === undefined ? [] : [flag];
    return ['gateway', ...quoted(this.args.slice(0, at)), ...more, ...quoted(this.args.slice(at))].join(' ');
  }

  /** Goes on after `--yes` or a yes from the person; otherwise `confirmation_required`. Never asks in a dry run. */
  async confirm(question: string): Promise<void> {
    if (this.globals.yes || this.globals.dryRun) return;
    if (!this.mayAsk)
      throw new GatewayError('confirmation_required', `${question} This needs a confirmation.`, {
        next: [{ command: this.#again('--yes'), when: 'to confirm' }],
      });
    const { askYes } = await import('./prompt.ts');
    if (!(await askYes(this, question)))
      throw new GatewayError('confirmation_required', 'Not confirmed. Nothing was changed.', {
        hint: 'Run the command again if you want it after all.',
      });
  }

  /** With `--dry-run`, ends here and prints the plan. Call it before anything that changes something without `call`. */
  preview(plan: Record<string, unknown>): void {
    if (this.globals.dryRun) throw new DryRun(plan);
  }
}

/** A word as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:@=,+%-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
