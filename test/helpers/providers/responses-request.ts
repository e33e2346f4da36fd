import { z } from 'zod';
import { strictSchema } from './chat-request.ts';
import { must, shaped } from './refuse.ts';
import { seal } from './scenario.ts';

/** OpenAI's Responses, request side. Source: the API reference and `openai`'s types. */
const inputPart = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('input_text'), text: z.string() }),
  z.strictObject({
    type: z.literal('input_image'),
    image_url: z
      .string()
      .regex(/^(https?:|data:image\/)/)
      .nullish(),
    file_id: z.string().nullish(),
    detail: z.enum(['low', 'high', 'auto', 'original']).optional(),
  }),
  z.strictObject({
    type: z.literal('input_file'),
    file_data: z.string().optional(),
    file_id: z.string().nullish(),
    file_url: z.string().optional(),
    filename: z.string().optional(),
  }),
]);
const outputPart = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('output_text'),
    text: z.string(),
    annotations: z.array(z.looseObject({})).optional(),
    logprobs: z.array(z.looseObject({})).optional(),
  }),
  z.strictObject({ type: z.literal('refusal'), refusal: z.string() }),
]);
const status = z.enum(['in_progress', 'completed', 'incomplete']).nullish();
const idOf = (prefix: string) => z.string().startsWith(prefix, `expected an ID that begins with '${prefix}'`).max(64);
const type = z.literal('message').optional();
const item = z.union([
  z.strictObject({
    type,
    role: z.enum(['user', 'system', 'developer']),
    content: z.union([z.string(), z.array(inputPart).min(1)]),
    id: idOf('msg').optional(),
    status,
  }),
  z.strictObject({
    type,
    role: z.literal('assistant'),
    content: z.union([z.string(), z.array(outputPart).min(1)]),
    id: idOf('msg').optional(),
    status,
    phase: z.enum(['commentary', 'final_answer']).nullish(),
  }),
  z.strictObject({
    type: z.literal('function_call'),
    call_id: z.string().min(1).max(64),
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
    arguments: z.string(),
    namespace: z.string().optional(),
    id: idOf('fc').optional(),
    status,
  }),
  z.strictObject({
    type: z.literal('function_call_output'),
    call_id: z.string().min(1).max(64),
    output: z.union([z.string(), z.array(inputPart).min(1)]),
    id: z.string().nullish(),
    status,
  }),
  z.strictObject({
    type: z.literal('reasoning'),
    id: idOf('rs'),
    summary: z.array(z.strictObject({ type: z.literal('summary_text'), text: z.string() })),
    content: z.array(z.strictObject({ type: z.literal('reasoning_text'), text: z.string() })).nullish(),
    encrypted_content: z.string().nullish(),
    status,
  }),
]);
/** What only this API has, and takes back as it gave it. */
const own = [
  z.strictObject({
    type: z.literal('custom_tool_call'),
    call_id: z.string().min(1),
    name: z.string(),
    input: z.string(),
    namespace: z.string().optional(),
    id: z.string().optional(),
    status,
  }),
  z.strictObject({
    type: z.literal('custom_tool_call_output'),
    call_id: z.string().min(1),
    output: z.union([z.string(), z.array(inputPart).min(1)]),
    id: z.string().nullish(),
  }),
  z.strictObject({ type: z.literal('item_reference'), id: z.string() }),
] as const;
const object = z.record(z.string(), z.unknown());
const tool = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('function'),
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
    description: z.string().nullish(),
    parameters: z.looseObject({ type: z.literal('object') }).nullish(),
    strict: z.boolean().nullish(),
    defer_loading: z.boolean().optional(),
  }),
  z.looseObject({ type: z.literal('custom'), name: z.string() }),
  z.looseObject({ type: z.literal('web_search') }),
  z.looseObject({ type: z.literal('web_search_preview') }),
  z.looseObject({ type: z.literal('namespace'), name: z.string(), tools: z.array(object) }),
]);
const body = z.strictObject({
  model: z.string(),
  input: z.union([z.string(), z.array(z.union([item, ...own])).min(1)]),
  include: z.array(z.string()).nullish(),
  instructions: z.string().nullish(),
  max_output_tokens: z.number().int().min(16).nullish(),
  client_metadata: object.nullish(),
  max_tool_calls: z.number().int().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  previous_response_id: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.string().nullish(),
  reasoning: z
    .strictObject({
      effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      summary: z.enum(['auto', 'concise', 'detailed']).nullish(),
    })
    .nullish(),
  safety_identifier: z.string().nullish(),
  service_tier: z.enum(['auto', 'default', 'flex', 'scale', 'priority']).nullish(),
  store: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_obfuscation: z.boolean().optional() }).nullish(),
  temperature: z.number().nullish(),
  text: z
    .strictObject({
      format: z
        .discriminatedUnion('type', [
          z.strictObject({ type: z.literal('text') }),
          z.strictObject({ type: z.literal('json_object') }),
          z.strictObject({
            type: z.literal('json_schema'),
            name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
            description: z.string().optional(),
            schema: object,
            strict: z.boolean().nullish(),
          }),
        ])
        .optional(),
      verbosity: z.enum(['low', 'medium', 'high']).nullish(),
    })
    .optional(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.strictObject({ type: z.literal('function'), name: z.string() }),
      z.looseObject({ type: z.enum(['allowed_tools', 'custom', 'web_search']) }),
    ])
    .optional(),
  tools: z.array(tool).optional(),
  top_logprobs: z.number().nullish(),
  top_p: z.number().nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  user: z.string().optional(),
});

