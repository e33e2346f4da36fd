import { z } from 'zod';
import { keywords, must, shaped } from './refuse.ts';
import { seal } from './scenario.ts';

/** Anthropic's Messages, request side. Source: the API reference and `@anthropic-ai/sdk`'s types. */
const cache_control = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).nullish();
const text = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1, 'text content blocks must be non-empty'),
  cache_control,
  citations: z.array(z.looseObject({})).nullish(),
});
const media = z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);
const image = z.strictObject({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('base64'), media_type: media, data: z.string().min(1) }),
    z.strictObject({ type: z.literal('url'), url: z.url() }),
    z.strictObject({ type: z.literal('file'), file_id: z.string() }),
  ]),
  cache_control,
});
const document = z.strictObject({
  type: z.literal('document'),
  source: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('base64'), media_type: z.literal('application/pdf'), data: z.string().min(1) }),
    z.strictObject({ type: z.literal('text'), media_type: z.literal('text/plain'), data: z.string() }),
    z.strictObject({ type: z.literal('url'), url: z.url() }),
    z.strictObject({ type: z.literal('content'), content: z.union([z.string(), z.array(z.union([text, image]))]) }),
    z.strictObject({ type: z.literal('file'), file_id: z.string() }),
  ]),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: z.strictObject({ enabled: z.boolean() }).nullish(),
  cache_control,
});
const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  content: z.union([z.string(), z.array(z.union([text, image, document]))]).optional(),
  is_error: z.boolean().optional(),
  cache_control,
});
const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  input: z.record(z.string(), z.unknown()),
  caller: z.looseObject({}).optional(),
  cache_control,
});
const thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().min(1) });
const redacted = z.strictObject({ type: z.literal('redacted_thinking'), data: z.string().min(1) });
const userBlock = z.discriminatedUnion('type', [text, image, document, toolResult]);
const assistantBlock = z.discriminatedUnion('type', [text, thinking, redacted, toolUse]);
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('user'), content: z.union([z.string().min(1), z.array(userBlock).min(1)]) }),
  z.strictObject({ role: z.literal('assistant'), content: z.union([z.string(), z.array(assistantBlock)]) }),
  z.strictObject({
    role: z.literal('system'),
    content: z.union([z.string().min(1), z.array(text).min(1)]),
    output_config: z.looseObject({}).optional(),
  }),
]);
const domains = z.array(z.string()).nullish();
const tool = z.union([
  z.strictObject({
    type: z.literal('custom').nullish(),
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
    description: z.string().optional(),
    input_schema: z.looseObject({ type: z.literal('object') }),
    strict: z.boolean().optional(),
    defer_loading: z.boolean().optional(),
    input_examples: z.array(z.looseObject({})).optional(),
    eager_input_streaming: z.boolean().nullish(),
    cache_control,
  }),
  z.strictObject({
    type: z.enum(['web_search_20250305', 'web_search_20260209', 'web_search_20260318']),
    name: z.literal('web_search'),
    max_uses: z.number().int().nullish(),
    allowed_domains: domains,
    blocked_domains: domains,
    user_location: z.looseObject({ type: z.literal('approximate') }).nullish(),
    cache_control,
  }),
]);
const disable_parallel_tool_use = z.boolean().optional();
const body = z.strictObject({
  model: z.string(),
  max_tokens: z.number().int().min(1),
  messages: z.array(message).min(1),
  cache_control,
  container: z.string().nullish(),
  context_management: z.looseObject({}).nullish(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      format: z.strictObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) }).nullish(),
    })
    .optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  speed: z.enum(['standard', 'fast']).nullish(),
  stop_sequences: z.array(z.string().regex(/\S/, 'each stop sequence must contain non-whitespace')).optional(),
  stream: z.boolean().optional(),
  system: z.union([z.string(), z.array(text)]).optional(),
  temperature: z.number().min(0).max(1).optional(),
  thinking: z
    .discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('enabled'),
        budget_tokens: z.number().int().min(1024),
        display: z.string().nullish(),
      }),
      z.strictObject({ type: z.literal('adaptive'), display: z.string().nullish() }),
      z.strictObject({ type: z.enum(['disabled', 'between_tools']) }),
    ])
    .optional(),
  tool_choice: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('auto'), disable_parallel_tool_use }),
      z.strictObject({ type: z.literal('any'), disable_parallel_tool_use }),
      z.strictObject({ type: z.literal('tool'), name: z.string(), disable_parallel_tool_use }),
      z.strictObject({ type: z.literal('none') }),
    ])
    .optional(),
  tools: z.array(tool).optional(),
  top_k: z.number().int().optional(),
  top_p: z.number().min(0).max(1).optional(),
});

