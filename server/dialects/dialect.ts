import type { GatewayError } from '../../shared/errors.ts';
import type { Change, Scan } from './json-scan.ts';
import type { JsonObject } from './lossless.ts';
import type { BodyChanges, RequestFacts, TokenUsage } from './neutral.ts';
import type { CallerSide, ProviderSide } from './translation.ts';

/** What callers speak. */
export type Format = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini';
/** What providers speak. */
export type ProviderFormat = Format | 'bedrock-converse';

/** What a caller's stream needs to be told and when: called by a reader, answered by the proxy. */
export interface StreamHooks {
  /** The tokens are known for good: books them and answers the members `"cost":…` to add to the usage object. `tier` served it, if told. */
  settle(usage: TokenUsage, estimated: boolean, tier?: string): string;
  /** A thought of the answer is signed so: called before the bytes go on. */
  signed?(signature: string): void;
  /** The whole answer of a format whose answers are kept (Responses), after it is settled. */
  answered?(response: JsonObject): void;
}

/**
 * Reads a provider's stream of the caller's own dialect as bytes and hands them on. Frames without news pass as they
 * are; those with usage are completed with the cost.
 */
export interface StreamReader {
  /** Takes what arrived; returns what may go to the caller now, null for nothing yet. */
  push(chunk: Buffer): Buffer | null;
  /** The provider's stream ended cleanly. Returns the rest to send, or null when it ended too early. */
  end(): Buffer | null;
  /** Content has arrived: until then the caller has been sent nothing, and a failure is still a real status. */
  readonly started: boolean;
  /** The provider's error event, when one came. */
  readonly failure: ProviderFailure | undefined;
  /** Generated text so far, in bytes. */
  readonly contentBytes: number;
  /** What the provider has reported so far. */
  readonly usage: TokenUsage | undefined;
  /** The event that ends the stream badly, with what was told before it. Absent or undefined: the dialect's own. */
  errorFrame?(error: GatewayError, requestId: string): string | undefined;
}

/** An error as a provider words it. */
export interface ProviderFailure {
  message: string;
  type: string;
  code: string | null;
}

/** One wire format, in front and behind: pure functions over bytes. */
export interface Dialect {
  format: Format;
  /** The member that holds the usage of a whole answer. Absent: `usage`. */
  usageMember?: string;
  /** Checks a body and reads what decides; throws `invalid_request` with the parameter's name. */
  read(scan: Scan, path: PathFacts): RequestFacts;
  /**
   * What must change in the body for a provider of the same dialect. Undefined when that cannot be done by changing
   * top-level members: then the body is translated, from the dialect into itself.
   */
  rewrite(scan: Scan, facts: RequestFacts, changes: BodyChanges): ReadonlyMap<string, Change> | undefined;
  /** The usage object of a whole answer. */
  usage(value: unknown): TokenUsage | undefined;
  /** A usage object of our own making, as JSON text, for a provider that reported none. */
  usageText(usage: TokenUsage): string;
  /** Web searches that a whole answer tells of outside its usage object. */
  searches?(body: Buffer): number;
  /** A whole answer with what its provider was not told of the request. Absent: nothing is added. */
  echo?(body: Buffer, facts: RequestFacts): Buffer;
  /** True when a whole answer has the shape of one. */
  isAnswer(body: Buffer): boolean;
  createReader(facts: RequestFacts, hooks: StreamHooks, maxOutputTokens: number, inputTokens: number): StreamReader;
  /** The content type of a stream. Absent: server-sent events. */
  streamType?(facts: RequestFacts): string;
  /** A provider's error body. */
  failure(value: unknown): ProviderFailure | undefined;
  errorBody(error: GatewayError, requestId: string): string;
  /** The event that ends a stream badly, as its frame. */
  errorFrame(error: GatewayError, requestId: string, facts?: RequestFacts): string;
  /** What stands between it and the neutral form, in front. */
  caller: CallerSide;
  /** The same behind. */
  provider: ProviderSide;
}

/** What a path says besides its dialect (Gemini's names model and method). */
export interface PathFacts {
  model?: string;
  stream?: boolean;
  /** The caller asked for server-sent events (`alt=sse`). */
  sse?: boolean;
}