export type ResponsesRequest = z.infer<typeof body>;
export type ResponsesItem = Exclude<ResponsesRequest['input'], string>[number];

/** Items by id that were answered with `store` on, as a request may refer to them. */
const stored = new Map<string, ResponsesItem>();

/** Keeps what was answered, as the API does unless it is told not to; a thought is whole there, whatever was shown. */
export function keep({ store }: ResponsesRequest, output: readonly Record<string, unknown>[]): void {
  if (store === false) return;
  for (const each of output) {
    const text = ((each.summary ?? []) as { text: string }[]).map((part) => part.text).join('');
    const sealed = each.type === 'reasoning' ? { ...each, encrypted_content: seal('openai', text) } : each;
    stored.set(String(each.id), sealed as ResponsesItem);
  }
}

/** The request with what it refers to in its place, or a `Refusal` as OpenAI's. */
export function readResponses(value: unknown): ResponsesRequest {
  const request = shaped(body, value);
  if (typeof request.input !== 'string') request.input = request.input.map(resolved);
  const items = typeof request.input === 'string' ? [] : request.input;
  must(typeof request.input !== 'string' || request.input !== '', "'input' must not be empty");
  const format = request.text?.format;
  if (format?.type === 'json_schema' && format.strict) strictSchema(format.schema);
  if (format?.type === 'json_object') must(/json/i.test(JSON.stringify(items)), "'input' must contain the word 'json'");
  for (const each of request.tools ?? []) {
    if (each.type === 'function' && each.strict) strictSchema(each.parameters);
  }
  must(request.temperature == null || !/^(gpt-5|o\d)/.test(request.model), "Unsupported parameter: 'temperature'");
  pair(items);
  think(items, request);
  return request;
}

function resolved(item: ResponsesItem): ResponsesItem {
  if (item.type !== 'item_reference') return item;
  const found = stored.get(item.id);
  must(found, `Item with id '${item.id}' not found.`);
  return found;
}

function pair(items: readonly ResponsesItem[]): void {
  const open = new Set<string>();
  for (const each of items) {
    if (each.type === 'function_call' || each.type === 'custom_tool_call') {
      must(!open.has(each.call_id), `Duplicate call ${each.call_id}`);
      open.add(each.call_id);
    } else if (each.type === 'function_call_output' || each.type === 'custom_tool_call_output')
      must(open.delete(each.call_id), `No tool call found for function call output with call_id ${each.call_id}.`);
  }
  must(open.size === 0, `No tool output found for function call ${[...open].join()}.`);
}

/** Thoughts come back sealed as they went out, and before what they led to. */
function think(items: readonly ResponsesItem[], request: ResponsesRequest): void {
  for (const [index, each] of items.entries()) {
    if (each.type !== 'reasoning') continue;
    const text = each.summary.map((part) => part.text).join('');
    must(
      request.previous_response_id || each.encrypted_content,
      `Item with id '${each.id}' not found. Items are not persisted when \`store\` is set to false.`,
    );
    must(
      each.encrypted_content === seal('openai', text),
      `The encrypted content for item ${each.id} could not be verified.`,
    );
    const next = items[index + 1];
    must(
      next &&
        (next.type === 'function_call' || next.type === 'reasoning' || ('role' in next && next.role === 'assistant')),
      `Item '${each.id}' of type 'reasoning' was provided without its required following item.`,
    );
  }
}
