import { z } from 'zod';
import { must, shaped } from './refuse.ts';
import { seal } from './scenario.ts';

/** Gemini's generateContent, request side (the JSON names). Source: ai.google.dev's API reference and `@google/genai`'s types. */
const object = z.record(z.string(), z.unknown());
const part = z
  .strictObject({
    text: z.string().optional(),
    thought: z.boolean().optional(),
    thoughtSignature: z.string().optional(),
    inlineData: z
      .strictObject({ mimeType: z.string(), data: z.string(), displayName: z.string().optional() })
      .optional(),
    fileData: z.strictObject({ mimeType: z.string().optional(), fileUri: z.string() }).optional(),
    functionCall: z
      .strictObject({ id: z.string().optional(), name: z.string().min(1), args: object.optional() })
      .optional(),
    functionResponse: z
      .strictObject({
        id: z.string().optional(),
        name: z.string().min(1),
        response: object,
        parts: z.array(z.looseObject({})).optional(),
      })
      .optional(),
    executableCode: object.optional(),
    codeExecutionResult: object.optional(),
    videoMetadata: object.optional(),
    mediaResolution: object.optional(),
  })
  .refine(
    (each) =>
      [
        'text',
        'inlineData',
        'fileData',
        'functionCall',
        'functionResponse',
        'executableCode',
        'codeExecutionResult',
      ].filter((key) => each[key as 'text'] !== undefined).length === 1,
    'one of the data fields must be set',
  );
const content = z.strictObject({ role: z.enum(['user', 'model']), parts: z.array(part).min(1) });
/** Google's own schema object: what is not in it is refused. */
const schema: z.ZodType = z.lazy(() =>
  z.strictObject({
    type: z
      .string()
      .regex(/^(STRING|NUMBER|INTEGER|BOOLEAN|ARRAY|OBJECT|NULL)$/i)
      .optional(),
    format: z.string().optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    nullable: z.boolean().optional(),
    enum: z.array(z.string()).optional(),
    items: schema.optional(),
    minItems: z.union([z.string(), z.number()]).optional(),
    maxItems: z.union([z.string(), z.number()]).optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    minProperties: z.union([z.string(), z.number()]).optional(),
    maxProperties: z.union([z.string(), z.number()]).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.union([z.string(), z.number()]).optional(),
    maxLength: z.union([z.string(), z.number()]).optional(),
    pattern: z.string().optional(),
    example: z.unknown().optional(),
    default: z.unknown().optional(),
    anyOf: z.array(schema).optional(),
    propertyOrdering: z.array(z.string()).optional(),
  }),
);
const generationConfig = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().optional(),
  topK: z.number().optional(),
  candidateCount: z.number().int().min(1).max(8).optional(),
  maxOutputTokens: z.number().int().min(1).optional(),
  stopSequences: z.array(z.string()).max(5).optional(),
  responseLogprobs: z.boolean().optional(),
  logprobs: z.number().optional(),
  presencePenalty: z.number().optional(),
  frequencyPenalty: z.number().optional(),
  seed: z.number().int().min(-2147483648).max(2147483647).optional(),
  responseMimeType: z.enum(['text/plain', 'application/json', 'text/x.enum']).optional(),
  responseSchema: schema.optional(),
  responseJsonSchema: object.optional(),
  responseModalities: z.array(z.string()).optional(),
  mediaResolution: z.string().optional(),
  speechConfig: object.optional(),
  imageConfig: object.optional(),
  thinkingConfig: z
    .strictObject({
      includeThoughts: z.boolean().optional(),
      thinkingBudget: z.number().int().min(-1).max(32768).optional(),
      thinkingLevel: z
        .string()
        .regex(/^(minimal|low|medium|high)$/i)
        .optional(),
    })
    .optional(),
});
const tool = z.strictObject({
  functionDeclarations: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/),
        description: z.string().optional(),
        parameters: schema.optional(),
        parametersJsonSchema: object.optional(),
        response: schema.optional(),
        behavior: z.string().optional(),
      }),
    )
    .optional(),
  googleSearch: object.optional(),
  codeExecution: object.optional(),
  urlContext: object.optional(),
});
const body = z.strictObject({
  contents: z.array(content).min(1),
  systemInstruction: z.strictObject({ role: z.string().optional(), parts: z.array(part).min(1) }).optional(),
  tools: z.array(tool).optional(),
  toolConfig: z
    .strictObject({
      functionCallingConfig: z
        .strictObject({
          mode: z.enum(['AUTO', 'ANY', 'NONE', 'VALIDATED']),
          allowedFunctionNames: z.array(z.string()).optional(),
        })
        .optional(),
      retrievalConfig: object.optional(),
      includeServerSideToolInvocations: z.boolean().optional(),
    })
    .optional(),
  generationConfig: generationConfig.optional(),
  safetySettings: z.array(z.strictObject({ category: z.string(), threshold: z.string() })).optional(),
  cachedContent: z.string().optional(),
  serviceTier: z.string().optional(),
  store: z.boolean().optional(),
});

