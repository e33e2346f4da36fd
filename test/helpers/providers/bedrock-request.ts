import { z } from 'zod';
import { must, shaped } from './refuse.ts';
import { seal } from './scenario.ts';

/** Bedrock's Converse, request side. Source: the API reference and `@aws-sdk/client-bedrock-runtime`'s types. */
const object = z.record(z.string(), z.unknown());
const cachePoint = z.strictObject({
  cachePoint: z.strictObject({ type: z.literal('default'), ttl: z.enum(['5m', '1h']).optional() }),
});
const text = z.strictObject({ text: z.string().regex(/\S/, 'The text field in the ContentBlock object is blank.') });
const bytes = z.union([
  z.strictObject({ bytes: z.base64().min(1) }),
  z.strictObject({ s3Location: z.looseObject({ uri: z.string() }) }),
]);
const image = z.strictObject({
  image: z.strictObject({ format: z.enum(['png', 'jpeg', 'gif', 'webp']), source: bytes }),
});
const document = z.strictObject({
  document: z.strictObject({
    format: z.enum(['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md']).optional(),
    name: z.string().regex(/^(?!.* {2})[a-zA-Z0-9 \-()[\]]{1,200}$/),
    source: z.union([bytes, z.strictObject({ text: z.string() })]),
    context: z.string().optional(),
    citations: z.strictObject({ enabled: z.boolean() }).optional(),
  }),
});
const id = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const name = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const toolUse = z.strictObject({ toolUse: z.strictObject({ toolUseId: id, name, input: object }) });
const toolResult = z.strictObject({
  toolResult: z.strictObject({
    toolUseId: id,
    content: z.array(z.union([text, image, document, z.strictObject({ json: z.unknown() })])).min(1),
    status: z.enum(['success', 'error']).optional(),
  }),
});
const reasoning = z.strictObject({
  reasoningContent: z.union([
    z.strictObject({ reasoningText: z.strictObject({ text: z.string(), signature: z.string().min(1) }) }),
    z.strictObject({ redactedContent: z.base64() }),
  ]),
});
const block = z.union([text, image, document, toolUse, toolResult, reasoning, cachePoint]);
const message = z.strictObject({ role: z.enum(['user', 'assistant']), content: z.array(block).min(1) });
const body = z.strictObject({
  messages: z.array(message).min(1),
  system: z
    .array(z.union([text, cachePoint]))
    .min(1)
    .optional(),
  inferenceConfig: z
    .strictObject({
      maxTokens: z.number().int().min(1).optional(),
      temperature: z.number().min(0).max(1).optional(),
      topP: z.number().min(0).max(1).optional(),
      stopSequences: z.array(z.string().min(1)).optional(),
    })
    .optional(),
  toolConfig: z
    .strictObject({
      tools: z
        .array(
          z.union([
            z.strictObject({
              toolSpec: z.strictObject({
                name,
                description: z.string().min(1).optional(),
                inputSchema: z.strictObject({ json: z.looseObject({ type: z.literal('object') }) }),
                strict: z.boolean().optional(),
              }),
            }),
            cachePoint,
          ]),
        )
        .min(1),
      toolChoice: z
        .union([
          z.strictObject({ auto: z.strictObject({}) }),
          z.strictObject({ any: z.strictObject({}) }),
          z.strictObject({ tool: z.strictObject({ name }) }),
        ])
        .optional(),
    })
    .optional(),
  additionalModelRequestFields: object.optional(),
  additionalModelResponseFieldPaths: z.array(z.string()).optional(),
  guardrailConfig: object.optional(),
  performanceConfig: object.optional(),
  promptVariables: object.optional(),
  requestMetadata: z.record(z.string(), z.string()).optional(),
  serviceTier: z.strictObject({ type: z.string() }).optional(),
  outputConfig: z
    .strictObject({
      effort: z.string().optional(),
      textFormat: z
        .strictObject({
          type: z.literal('json_schema'),
          structure: z.strictObject({
            jsonSchema: z.strictObject({
              schema: z.string(),
              name: z.string().optional(),
              description: z.string().optional(),
            }),
          }),
        })
        .optional(),
    })
    .optional(),
});

export type BedrockRequest = z.infer<typeof body>;
type Block = BedrockRequest['messages'][number]['content'][number];

/** The request, or a `Refusal` as Bedrock's `ValidationException`. */
export function readBedrock(value: unknown): BedrockRequest {
  const request = shaped(body, value);
  const { messages } = request;
  must(messages[0]!.role === 'user', 'A conversation must start with a user message.');
  for (const [index, { role }] of messages.entries())
    must(messages[index - 1]?.role !== role, 'A conversation must alternate between user and assistant roles.');
  must((JSON.stringify(request).match(/"cachePoint":/g) ?? []).length <= 4, 'at most 4 cache points');
  pair(request);
  think(request);
  return request;
}

function pair({ messages, toolConfig }: BedrockRequest): void {
  for (const [index, { content }] of messages.entries()) {
    const calls = ids(content, 'toolUse');
    const results = ids(content, 'toolResult');
    must(
      toolConfig || calls.length + results.length === 0,
      'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
    );
    const answered = ids(messages[index + 1]?.content ?? [], 'toolResult');
    must(
      calls.length === 0 || (answered.length === calls.length && calls.every((call) => answered.includes(call))),
      'Expected toolResult blocks for all toolUse blocks of the previous turn',
    );
    const asked = ids(messages[index - 1]?.content ?? [], 'toolUse');
    must(
      results.length <= asked.length,
      'The number of toolResult blocks exceeds the number of toolUse blocks of previous turn.',
    );
  }
}

function ids(content: readonly Block[], kind: 'toolUse' | 'toolResult'): string[] {
  return content.flatMap((each) =>
    kind in each ? [(each as Record<string, { toolUseId: string }>)[kind]!.toolUseId] : [],
  );
}

/** Whether the request asks Claude to think: in Converse that stands among the model's own fields. */
export function thinks({ additionalModelRequestFields: fields }: BedrockRequest): boolean {
  const asked = (fields?.thinking ?? fields?.reasoning_config) as { type?: string } | undefined;
  return asked?.type === 'enabled' || asked?.type === 'adaptive';
}

function think(request: BedrockRequest): void {
  for (const { content } of request.messages) {
    for (const each of content) {
      if (!('reasoningContent' in each) || !('reasoningText' in each.reasoningContent)) continue;
      const { text: thought, signature } = each.reasoningContent.reasoningText;
      must(signature === seal('bedrock', thought), 'Invalid `signature` in `thinking` block');
    }
  }
  if (!thinks(request)) return;
  const choice = request.toolConfig?.toolChoice;
  must(!choice || 'auto' in choice, 'Thinking may not be enabled when tool_choice forces tool use.');
  must(
    request.inferenceConfig?.temperature === undefined || request.inferenceConfig.temperature === 1,
    '`temperature` may only be 1',
  );
  const asked = request.additionalModelRequestFields!.thinking as { type: string; budget_tokens?: number } | undefined;
  if (asked?.type !== 'enabled') return;
  must((asked.budget_tokens ?? 0) >= 1024, 'thinking.budget_tokens: at least 1024');
  must(
    asked.budget_tokens! < (request.inferenceConfig?.maxTokens ?? 4096),
    '`max_tokens` must be greater than `thinking.budget_tokens`',
  );
  const last = request.messages.findLast(({ role }) => role === 'assistant');
  must(
    !last?.content.some((each) => 'toolUse' in each) || 'reasoningContent' in last.content[0]!,
    'Expected `thinking`, but found another block: a final `assistant` message must start with a thinking block',
  );
}
