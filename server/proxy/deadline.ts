import { GatewayError } from '../../shared/errors.ts';
import type { Timeouts } from './timeouts.ts';

/** What is waited for. */
type Phase = 'connect' | 'first byte' | 'next byte' | 'end';

/** Proxies and load balancers give a silent connection up after 30 s and more. */
export const WAITING_MS = 15_000;

/** What a project allows, and the header by which a request asks for less. */
const LIMITS: Readonly<Record<Phase, readonly [setting: string, header: string]>> = {
  connect: ['connect_ms', 'x-connect-timeout-ms'],
  'first byte': ['first_byte_ms', 'x-first-byte-timeout-ms'],
  'next byte': ['idle_ms', 'x-idle-timeout-ms'],
  end: ['gateway_ms, streaming_ms or plain_ms', 'x-timeout-ms'],
};

/** How long one attempt may take: its parts by themselves, and the whole. */
export interface AttemptTimes extends Pick<Timeouts, 'connectMs' | 'firstByteMs' | 'idleMs'> {
  /** When it must be over, in milliseconds of the process clock. */
  endMs: number;
}

/**
 * The clock of one attempt: undici's own are off, as they tick in seconds and know no request. One timer, moved only when
 * it goes off too early, so that a byte that arrives costs a number.
 */
export class Deadline {
  private phase: Phase = 'connect';
  private dueMs: number;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param busy true while the caller is too slow to take what there is: the provider is not to blame then.
   * @param expired called once, with what is to be told.
   * @param waiting called now and then while nothing has come: so that nobody between us and the caller takes it for dead.
   */
  constructor(
    private readonly times: AttemptTimes,
    private readonly provider: string,
    private readonly busy: () => boolean,
    private readonly expired: (error: GatewayError) => void,
    private readonly waiting?: (() => void) | undefined,
  ) {
    this.dueMs = performance.now() + times.connectMs;
    this.arm();
  }

  /** The request is on its way. */
  connected(): void {
    if (this.phase === 'connect') this.wait('first byte', this.times.firstByteMs);
  }

  /** Something came that the caller gets. */
  progressed(): void {
    if (this.phase === 'next byte') this.dueMs = performance.now() + this.times.idleMs;
    else this.wait('next byte', this.times.idleMs);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private wait(phase: Phase, forMs: number): void {
    const before = this.dueMs;
    this.phase = phase;
    this.dueMs = performance.now() + forMs;
    if (this.dueMs < before && this.timer) this.arm();
  }

  private arm(): void {
    clearTimeout(this.timer);
    const now = performance.now();
    const due = Math.min(this.dueMs, this.times.endMs, this.waiting ? now + WAITING_MS : Number.POSITIVE_INFINITY);
    this.timer = setTimeout(() => this.look(), Math.max(0, Math.ceil(due - now)));
  }

  private look(): void {
    const now = performance.now();
    const over = now >= this.times.endMs;
    if (!over && this.busy()) this.dueMs = now + this.times.idleMs;
    if (!over && now < this.dueMs) {
      if (this.phase === 'first byte') this.waiting?.();
      this.arm();
      return;
    }
    this.timer = undefined;
    const phase = over ? 'end' : this.phase;
    const [setting, header] = LIMITS[phase];
    this.expired(
      new GatewayError('timeout', `${this.provider} did not answer in time: ${TOLD[phase]}.`, {
        hint: `Retry, or raise the project's timeouts.${setting}; ${header} of a request can only lower that.`,
      }),
    );
  }
}

const TOLD: Readonly<Record<Phase, string>> = {
  connect: 'no connection came about',
  'first byte': 'nothing came',
  'next byte': 'it stopped in the middle',
  end: 'the time for the whole request is over',
};
