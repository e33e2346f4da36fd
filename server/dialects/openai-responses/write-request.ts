import { invalid } from '../body-checks.ts';
import type { JsonObject } from '../lossless.ts';
import { travelling } from '../neutral/extras.ts';
import type { NeutralRequest, OutputFormat } from '../neutral/request.ts';
import { openaiEffort, openaiSamples, refuseStop } from '../reasoning.ts';
import type { TargetFacts, WrittenRequest } from '../translation.ts';
import { writeInput } from './write-input.ts';
import { writeToolChoice, writeTools } from './write-tools.ts';

/** OpenAI refuses a lower limit. */
export const LEAST_OUTPUT_TOKENS = 16;
/** Members that other formats may name, too, and that this one knows. */
const TRAVEL = new Set([
  'safety_identifier',
  'prompt_cache_retention',
  'prompt_cache_options',
  'truncation',
  'max_tool_calls',
  'moderation',
]);

/** Members that are written here, or that would change what a request costs or where its answer is kept. */
const WRITTEN = new Set([
  'background',
  'context_management',
  'conversation',
  'include',
  'input',
  'instructions',
  'max_output_tokens',
  'metadata',
  'model',
  'parallel_tool_calls',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'reasoning',
  'service_tier',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'user',
]);

/** A neutral request as a Responses body. Nothing is kept at the provider: its thoughts come back encrypted. */
export function writeRequest(request: NeutralRequest, target: TargetFacts): WrittenRequest {
  refuse(request);
  // OpenAI's own formats share what is too new to be known here.
  const kin = request.format === 'openai-chat' || request.format === 'openai-responses';
  const extras = travelling(request.extras, WRITTEN, (name) => kin || TRAVEL.has(name));
  const { dropped } = extras;
  const body: JsonObject = { ...extras.body, model: target.model, input: writeInput(request.messages), store: false };
  if (target.stream) body.stream = true;
  if (request.tools.length > 0) {
    body.tools = writeTools(request.tools);
    if (request.toolChoice) body.tool_choice = writeToolChoice(request.toolChoice, request.tools);
    if (request.parallelToolCalls !== undefined) body.parallel_tool_calls = request.parallelToolCalls;
  }
  const limit = target.maxOutputTokens ?? request.maxOutputTokens;
  if (limit !== undefined) body.max_output_tokens = Math.max(LEAST_OUTPUT_TOKENS, limit);
  const text = writeText(request);
  if (text) body.text = text;
  writeReasoning(request, target, body);
  writeSampling(request, target, body, dropped);
  if (request.serviceTier !== undefined) body.service_tier = request.serviceTier;
  if (request.user !== undefined) body.user = request.user;
  if (request.metadata) body.metadata = request.metadata;
  if (request.promptCacheKey !== undefined) body.prompt_cache_key = request.promptCacheKey;
  return { body, dropped };
}

/** What this format has no place for, and what is no hint. */
function refuse(request: NeutralRequest): void {
  const { choices, modalities } = request;
  if (choices > 1) throw invalid('n', 'This model gives one answer at a time: n must be 1.');
  refuseStop(request);
  const other = modalities?.find((modality) => modality !== 'text');
  if (other !== undefined) throw invalid('modalities', `This model does not answer with ${other} here.`);
}

/** `text`, where there is anything to say of it. */
export function writeText({ output, verbosity }: NeutralRequest): JsonObject | undefined {
  if (!output && !verbosity) return undefined;
  return { ...(output && { format: writeFormat(output) }), ...(verbosity && { verbosity }) };
}

function writeFormat(output: OutputFormat): JsonObject {
  if (output.type !== 'json_schema') return { type: output.type };
  const { name = 'answer', description, schema, strict } = output;
  return {
    type: 'json_schema',
    name,
    ...(description !== undefined && { description }),
    schema,
    ...(strict !== undefined && { strict }),
  };
}

function writeReasoning({ reasoning }: NeutralRequest, target: TargetFacts, body: JsonObject): void {
  if (!target.offer.capabilities.includes('reasoning')) return;
  // Other models refuse to be asked for it.
  body.include = ['reasoning.encrypted_content'];
  if (!reasoning) return;
  const effort = openaiEffort(reasoning, target.model);
  const summary = reasoning.summary ?? (reasoning.show && effort !== 'none' ? 'auto' : undefined);
  if (effort || summary) body.reasoning = { ...(effort && { effort }), ...(summary && { summary }) };
}

/** What reasoning models refuse is a hint, and left out for them. */
function writeSampling(request: NeutralRequest, target: TargetFacts, body: JsonObject, dropped: string[]): void {
  const { reasoning, logprobs } = request;
  const samples = openaiSamples(target.model, reasoning && openaiEffort(reasoning, target.model));
  const given = { temperature: request.temperature, top_p: request.topP };
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (samples) body[key] = value;
    else dropped.push(key);
  }
  if (logprobs && samples) {
    body.include = [...((body.include as string[] | undefined) ?? []), 'message.output_text.logprobs'];
    if (logprobs.top > 0) body.top_logprobs = logprobs.top;
  } else if (logprobs) dropped.push('logprobs');
  const unknown = {
    seed: request.seed,
    top_k: request.topK,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
  };
  for (const [key, value] of Object.entries(unknown)) if (value !== undefined) dropped.push(key);
}
