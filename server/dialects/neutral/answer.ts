import type { JsonObject } from '../lossless.ts';
import type { TokenUsage } from '../neutral.ts';
import type { AssistantPart, Family } from './request.ts';

/** Where something in an answer comes from. Offsets are into the text part it belongs to, in UTF-16 units. */
export interface Citation {
  /** Absent for a passage of a document that the caller sent. */
  url?: string;
  title?: string;
  start?: number;
  end?: number;
  citedText?: string;
  /** The citation in its family's own words, to be sent back to it. */
  native?: { family: Family; value: JsonObject };
}

/** Proves to its own provider that the thought is the model's. Opaque; never changed. */
export interface Signature {
  family: Family;
  value: string;
  /** The thought itself is encrypted in it (Anthropic's `redacted_thinking`): there is no text. */
  redacted?: boolean;
  /** OpenAI's id of the reasoning item. */
  id?: string;
}

/** More answers to one request than any provider gives. */
const MOST_CHOICES = 128;

/** False for a number of an answer that no provider means: room is made for every one below it. */
export function isChoice(index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < MOST_CHOICES;
}

export type StopReason =
  /** The model was done, or met a stop sequence. */
  | 'stop'
  | 'length'
  | 'tool_calls'
  | 'content_filter'
  | 'refusal'
  /** The provider paused a long turn of its own tools; the caller sends it back to go on. */
  | 'pause';

/**
 * One step of an answer. `choice` counts answers (almost always 0), `call` the tool calls of a choice, both from 0.
 * Text after a tool call is a new text part; reasoning after text is a new reasoning part.
 */
export type NeutralEvent =
  /** Once, first. `model` as the provider names it; `created` in seconds since 1970, where the provider tells. */
  | { type: 'start'; id: string; model: string; created?: number }
  | { type: 'text'; choice: number; text: string }
  | { type: 'refusal'; choice: number; text: string }
  | { type: 'reasoning'; choice: number; text: string; summary?: boolean }
  /** Ends the reasoning part that is open; with no open one (or `redacted`) it is a reasoning part without text. */
  | { type: 'signature'; choice: number; signature: Signature }
  | {
      type: 'tool-call';
      choice: number;
      call: number;
      id: string;
      name: string;
      custom?: boolean;
      namespace?: string;
      signature?: Signature;
    }
  /** A piece of a call's arguments. Pieces of several calls may come mixed. */
  | { type: 'tool-arguments'; choice: number; call: number; text: string }
  /** Belongs to the text part that is open, or was open last. */
  | { type: 'citation'; choice: number; citation: Citation }
  | { type: 'image'; choice: number; mediaType: string; data: string }
  | { type: 'audio'; choice: number; data?: string; transcript?: string; id?: string; expiresAt?: number }
  /** OpenAI's shape: `{token, logprob, bytes, top_logprobs}`. */
  | { type: 'logprobs'; choice: number; tokens: JsonObject[]; refusal?: boolean }
  /** A whole part that only its family understands. */
  | { type: 'native'; choice: number; family: Family; value: JsonObject }
  | { type: 'finish'; choice: number; reason: StopReason; stopSequence?: string }
  /** Everything counted so far: of several the last one holds. */
  | { type: 'usage'; usage: TokenUsage }
  /** The tier that served it: `flex`, `priority`, `default`. */
  | { type: 'tier'; tier: string }
  /** The provider broke off. Nothing comes after it. */
  | { type: 'error'; message: string; code: string | null; errorType: string };

/** A whole answer: the events, folded. */
export interface Answer {
  id: string;
  model: string;
  created: number | undefined;
  choices: AnswerChoice[];
  usage: TokenUsage | undefined;
  tier: string | undefined;
}

export interface AnswerChoice {
  content: AssistantPart[];
  stop: StopReason;
  stopSequence?: string;
  logprobs?: { content: JsonObject[]; refusal: JsonObject[] };
}