export type MessagesRequest = z.infer<typeof body>;
type Block = Exclude<MessagesRequest['messages'][number]['content'], string>[number];

/** Models that take system messages in the middle of the conversation. */
const SYSTEM_INSIDE = /opus-5|sonnet-5|fable|mythos/;

/** The request, or a `Refusal` as Anthropic's. */
export function readMessages(value: unknown): MessagesRequest {
  const request = shaped(body, value);
  const { messages, tool_choice: choice } = request;
  must(messages[0]!.role !== 'assistant', 'messages: first message must use the "user" role');
  must(
    SYSTEM_INSIDE.test(request.model) || messages.every(({ role }) => role !== 'system'),
    'messages: no "system" role',
  );
  must(!choice || choice.type === 'none' || (request.tools?.length ?? 0) > 0, 'tool_choice needs tools');
  must((JSON.stringify(request).match(/"cache_control":\{/g) ?? []).length <= 4, 'at most 4 blocks with cache_control');
  const turns = merged(messages);
  pair(turns, request);
  think(turns, request);
  if (request.output_config?.format) outputSchema(request.output_config.format.schema);
  return request;
}

interface Turn {
  role: string;
  blocks: Block[];
}

/** Messages in a row of one role are one turn. System messages stand outside. */
function merged(messages: MessagesRequest['messages']): Turn[] {
  const turns: Turn[] = [];
  for (const { role, content } of messages) {
    if (role === 'system') continue;
    const blocks = (typeof content === 'string' ? [{ type: 'text', text: content }] : content) as Block[];
    const last = turns.at(-1);
    if (last?.role === role) last.blocks.push(...blocks);
    else turns.push({ role, blocks: [...blocks] });
  }
  return turns;
}

function pair(turns: Turn[], { tools }: MessagesRequest): void {
  for (const [index, { blocks }] of turns.entries()) {
    const calls = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
    const results = blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    if (calls.length + results.length > 0)
      must(tools?.length, 'Requests which include `tool_use` or `tool_result` blocks must define tools');
    const answered = turns[index + 1]?.blocks ?? [];
    for (const id of calls) {
      must(
        answered.some((block) => block.type === 'tool_result' && block.tool_use_id === id),
        `\`tool_use\` id ${id} was found without a \`tool_result\` block immediately after`,
      );
    }
    must(new Set(calls).size === calls.length, '`tool_use` ids must be unique');
    must(new Set(results).size === results.length, 'each tool_use must have a single result');
    const asked = turns[index - 1]?.blocks ?? [];
    for (const id of results) {
      must(
        asked.some((block) => block.type === 'tool_use' && block.id === id),
        `unexpected \`tool_use_id\` ${id} found in \`tool_result\` blocks`,
      );
    }
    const first = blocks.findIndex((block) => block.type !== 'tool_result');
    must(
      first < 0 || blocks.slice(first).every((block) => block.type !== 'tool_result'),
      'tool_result blocks come first',
    );
  }
}

function think(turns: Turn[], request: MessagesRequest): void {
  for (const { blocks } of turns) {
    for (const block of blocks) {
      if (block.type === 'thinking')
        must(block.signature === seal('anthropic', block.thinking), 'Invalid `signature` in `thinking` block');
    }
  }
  const { thinking: asked, tool_choice: choice } = request;
  if (!asked || asked.type === 'disabled' || asked.type === 'between_tools') return;
  must(
    choice?.type !== 'any' && choice?.type !== 'tool',
    'Thinking may not be enabled when tool_choice forces tool use.',
  );
  must(request.temperature === undefined || request.temperature === 1, '`temperature` may only be 1 when thinking');
  must(request.top_k === undefined, '`top_k` must be unset when thinking is enabled');
  if (asked.type !== 'enabled') return;
  must(asked.budget_tokens < request.max_tokens, '`max_tokens` must be greater than `thinking.budget_tokens`');
  const last = turns.findLast(({ role }) => role === 'assistant');
  if (!last?.blocks.some(({ type }) => type === 'tool_use')) return;
  must(
    ['thinking', 'redacted_thinking'].includes(last.blocks[0]!.type),
    'Expected `thinking` or `redacted_thinking`, but found another block: a final `assistant` message must start with a thinking block',
  );
}

const UNKNOWN_KEYWORDS = new Set([
  'minimum',
  'maximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'uniqueItems',
]);

/** Structured output: objects closed, no constraints on numbers, lengths and counts. */
function outputSchema(schema: unknown): void {
  for (const { name, value, path } of keywords(schema)) {
    must(
      !UNKNOWN_KEYWORDS.has(name),
      `output_config.format.schema: For '${path}', property '${name}' is not supported`,
    );
    must(name !== 'additionalProperties' || value === false, `output_config.format.schema: ${path} must be closed`);
  }
}
