import { z } from 'zod';
import { must, shaped } from './refuse.ts';

/** OpenAI's chat completions, request side, as strict as api.openai.com. Source: the API reference and `openai`'s types. */
const text = z.strictObject({ type: z.literal('text'), text: z.string() });
const part = z.discriminatedUnion('type', [
  text,
  z.strictObject({
    type: z.literal('image_url'),
    image_url: z.strictObject({ url: z.string().regex(/^(https?:|data:image\/)/), detail: z.string().optional() }),
  }),
  z.strictObject({
    type: z.literal('input_audio'),
    input_audio: z.strictObject({ data: z.string(), format: z.enum(['wav', 'mp3']) }),
  }),
  z.strictObject({
    type: z.literal('file'),
    file: z.strictObject({
      file_data: z.string().optional(),
      file_id: z.string().optional(),
      filename: z.string().optional(),
    }),
  }),
]);
const name = z.string().optional();
const toolCall = z.discriminatedUnion('type', [
  z.strictObject({
    id: z.string().min(1),
    type: z.literal('function'),
    function: z.strictObject({ name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/), arguments: z.string() }),
  }),
  z.strictObject({
    id: z.string().min(1),
    type: z.literal('custom'),
    custom: z.strictObject({ name: z.string(), input: z.string() }),
  }),
]);
const words = z.union([z.string(), z.array(text).min(1)]);
const assistant = {
  role: z.literal('assistant'),
  content: z
    .union([z.string(), z.array(z.union([text, z.strictObject({ type: z.literal('refusal'), refusal: z.string() })]))])
    .nullish(),
  refusal: z.string().nullish(),
  audio: z.strictObject({ id: z.string() }).nullish(),
  // Its own answers may come back as they were.
  annotations: z.array(z.looseObject({})).optional(),
  function_call: z.null().optional(),
  tool_calls: z.array(toolCall).min(1).optional(),
  name,
};
const others = [
  z.strictObject({ role: z.literal('system'), content: words, name }),
  z.strictObject({ role: z.literal('developer'), content: words, name }),
  z.strictObject({ role: z.literal('user'), content: z.union([z.string(), z.array(part).min(1)]), name }),
  z.strictObject({ role: z.literal('tool'), content: words, tool_call_id: z.string().min(1) }),
] as const;
const message = z.discriminatedUnion('role', [...others, z.strictObject(assistant)]);
/** Providers that think aloud take their thoughts back. */
const thinkingMessage = z.discriminatedUnion('role', [
  ...others,
  z.strictObject({ ...assistant, reasoning_content: z.string().optional(), reasoning: z.string().optional() }),
]);
const schemaObject = z.record(z.string(), z.unknown());
const tool = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('function'),
    function: z.strictObject({
      name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
      description: z.string().optional(),
      parameters: z.looseObject({ type: z.literal('object') }).optional(),
      strict: z.boolean().nullish(),
    }),
  }),
  z.strictObject({ type: z.literal('custom'), custom: schemaObject }),
]);
const number = z.number().nullish();
const members = {
  model: z.string(),
  audio: schemaObject.nullish(),
  frequency_penalty: number,
  logit_bias: schemaObject.nullish(),
  logprobs: z.boolean().nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  metadata: z.record(z.string(), z.string().max(512)).nullish(),
  modalities: z.array(z.enum(['text', 'audio'])).nullish(),
  n: z.number().int().min(1).nullish(),
  parallel_tool_calls: z.boolean().optional(),
  prediction: schemaObject.nullish(),
  presence_penalty: number,
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.string().nullish(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
  response_format: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text') }),
      z.strictObject({ type: z.literal('json_object') }),
      z.strictObject({
        type: z.literal('json_schema'),
        json_schema: z.strictObject({
          name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
          description: z.string().optional(),
          schema: schemaObject.optional(),
          strict: z.boolean().nullish(),
        }),
      }),
    ])
    .optional(),
  safety_identifier: z.string().nullish(),
  seed: number,
  service_tier: z.enum(['auto', 'default', 'flex', 'scale', 'priority']).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  store: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
    .nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: z.string() }) }),
      z.strictObject({ type: z.literal('allowed_tools'), allowed_tools: schemaObject }),
      z.strictObject({ type: z.literal('custom'), custom: schemaObject }),
    ])
    .optional(),
  tools: z.array(tool).min(1).optional(),
  top_logprobs: number,
  top_p: z.number().min(0).max(1).nullish(),
  user: z.string().optional(),
  verbosity: z.enum(['low', 'medium', 'high']).nullish(),
  web_search_options: schemaObject.optional(),
};
const body = z.strictObject({ ...members, messages: z.array(message).min(1) });
const thinkingBody = z.strictObject({
  ...members,
  messages: z.array(thinkingMessage).min(1),
  // Of a server of one's own, as vLLM is.
  top_k: z.number().optional(),
  thinking: z.looseObject({ type: z.enum(['enabled', 'disabled']) }).optional(),
});

