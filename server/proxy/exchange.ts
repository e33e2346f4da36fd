import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Tier } from '../../shared/contracts/routing.ts';
import type { Hold } from '../billing/budget.ts';
import type { Estimate } from '../billing/estimate.ts';
import type { Cached } from '../cache/cached.ts';
import type { Capture } from '../cache/capture.ts';
import type { Dialect, StreamReader } from '../dialects/dialect.ts';
import type { JsonObject } from '../dialects/lossless.ts';
import type { NeutralRequest } from '../dialects/neutral/request.ts';
import type { RequestFacts } from '../dialects/neutral.ts';
import type { AnswerContext } from '../dialects/translation.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import type { Admission } from '../policy/limits/admission.ts';
import type { Credential } from '../providers/provider.ts';
import type { Route } from '../providers/upstreams.ts';
import type { Target } from '../routing/plan.ts';
import { newRequestId } from '../store/ids.ts';
import type { Attempts } from './attempts.ts';
import type { Translation } from './prepare.ts';

/** One request on its way through the data plane: what is known of it so far. */
export class Exchange {
  readonly id: string;
  readonly startedAt = Date.now();
  readonly startedMs = performance.now();
  key: KeyEntry | undefined;
  facts: RequestFacts | undefined;
  target: Target | undefined;
  /** The items of the body's `input`, where they had to be parsed before the body was. */
  input: unknown[] | undefined;
  /** The caller's request in neutral form, once a target needed it. */
  neutral: NeutralRequest | undefined;
  /** What was sent to the target, when it had to be translated. */
  translation: Translation | undefined;
  /** What the target was called with. */
  credential: Credential | undefined;
  /** The way that the target is being called by. */
  route: Route | undefined;
  /** Which targets there are, and what failed so far; undefined until they are chosen. */
  attempts: Attempts | undefined;
  /** Sends the request on its next way, when an attempt has failed. */
  pursue: (() => void) | undefined;
  /** What its limits let through; ended when it is booked. */
  admission: Admission | undefined;
  /** The session that the request belongs to. */
  session: string | undefined;
  /** The caller wants this provider and no other. */
  noFallback = false;
  /** How hard the prompt is, where the model was left to us. */
  tier: Tier | undefined;
  /** The credential to call the target with, unless it is out. */
  prefers: string | undefined;
  /** Takes what the thoughts of the answer are signed with. */
  signed: ((signature: string) => void) | undefined;
  /** Takes the whole answer of a format whose answers are kept; undefined when this one is not to be. */
  answered: ((response: JsonObject) => void) | undefined;
  /** The kept answer that it is answered with, or that there was none; undefined where its project keeps none. */
  cached: Cached | 'miss' | undefined;
  /** Collects the answer on its way to the caller, where it is to be kept for others. */
  capture: Capture | undefined;
  /** What reads the answer, where that is a stream. */
  reader: StreamReader | undefined;
  estimate: Estimate | undefined;
  hold: Hold | undefined;
  /** When the first provider was called, and when this one; when its first content came. Milliseconds of the process clock. */
  calledMs = 0;
  attemptedMs = 0;
  firstTokenMs = 0;
  /** The service tier that served it, where the provider tells that in a header. */
  servedTier: string | undefined;
  /** The caller has got something of the answer, which cannot be taken back. */
  began = false;
  /** Booked: whatever happens now, it is not booked again. */
  booked = false;
  /** The caller's connection is gone. */
  gone = false;
  private readonly onGone: (() => void)[] = [];

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    readonly dialect: Dialect,
    /** What its record calls the format. */
    readonly format: string = dialect.format,
  ) {
    this.id = newRequestId(this.startedAt);
    // The socket tells, not the response: of pipelined requests only the first one's response owns the socket.
    const { socket } = request;
    const gone = () => {
      this.gone = true;
      for (const call of this.onGone) call();
    };
    socket.on('close', gone);
    response.on('finish', () => socket.off('close', gone));
  }

  /** What a translated answer is written for. */
  answerContext(): AnswerContext {
    return {
      requestId: this.id,
      facts: this.facts!,
      request: this.translation!.request,
      created: Math.floor(this.startedAt / 1000),
      ...(this.answered && { answered: this.answered }),
    };
  }

  /** Forgets what was known of an attempt that failed. */
  beginAgain(): void {
    this.hold?.release();
    this.hold = undefined;
    this.translation = undefined;
    this.reader = undefined;
    this.credential = undefined;
    this.route = undefined;
    this.servedTier = undefined;
    this.firstTokenMs = 0;
  }

  /** Calls back when the caller hangs up before the answer is complete. */
  whenGone(call: () => void): void {
    if (this.gone) call();
    else this.onGone.push(call);
  }

  /** An abort signal for the same, made only where one is needed. */
  goneSignal(): AbortSignal {
    const controller = new AbortController();
    this.whenGone(() => controller.abort());
    return controller.signal;
  }
}