export type GeminiRequest = z.infer<typeof body>;
type Content = GeminiRequest['contents'][number];

/** The request, or a `Refusal` as Google's. */
export function readGemini(value: unknown, model: string): GeminiRequest {
  const request = shaped(body, value);
  const { generationConfig: config } = request;
  const thinks = config?.thinkingConfig;
  must(
    !thinks || thinks.thinkingBudget === undefined || thinks.thinkingLevel === undefined,
    'thinking budget and thinking level together',
  );
  must(
    thinks?.thinkingLevel === undefined || model.startsWith('gemini-3'),
    'Thinking level is not supported for this model.',
  );
  must(
    (!config?.responseSchema && !config?.responseJsonSchema) || config.responseMimeType === 'application/json',
    'response_schema needs response_mime_type application/json',
  );
  must(!config?.responseSchema || !config.responseJsonSchema, 'response_schema and response_json_schema together');
  for (const each of (request.tools ?? []).flatMap((list) => list.functionDeclarations ?? []))
    must(!each.parameters || !each.parametersJsonSchema, 'parameters and parameters_json_schema together');
  must(request.contents[0]!.role === 'user', 'Please ensure that the first content is of role user');
  pair(request.contents);
  if (model.startsWith('gemini-3')) sign(request.contents);
  return request;
}

function pair(contents: readonly Content[]): void {
  for (const [index, { parts, role }] of contents.entries()) {
    const calls = parts.flatMap((each) => each.functionCall ?? []);
    const responses = parts.flatMap((each) => each.functionResponse ?? []);
    must(calls.length === 0 || role === 'model', 'a function call comes from the model');
    must(responses.length === 0 || role === 'user', 'a function response comes from the user');
    if (calls.length > 0) {
      must(
        contents[index - 1]?.role === 'user',
        'function call turn comes immediately after a user turn or after a function response turn',
      );
      const answers = (contents[index + 1]?.parts ?? []).flatMap((each) => each.functionResponse ?? []);
      must(
        answers.length === calls.length,
        'the number of function response parts is equal to the number of function call parts of the function call turn',
      );
      for (const [at, call] of calls.entries())
        must(answers[at]!.name === call.name, `function response ${at} is not for ${call.name}`);
    }
    const asked = (contents[index - 1]?.parts ?? []).filter((each) => each.functionCall);
    must(
      responses.length === 0 || asked.length > 0,
      'function response turn comes immediately after a function call turn',
    );
  }
}

/** Values that the documentation lets stand for a signature that another model could not give. */
const DUMMIES = new Set(['context_engineering_is_the_way_to_go', 'skip_thought_signature_validator']);

/** Gemini 3: the first call of each step since the last real question carries its signature, unchanged. */
function sign(contents: readonly Content[]): void {
  const turn = contents.findLastIndex(
    ({ role, parts }) => role === 'user' && parts.some((each) => !each.functionResponse),
  );
  for (const [index, { parts }] of contents.entries()) {
    const first = parts.find((each) => each.functionCall);
    for (const each of parts) {
      const { thoughtSignature: given, functionCall: call } = each;
      if (given === undefined) {
        must(index < turn || each !== first, 'Function call is missing a thought_signature in functionCall parts.');
        continue;
      }
      const plain = Buffer.from(given, 'base64').toString();
      const dummy = DUMMIES.has(given) || DUMMIES.has(plain);
      must(/^[A-Za-z0-9+/_-]+=*$/.test(given), 'thought_signature is not base64');
      if (!dummy && call)
        must(given === seal('google', call.name + JSON.stringify(call.args)), 'Thought signature is not valid.');
      if (!dummy && each.text !== undefined)
        must(given === seal('google', each.text), 'Thought signature is not valid.');
    }
  }
}
