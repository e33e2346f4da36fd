import type { ProviderFormat } from '../dialects/dialect.ts';
import type { NeutralRequest } from '../dialects/neutral/request.ts';

/** One upstream as data: where it is, what it speaks, how it is asked. */
export interface Provider {
  /** Our name of it, in lower case with dashes: `LLM_<NAME>_API_KEY` configures it. */
  name: string;
  /** For people: `Together AI`. */
  title: string;
  /**
   * The formats it speaks, each with its path below the base URL (`^/…`: below the origin, which holds only as long as the
   * base URL is the provider's own or ends as it does). A request in another format is translated to the first.
   */
  formats: Readonly<Partial<Record<ProviderFormat, PathOf>>>;
  /** Without a trailing slash; a path is put behind it. */
  baseUrl: string | ((settings: Settings) => string);
  /** The version at the end of the base URL, as people paste addresses without it: `/v1`. */
  version?: string;
  /** The end of another address of the provider's, for another format: people paste that one, too. Taken off. */
  otherDoor?: string;
  /** The headers that carry a key. Absent with `sign`, and for a provider that needs none. */
  authorize?(key: string): Record<string, string>;
  /** Headers that depend on the whole call or must be fetched (a signature, a minted token), made for each call. */
  sign?(call: OutgoingCall, credential: Credential): Headers | Promise<Headers>;
  /** What a credential says of itself (the project of a service account), made part of its settings, once. */
  prepare?(credential: Credential): Credential;
  /** The provider answered 401 to this credential: what was minted for it is worth nothing any more. */
  refused?(credential: Credential): void;
  /** Headers that every request to it needs, where the caller does not send its own. */
  headers?: Headers;
  /** Request headers of callers that it understands and that travel on, where caller and provider speak the same format. */
  forward: readonly string[];
  /** The field it reads an output limit from when the caller named none. */
  outputLimitField: 'max_tokens' | 'max_completion_tokens';
  /** What must be known besides a key: `LLM_<NAME>_<SETTING>`, lower case here (`region`, `resource`, `api_version`). */
  settings?: Readonly<Record<string, Setting>>;
  /** Works without a key (a server on one's own machine). */
  keyless?: boolean;
  /** It serves more models than the catalogue lists: `<name>/<any model>` is asked of it, at no known price. */
  anyModel?: boolean;
  /** False for a format that it does not have with these settings (a region without it). Absent: it has them all. */
  speaks?(format: ProviderFormat, settings: Settings): boolean;
  /** In Gemini's format, its models take Google's own tools beside functions, from Gemini 3 on. */
  mixesTools?: boolean;
  /** Its habits where it speaks OpenAI's chat completions. */
  chat?: ChatQuirks;
  /** The format that a translated request had better take, when it is not the first. Undefined: the first. */
  prefers?(model: string, request: NeutralRequest): ProviderFormat | undefined;
  /** Members that every body to it has (JSON text) or has not (null), whatever its format says. */
  bodyChanges?: ReadonlyMap<string, string | null>;
  /** The region of its offers that such settings stand for: its price is what a call without a pinned region costs. */
  regionOf?(settings: Settings): string | undefined;
  /** The service tiers that it is asked for by headers instead of in the body. */
  tierHeaders?: Readonly<Record<string, Headers>>;
  /** Where it counts the tokens of a request, by format: made of the path that the request itself would go to. Absent: nowhere. */
  countPath?: Readonly<Partial<Record<ProviderFormat, (path: string) => string>>>;
  /**
   * What is asked to find out whether a key is good, below the base URL (`^/…`: below the origin); absent: `/models`. Null:
   * it has no list, or tells it to anybody.
   */
  modelsPath?: string | null;
}

export type Headers = Readonly<Record<string, string>>;
export type Settings = Readonly<Record<string, string>>;

export interface Setting {
  /** One line for people. */
  about: string;
  default?: string;
  /** Without it, and without a base URL given, the provider cannot be called. */
  required?: boolean;
  /** Never shown, and stored encrypted. */
  secret?: boolean;
}

export type PathOf = string | ((call: PathCall) => string);

export interface PathCall {
  /** The provider's own name of the model. */
  model: string;
  stream: boolean;
  settings: Settings;
}

