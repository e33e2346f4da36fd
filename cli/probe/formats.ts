/** What an answer said, whole or piece by piece. */
export interface Said {
  text: string;
  /** USD as the number's own literal; undefined when the answer names no cost. */
  cost: number | undefined;
  /** True once the answer said that it is complete. */
  done: boolean;
}

/** One request format: where it goes, what one tiny request looks like, and how its answers are read. */
export interface ProbeFormat {
  path: (model: string, stream: boolean) => string;
  headers: Record<string, string>;
  body: (model: string, stream: boolean) => object;
  whole: (reply: unknown) => Said;
  /** One event of a stream; `data` is parsed JSON. Undefined fields add nothing. */
  event: (data: unknown) => Partial<Said>;
}

const PROMPT = 'Reply with OK';
const MAX_TOKENS = 16;

type Json = { [name: string]: Json } & Json[] & (string | number | null | undefined);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const cost = (usage: Json | undefined): number | undefined =>
  typeof usage?.cost === 'number' ? (usage.cost as number) : undefined;

/** The formats that `gateway test` speaks. */
export const PROBE_FORMATS: Record<'openai' | 'responses' | 'anthropic' | 'gemini', ProbeFormat> = {
  openai: {
    path: () => '/v1/chat/completions',
    headers: {},
    body: (model, stream) => ({
      model,
      max_tokens: MAX_TOKENS,
      messages: [{ role: 'user', content: PROMPT }],
      ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    }),
    whole: (reply) => {
      const { choices, usage } = reply as Json;
      return { text: text(choices?.[0]?.message?.content), cost: cost(usage), done: Array.isArray(choices) };
    },
    event: (data) => {
      const { choices, usage } = data as Json;
      return { text: text(choices?.[0]?.delta?.content), cost: cost(usage) };
    },
  },
  anthropic: {
    path: () => '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
    body: (model, stream) => ({
      model,
      max_tokens: MAX_TOKENS,
      messages: [{ role: 'user', content: PROMPT }],
      ...(stream ? { stream: true } : {}),
    }),
    whole: (reply) => {
      const { content, usage } = reply as Json;
      const parts = Array.isArray(content) ? (content as Json[]) : [];
      return { text: parts.map((part) => text(part.text)).join(''), cost: cost(usage), done: Array.isArray(content) };
    },
    event: (data) => {
      const { type, delta, usage } = data as Json;
      const kind = String(type);
      return {
        text: kind === 'content_block_delta' ? text(delta?.text) : '',
        cost: cost(usage),
        done: kind === 'message_stop',
      };
    },
  },
  responses: {
    path: () => '/v1/responses',
    headers: {},
    body: (model, stream) => ({
      model,
      max_output_tokens: MAX_TOKENS,
      store: false,
      input: PROMPT,
      ...(stream ? { stream: true } : {}),
    }),
    whole: (reply) => {
      const { output, usage } = reply as Json;
      return { text: outputText(output), cost: cost(usage), done: Array.isArray(output) };
    },
    event: (data) => {
      const { type, delta, response } = data as Json;
      const kind = String(type);
      return {
        text: kind === 'response.output_text.delta' ? text(delta) : '',
        cost: cost(response?.usage),
        done: kind === 'response.completed' || kind === 'response.incomplete',
      };
    },
  },
  gemini: {
    path: (model, stream) => {
      const name = model.split('/').map(encodeURIComponent).join('/');
      return `/v1beta/models/${name}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`;
    },
    headers: {},
    body: () => ({
      contents: [{ role: 'user', parts: [{ text: PROMPT }] }],
      generationConfig: { maxOutputTokens: MAX_TOKENS },
    }),
    whole: (reply) => geminiSaid(reply as Json),
    event: (data) => geminiSaid(data as Json),
  },
};

/** The text of a response's messages. */
function outputText(output: Json | undefined): string {
  const items = Array.isArray(output) ? (output as Json[]) : [];
  const parts = items.flatMap(({ content }) => (Array.isArray(content) ? (content as Json[]) : []));
  return parts.map((part) => text(part.text)).join('');
}

/** Whole or a chunk, Gemini's answers have one shape. Thoughts are no answer. */
function geminiSaid({ candidates, usageMetadata }: Json): Said {
  const parts = candidates?.[0]?.content?.parts;
  const said = Array.isArray(parts) ? (parts as Json[]).filter(({ thought }) => !thought) : [];
  return {
    text: said.map((part) => text(part.text)).join(''),
    cost: cost(usageMetadata),
    done: typeof candidates?.[0]?.finishReason === 'string',
  };
}
