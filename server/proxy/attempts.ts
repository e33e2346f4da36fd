import { GatewayError } from '../../shared/errors.ts';
import type { Choice } from '../routing/choose.ts';
import type { Target } from '../routing/plan.ts';
import { type FailedAttempt, type Fault, outcomeOf } from './failure.ts';
import type { Timeouts } from './timeouts.ts';

const NONE: readonly string[] = [];

/** One request's way over its targets: where it is, what failed, and where it may still go. */
export class Attempts {
  /** Those that failed, in order. */
  readonly failed: FailedAttempt[] = [];
  /** How the attempt that was the last failed; undefined while none was. */
  last: Pick<FailedAttempt, 'statusCode' | 'errorType'> | undefined;
  /** The credentials that failed at the target that is being tried. */
  tried: readonly string[] = NONE;
  /** Why the first target that could not be asked could not: told when no other can. */
  private refusal: unknown;
  private at = 0;

  constructor(
    readonly choice: Choice,
    readonly timeouts: Timeouts,
    private readonly maxRetries: number,
  ) {}

  /** The target to try; undefined when there is none left. */
  get target(): Target | undefined {
    return this.choice.targets[this.at];
  }

  /** The target cannot take this request (or money or a limit does not last for it): on to the next. Throws when there is none. */
  passOver(why: unknown): void {
    this.refusal ??= why;
    this.move();
    if (this.target) return;
    const last = this.failed.at(-1);
    throw last ? this.told(last.error) : this.refusal;
  }

  /**
   * Another way after a failure, if one is left: another credential of the same provider, or the next target.
   * @param credential what was tried; undefined when there was none to try.
   * @param hasAnother whether the target has a credential that was not tried.
   */
  goOn(fault: Fault, credential: string | undefined, hasAnother: (tried: readonly string[]) => boolean): boolean {
    if (fault === undefined || this.failed.length >= this.maxRetries) return false;
    const tried = credential === undefined ? this.tried : [...this.tried, credential];
    const here = hasAnother(tried);
    const elsewhere = fault !== 'credential' && this.at + 1 < this.choice.targets.length;
    // A limit is the key's, an outage the provider's.
    const stay = here && (fault === 'credential' || fault === 'rate_limited' || !elsewhere);
    if (stay) this.tried = tried;
    else if (elsewhere) this.move();
    return stay || elsewhere;
  }

  /** The last failure, with those before it named. */
  told(error: GatewayError): GatewayError {
    const before = this.failed.filter((failed) => failed.error !== error);
    if (before.length === 0) return error;
    const named = before.map((failed) => `${failed.provider} (${outcomeOf(failed)})`);
    return new GatewayError(error.code, `${error.message} Tried before: ${named.join(', ')}.`, {
      cause: error,
      ...(error.status !== null && { status: error.status }),
      ...(error.retryAfterS !== null && { retryAfterS: error.retryAfterS }),
      hint: error.hint,
    });
  }

  private move(): void {
    this.at++;
    this.tried = NONE;
  }
}