export type ChatRequest = z.infer<typeof body>;

/** The request, or a `Refusal` as OpenAI's. `thinking`: a provider that takes `reasoning_content` back. */
export function readChat(value: unknown, thinking: boolean): ChatRequest {
  const request = shaped(thinking ? thinkingBody : body, value) as ChatRequest;
  if (/^(gpt-5|o\d)/.test(request.model)) {
    must(request.max_tokens == null, "'max_tokens' is not supported with this model. Use 'max_completion_tokens'.");
    must(request.temperature == null || request.temperature === 1, "'temperature' does not support this value");
    must(request.stop == null, "'stop' is not supported with this model");
  }
  must(!request.stream_options || request.stream, "'stream_options' is only allowed when 'stream' is enabled");
  must(
    request.tools || request.tool_choice === undefined || request.tool_choice === 'none',
    "'tool_choice' needs 'tools'",
  );
  must(request.tools || request.parallel_tool_calls === undefined, "'parallel_tool_calls' needs 'tools'");
  const format = request.response_format;
  if (format?.type === 'json_object') {
    must(/json/i.test(JSON.stringify(request.messages)), "'messages' must contain the word 'json'");
  }
  if (format?.type === 'json_schema' && format.json_schema.strict) strictSchema(format.json_schema.schema);
  for (const { type, ...rest } of request.tools ?? []) {
    if (type === 'function' && 'function' in rest && rest.function.strict) strictSchema(rest.function.parameters);
  }
  pair(request.messages);
  return request;
}

/** Every call is answered right after the message that made it, and nothing else is. */
function pair(messages: ChatRequest['messages']): void {
  let open = new Set<string>();
  for (const each of messages) {
    if (each.role === 'tool') {
      must(open.delete(each.tool_call_id), `'tool' message for ${each.tool_call_id}, which is no open call`);
      continue;
    }
    must(open.size === 0, `these tool_call_ids did not have response messages: ${[...open].join()}`);
    if (each.role !== 'assistant') continue;
    must(
      (each.content ?? '') !== '' || each.tool_calls || each.refusal || each.audio,
      "assistant message needs 'content' or 'tool_calls'",
    );
    open = new Set(each.tool_calls?.map(({ id }) => id));
    must(open.size === (each.tool_calls?.length ?? 0), 'tool_call ids must differ');
  }
  must(open.size === 0, `these tool_call_ids did not have response messages: ${[...open].join()}`);
}

/** OpenAI's strict mode: every object closed, every property required. */
export function strictSchema(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
  if (type === 'object') {
    must(additionalProperties === false, "strict schema: 'additionalProperties' is required to be false");
    const missing = Object.keys(properties ?? {}).filter((key) => !(required as string[] | undefined)?.includes(key));
    must(missing.length === 0, `strict schema: 'required' lacks ${missing.join()}`);
  }
  for (const inner of Object.values(schema)) strictSchema(inner);
}
