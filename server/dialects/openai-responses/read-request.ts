import { GatewayError } from '../../../shared/errors.ts';
import { invalid } from '../body-checks.ts';
import { EXTENSIONS } from '../extensions.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import type { NeutralRequest, OutputFormat, Reasoning } from '../neutral/request.ts';
import type { RequestFacts } from '../neutral.ts';
import { readBudget, readEffort } from '../reasoning.ts';
import { InputReader, systemMessage } from './read-input.ts';
import { readToolChoice, readTools } from './read-tools.ts';

/** Members that are read here, and hints that mean something to this format alone. Everything else travels. */
const KNOWN = new Set<string>([
  'model',
  'input',
  'instructions',
  'stream',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'include',
  'service_tier',
  'user',
  'metadata',
  'prompt_cache_key',
  // hints, and what the gateway does itself
  'background',
  'store',
  'truncation',
  'max_tool_calls',
  'stream_options',
  'client_metadata',
  'context_management',
  'prompt_cache_options',
  'previous_response_id',
  ...EXTENSIONS,
]);
/** What stands with OpenAI alone, and cannot be looked up. */
const ELSEWHERE = ['conversation', 'prompt'] as const;

/** A Responses body in neutral form. Throws for what stands with OpenAI and is not ours to look up. */
export function readRequest(body: JsonObject, facts: RequestFacts): NeutralRequest {
  refuseElsewhere(body);
  const input = new InputReader();
  if (typeof body.instructions === 'string' && body.instructions !== '')
    input.messages.push(systemMessage(body.instructions));
  input.read(body.input);
  const request: NeutralRequest = {
    format: 'openai-responses',
    model: facts.model,
    stream: facts.stream,
    messages: input.messages,
    tools: [...readTools(body.tools), ...input.tools],
    choices: 1,
    extras: extrasOf(body),
  };
  const choice = readToolChoice(body.tool_choice);
  if (choice) request.toolChoice = choice;
  if (typeof body.parallel_tool_calls === 'boolean') request.parallelToolCalls = body.parallel_tool_calls;
  if (facts.maxOutputTokens !== undefined) request.maxOutputTokens = facts.maxOutputTokens;
  const temperature = numberOf(body, 'temperature');
  if (temperature !== undefined) request.temperature = temperature;
  const topP = numberOf(body, 'top_p');
  if (topP !== undefined) request.topP = topP;
  const reasoning = readReasoning(body.reasoning);
  if (reasoning) request.reasoning = reasoning;
  readText(body.text, request);
  readLogprobs(body, request);
  if (typeof body.service_tier === 'string') request.serviceTier = body.service_tier;
  if (typeof body.user === 'string') request.user = body.user;
  if (isObject(body.metadata)) request.metadata = body.metadata;
  if (typeof body.prompt_cache_key === 'string') request.promptCacheKey = body.prompt_cache_key;
  return request;
}

function refuseElsewhere(body: JsonObject): void {
  const previous = body.previous_response_id;
  if (typeof previous === 'string') throw previousNotFound(previous);
  for (const key of ELSEWHERE) {
    if (body[key] !== undefined && body[key] !== null)
      throw new GatewayError('model_not_supported', `${key} is kept at OpenAI, and this model is not there.`, {
        param: key,
        hint: 'Send the whole conversation in `input`.',
      });
  }
}

/** In OpenAI's own words, which clients know. */
export function previousNotFound(id: string): GatewayError {
  return new GatewayError('previous_response_not_found', `Previous response with id '${id}' not found.`, {
    param: 'previous_response_id',
    hint: '',
  });
}

function extrasOf(body: JsonObject): JsonObject {
  const extras: JsonObject = {};
  for (const [key, value] of Object.entries(body)) {
    if (!KNOWN.has(key) && value !== null && !ELSEWHERE.includes(key as (typeof ELSEWHERE)[number]))
      extras[key] = value;
  }
  return extras;
}

function readReasoning(value: unknown): Reasoning | undefined {
  if (!isObject(value)) return undefined;
  const { effort, max_tokens: budget } = value;
  const summary = value.summary ?? value.generate_summary;
  const reasoning: Reasoning = {
    ...(given(effort) && { effort: readEffort(effort, 'reasoning.effort') }),
    ...(given(budget) && { budgetTokens: readBudget(budget, 'reasoning.max_tokens') }),
    ...(typeof summary === 'string' && summary !== 'none' && { summary, show: true }),
  };
  return Object.keys(reasoning).length > 0 ? reasoning : undefined;
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function readText(value: unknown, request: NeutralRequest): void {
  if (!isObject(value)) return;
  const { format, verbosity } = value;
  if (verbosity === 'low' || verbosity === 'medium' || verbosity === 'high') request.verbosity = verbosity;
  if (isObject(format)) request.output = readFormat(format);
}

function readFormat(format: JsonObject): OutputFormat {
  if (format.type === 'text' || format.type === 'json_object') return { type: format.type };
  if (format.type !== 'json_schema')
    throw invalid('text.format.type', 'text.format.type must be text, json_object or json_schema.');
  const { name, description, schema, strict } = format;
  if (!isObject(schema)) throw invalid('text.format.schema', 'text.format.schema must be an object.');
  return {
    type: 'json_schema',
    ...(typeof name === 'string' && { name }),
    ...(typeof description === 'string' && { description }),
    schema,
    ...(typeof strict === 'boolean' && { strict }),
  };
}

function readLogprobs(body: JsonObject, request: NeutralRequest): void {
  const top = numberOf(body, 'top_logprobs');
  const included = Array.isArray(body.include) && body.include.includes('message.output_text.logprobs');
  if (included || (top !== undefined && top > 0)) request.logprobs = { top: top ?? 0 };
}

function numberOf(body: JsonObject, key: string): number | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw invalid(key, `${key} must be a number.`);
  return value;
}
