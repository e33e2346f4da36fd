import type { Format } from '../dialect.ts';
import type { JsonObject } from '../lossless.ts';
import type { Citation, Signature } from './answer.ts';

/**
 * A request in no format's terms. What only one family of providers can express travels as `native` parts and tools and
 * in `extras`; a writer takes what it knows and refuses or drops the rest as its own documentation allows.
 */
export interface NeutralRequest {
  /** The caller's own format: whose `extras` these are. */
  format?: Format;
  /** As the caller wrote it. */
  model: string;
  stream: boolean;
  /** In the caller's order, system and developer messages included, each where it stood. */
  messages: Message[];
  tools: Tool[];
  toolChoice?: ToolChoice;
  /** False: at most one tool call a turn. */
  parallelToolCalls?: boolean;
  /** Structured output. */
  output?: OutputFormat;
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  stop?: string[];
  seed?: number;
  frequencyPenalty?: number;
  presencePenalty?: number;
  /** Log probabilities of the chosen tokens, and of so many alternatives each. */
  logprobs?: { top: number };
  /** How many answers. */
  choices: number;
  reasoning?: Reasoning;
  serviceTier?: string;
  /** The caller's own user, for abuse detection. */
  user?: string;
  metadata?: JsonObject;
  promptCacheKey?: string;
  verbosity?: 'low' | 'medium' | 'high';
  /** Other modalities of the answer than text: `audio`, `image`. */
  modalities?: string[];
  /** Top-level members of the caller's body that have no place above, under their own names and as they came. */
  extras: JsonObject;
}

export type Message =
  | { role: 'system' | 'developer'; content: TextPart[] }
  | { role: 'user'; content: UserPart[]; name?: string }
  | { role: 'assistant'; content: AssistantPart[]; name?: string }
  | ToolResult;

/** The result of one tool call. Several calls in a turn are as many of these in a row. */
export interface ToolResult {
  role: 'tool';
  callId: string;
  /** The tool's name; a reader looks it up in the calls before, where its format does not tell. */
  name?: string;
  content: (TextPart | ImagePart | DocumentPart)[];
  isError?: boolean;
  cache?: CacheMark;
  /** The call was of a free-form tool. */
  custom?: boolean;
}

export type UserPart = TextPart | ImagePart | DocumentPart | AudioPart | VideoPart | NativePart;
export type AssistantPart = TextPart | RefusalPart | ReasoningPart | ToolCallPart | ImagePart | AudioPart | NativePart;

/** Up to here the prompt may be cached by the provider. */
export interface CacheMark {
  ttl: '5m' | '1h';
}

export interface TextPart {
  type: 'text';
  text: string;
  citations?: Citation[];
  cache?: CacheMark;
  /** Gemini puts signatures on text, too. */
  signature?: Signature;
}

/** Bytes in base64, an address, or a file that the caller uploaded to one family of providers. */
export type Source =
  | { kind: 'base64'; mediaType: string; data: string }
  | { kind: 'url'; url: string; mediaType?: string }
  | { kind: 'file'; id: string; mediaType?: string };

export interface ImagePart {
  type: 'image';
  source: Source;
  /** OpenAI's `low`, `high`, `auto`, `original`. */
  detail?: string;
  cache?: CacheMark;
}

export interface DocumentPart {
  type: 'document';
  source: Source | { kind: 'text'; text: string; mediaType: string };
  filename?: string;
  /** Anthropic's `context` and `citations.enabled`. */
  context?: string;
  citations?: boolean;
  cache?: CacheMark;
}

export interface AudioPart {
  type: 'audio';
  source: Source;
  /** `wav`, `mp3`, … */
  format?: string;
  transcript?: string;
  /** OpenAI's id of an answer's audio, by which it may be sent back until `expiresAt` (seconds since 1970). */
  id?: string;
  expiresAt?: number;
}

export interface VideoPart {
  type: 'video';
  source: Source;
}

export interface RefusalPart {
  type: 'refusal';
  text: string;
}

/** What a model thought. Without a signature of the target's own family it is left out of what is sent back. */
export interface ReasoningPart {
  type: 'reasoning';
  /** Empty where the provider keeps it to itself. */
  text: string;
  /** The text is a summary (OpenAI), not the thought itself. */
  summary?: boolean;
  signature?: Signature;
}

export interface ToolCallPart {
  type: 'tool-call';
  /** Never empty. */
  id: string;
  name: string;
  /** JSON text as the model wrote it (may be empty for none); free text when `custom`. */
  arguments: string;
  /** A free-form tool (OpenAI's `custom`): the arguments are no JSON. */
  custom?: boolean;
  /** Codex groups tools: `namespace` of the call's tool. */
  namespace?: string;
  signature?: Signature;
  cache?: CacheMark;
}

/** A part that only its own family understands (a search that the provider made, code it ran). Others leave it out. */
export interface NativePart {
  type: 'native';
  family: Family;
  value: JsonObject;
  /** Where it stands in the caller's body, when it is of no known type: others must not leave it out without a word. */
  unknownAt?: string;
}

/** Whose signatures, native parts and native tools: they mean nothing elsewhere. */
export type Family = 'openai' | 'anthropic' | 'google' | 'bedrock';

export type Tool = FunctionTool | CustomTool | WebSearchTool | NativeTool;

export interface FunctionTool {
  type: 'function';
  name: string;
  description?: string;
  /** JSON Schema; absent means no arguments. */
  parameters?: JsonObject;
  strict?: boolean;
  cache?: CacheMark;
  namespace?: string;
  /** Members of the tool that have no place above (`defer_loading`, `input_examples` …). */
  extras?: JsonObject;
}

/** A tool whose argument is free text (OpenAI's `custom`). Elsewhere: a function of one string, `input`. */
export interface CustomTool {
  type: 'custom';
  name: string;
  description?: string;
  format?: JsonObject;
  namespace?: string;
}

/** The provider searches the web by itself. */
export interface WebSearchTool {
  type: 'web_search';
  userLocation?: { city?: string; region?: string; country?: string; timezone?: string };
  searchContextSize?: 'low' | 'medium' | 'high';
  maxUses?: number;
  allowedDomains?: string[];
  blockedDomains?: string[];
}

/** A tool that only its own family has: code execution, computer use, file search … Elsewhere a 400. */
export interface NativeTool {
  type: 'native';
  family: Family;
  value: JsonObject;
}

export type ToolChoice =
  | { type: 'auto' | 'none' | 'required' }
  | { type: 'tool'; name: string }
  | { type: 'allowed'; mode: 'auto' | 'required'; names: string[] };

export type OutputFormat =
  | { type: 'text' }
  | { type: 'json_object' }
  | { type: 'json_schema'; name?: string; description?: string; schema: JsonObject; strict?: boolean };

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** How much to think. `budgetTokens` wins over `effort`; `effort: 'none'` is off. */
export interface Reasoning {
  effort?: Effort;
  budgetTokens?: number;
  /** The model decides (Anthropic's `adaptive`, Gemini's budget of −1). */
  adaptive?: boolean;
  /** Whether the thoughts are to be shown: Gemini's `includeThoughts`, Responses' `summary`, Anthropic's `display`. */
  show?: boolean;
  /** Responses' `summary`: `auto`, `concise`, `detailed`. */
  summary?: string;
}
