import type { GatewayError } from '../../shared/errors.ts';
import type { Format, ProviderFailure, ProviderFormat } from './dialect.ts';
import type { JsonObject } from './lossless.ts';
import type { Answer, NeutralEvent } from './neutral/answer.ts';
import type { NeutralRequest } from './neutral/request.ts';
import type { BodyChanges, RequestFacts, TokenUsage } from './neutral.ts';

/** Half of a dialect: what stands between a caller's format and the neutral form. */
export interface CallerSide {
  format: Format;
  /**
   * A caller's body, already checked by `Dialect.read`, in neutral form. Throws `invalid_request` with `param` for what
   * is malformed in what it must understand.
   */
  readRequest(body: JsonObject, facts: RequestFacts): NeutralRequest;
  /** A state machine that turns the events of one answer into the caller's stream. */
  createWriter(context: AnswerContext): EventWriter;
  /** A whole answer as the caller's body. The usage carries `totals.cost`; `metadata.routing` is added by the proxy. */
  writeAnswer(answer: Answer, totals: Totals, context: AnswerContext): JsonObject;
}

/** What an answer is written for. */
export interface AnswerContext {
  /** Our id of the request. */
  requestId: string;
  facts: RequestFacts;
  request: NeutralRequest;
  /** Seconds since 1970. */
  created: number;
  /** Takes the whole answer of a format whose answers are kept (Responses), once it is written. */
  answered?(response: JsonObject): void;
}

/** What is known of the cost once an answer is whole. */
export interface Totals {
  usage: TokenUsage;
  /** `cost` and `cost_details`, to be spread into the format's usage object. */
  cost: JsonObject;
  estimated: boolean;
}

/** Events in, the caller's stream out. Text, so that several events make one write. */
export interface EventWriter {
  /** The frames that this event completes; empty when nothing can be sent yet. `usage`, `tier` and `error` never come here. */
  write(event: NeutralEvent): string;
  /** The frames that end the stream well, with usage and cost. */
  end(totals: Totals): string;
  /** The frames that end it badly. Absent: the dialect's own `errorFrame`, which knows nothing of what was told. */
  fail?(error: GatewayError): string;
}

/** The other half: what stands between the neutral form and a provider's format. */
export interface ProviderSide {
  format: ProviderFormat;
  /** A request as the provider's body. Throws `invalid_request` or `model_not_supported` for what the target cannot express. */
  writeRequest(request: NeutralRequest, target: TargetFacts): WrittenRequest;
  /** A provider's whole answer as the events that its stream would have been. Undefined when it is no answer. */
  readAnswer(body: JsonObject, asked?: AskedModel): NeutralEvent[] | undefined;
  /** A state machine over the bytes of a provider's stream. */
  createSource(asked?: AskedModel): EventSource;
  /** The error in a provider's error body, parsed. */
  failure(value: unknown): ProviderFailure | undefined;
}

/** The provider's own name of the model that was asked, for formats whose answers do not tell (Bedrock). */
export interface AskedModel {
  model: string;
}

export interface WrittenRequest {
  body: JsonObject;
  /** Top-level members of the caller's body (and nested ones as paths) that the target has no place for: told in a header. */
  dropped: string[];
  /** Headers that the body needs: `anthropic-beta`. */
  headers?: Record<string, string>;
}

/** What a writer of requests may know of where the request goes. `model` is the provider's own name of it. */
export interface TargetFacts extends BodyChanges {
  stream: boolean;
}

/** Bytes in, events out, however the bytes are sliced. */
export interface EventSource {
  push(chunk: Buffer): NeutralEvent[];
  /** The connection ended cleanly: what is left. */
  end(): NeutralEvent[];
  /** The answer is whole: its terminal event, or all that stands for it, has come. */
  readonly complete: boolean;
}