/** A key, and what else it takes to use it. */
export interface Credential {
  key: string;
  settings: Settings;
}

/** A call as it is about to go out. */
export interface OutgoingCall {
  method: 'POST' | 'GET';
  url: URL;
  headers: Headers;
  body: Buffer;
}

/** How an OpenAI-compatible provider differs from OpenAI, and where some of its models differ from the others. */
export interface ChatQuirks extends ModelQuirks {
  /** By how the provider's own name of a model starts; of several rows that fit, the first holds, over what stands above. */
  models?: readonly (ModelQuirks & { startsWith: readonly string[] })[];
}

/**
 * What differs. A chat body for a chat provider has only its top-level members put right (`drops`, `renames`, `adds`,
 * reasoning, `stream_options`); where something further inside differs, it is translated.
 */
export interface ModelQuirks {
  /** Top-level members that it refuses although they are only hints: left out. */
  drops?: readonly string[];
  /** Members that it knows by another name. */
  renames?: Readonly<Record<string, string>>;
  /** Members that every request to it had better have. */
  adds?: Readonly<Record<string, string | number | boolean>>;
  /**
   * How it is told to think: `reasoning_effort` (OpenAI; the default), `reasoning` (OpenRouter's object), `thinking`
   * (`{type: enabled|disabled}`: DeepSeek, Z.ai, Moonshot; with `efforts`, `reasoning_effort` goes beside it),
   * `enable_thinking` (Alibaba, with `thinking_budget`), or `none`: its models think or do not, and a parameter would be
   * refused.
   */
  reasoning?: 'reasoning_effort' | 'reasoning' | 'thinking' | 'enable_thinking' | 'none';
  /** Efforts that it knows; another is sent as the nearest. Absent: all (with `thinking`: none). */
  efforts?: readonly string[];
  /** The type that switches thinking on, with `thinking`. Absent: `enabled`. */
  thinkingOn?: 'enabled' | 'adaptive';
  /** False: `developer` messages go as `system`. */
  developerRole?: boolean;
  /** False: it knows no `stream_options`, and tells usage of itself. */
  streamOptions?: boolean;
  /** False: `json_schema` is sent as `json_object`, with the schema in the system prompt. */
  jsonSchema?: boolean;
  /** The member that carries earlier thoughts back (`reasoning_content`); absent: they are left out. */
  reasoningBack?: 'reasoning_content' | 'reasoning' | 'reasoning_details';
  /** False: content of user messages must be a plain string where it is text alone. */
  contentParts?: boolean;
  /**
   * True: it refuses members and parts that OpenAI's own API does not have (`cache_control`, `top_k`, video), and more than
   * four stop sequences.
   */
  strict?: boolean;
  /** True: it takes Anthropic's `cache_control` in content parts and tools. */
  cacheControl?: boolean;
}

/** What differs for one of its models. */
export function quirksOf({ chat }: Pick<Provider, 'chat'>, model: string): ModelQuirks {
  if (!chat?.models) return chat ?? {};
  const own = chat.models.find(({ startsWith }) => startsWith.some((start) => model.startsWith(start)));
  return own ? { ...chat, ...own } : chat;
}

/** Makes a body of our own what the provider wants otherwise than its format says. */
export function changeBody(body: Record<string, unknown>, { bodyChanges }: Pick<Provider, 'bodyChanges'>): void {
  for (const [member, value] of bodyChanges ?? []) {
    if (value === null) delete body[member];
    else body[member] = JSON.parse(value) as unknown;
  }
}

const CHAT = { 'openai-chat': '/chat/completions' } as const;
/** Request headers of Anthropic's own clients. */
export const ANTHROPIC_HEADERS = ['anthropic-version', 'anthropic-beta'] as const;

/** An OpenAI-compatible provider: most of them differ in their address and a few habits. */
export function openaiCompatible(
  name: string,
  title: string,
  baseUrl: Provider['baseUrl'],
  more: Partial<Provider> = {},
): Provider {
  return {
    name,
    title,
    formats: CHAT,
    baseUrl,
    version: '/v1',
    authorize: (key) => ({ authorization: `Bearer ${key}` }),
    forward: [],
    outputLimitField: 'max_tokens',
    ...more,
  };
}
