import { invalid } from '../body-checks.ts';
import { EXTENSIONS } from '../extensions.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import type { NeutralRequest, OutputFormat } from '../neutral/request.ts';
import type { RequestFacts } from '../neutral.ts';
import { readMessages } from './read-messages.ts';
import { REASONING_MEMBERS, readReasoningAsked } from './read-reasoning.ts';
import { isStrings, readToolChoice, readTools } from './read-tools.ts';

/** Numbers that are the same thing in the neutral form. */
const NUMBERS = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  seed: 'seed',
  frequency_penalty: 'frequencyPenalty',
  presence_penalty: 'presencePenalty',
} as const;
const STRINGS = { service_tier: 'serviceTier', user: 'user', prompt_cache_key: 'promptCacheKey' } as const;

/** Members that are read into the neutral form, or are ours: all others are extras. */
export const READ = new Set<string>([
  ...EXTENSIONS,
  ...Object.keys(NUMBERS),
  ...Object.keys(STRINGS),
  ...REASONING_MEMBERS,
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'web_search_options',
  'parallel_tool_calls',
  'response_format',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'logprobs',
  'top_logprobs',
  'n',
  'metadata',
  'verbosity',
  'modalities',
]);

/** A chat completions body in neutral form. */
export function readRequest(body: JsonObject, facts: RequestFacts): NeutralRequest {
  const { stop, verbosity, metadata, modalities, parallel_tool_calls: parallel } = body;
  const limits = [body.max_completion_tokens, body.max_tokens].filter((limit) => typeof limit === 'number');
  const reasoning = readReasoningAsked(body);
  const request: NeutralRequest = {
    format: 'openai-chat',
    model: facts.model,
    stream: facts.stream,
    messages: readMessages(body.messages),
    tools: readTools(body),
    ...readToolChoice(body),
    ...readOutput(body.response_format),
    ...(limits.length > 0 && { maxOutputTokens: Math.min(...limits) }),
    ...(reasoning && { reasoning }),
    ...readStop(stop),
    ...(typeof parallel === 'boolean' && { parallelToolCalls: parallel }),
    ...(body.logprobs === true && { logprobs: { top: topOf(body) } }),
    ...(isObject(metadata) && { metadata }),
    ...((verbosity === 'low' || verbosity === 'medium' || verbosity === 'high') && { verbosity }),
    ...readModalities(modalities),
    choices: facts.choices,
    extras: extrasOf(body),
  };
  for (const [key, name] of Object.entries(NUMBERS)) {
    const value = numberOf(body, key);
    if (value !== undefined) request[name as 'temperature'] = value;
  }
  for (const [key, name] of Object.entries(STRINGS)) {
    const value = body[key];
    if (typeof value === 'string') request[name as 'user'] = value;
  }
  return request;
}

function numberOf(body: JsonObject, key: string): number | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (isBigSeed(key, value)) return undefined;
  if (typeof value !== 'number') throw invalid(key, `${key} must be a number.`);
  return value;
}

/** A seed beyond what a float holds is marked text: it is an extra, as no other format has such seeds. */
function isBigSeed(key: string, value: unknown): boolean {
  return key === 'seed' && typeof value === 'string';
}

function readStop(stop: unknown): Pick<NeutralRequest, 'stop'> {
  if (stop === undefined || stop === null) return {};
  if (typeof stop === 'string') return { stop: [stop] };
  if (!isStrings(stop)) throw invalid('stop', 'stop must be a string or an array of strings.');
  return stop.length > 0 ? { stop } : {};
}

function readModalities(value: unknown): Pick<NeutralRequest, 'modalities'> {
  const modalities = isStrings(value) ? value.filter((modality) => modality !== 'text') : [];
  return modalities.length > 0 ? { modalities } : {};
}

function topOf({ top_logprobs: top }: JsonObject): number {
  return typeof top === 'number' ? top : 0;
}

function readOutput(format: unknown): { output?: OutputFormat } {
  if (!isObject(format)) return {};
  if (format.type === 'json_object') return { output: { type: 'json_object' } };
  if (format.type !== 'json_schema') return {};
  const { json_schema: given } = format;
  if (!isObject(given)) throw invalid('response_format.json_schema', 'json_schema must be an object.');
  const { name, description, schema, strict } = given;
  return {
    output: {
      type: 'json_schema',
      schema: isObject(schema) ? schema : {},
      ...(typeof name === 'string' && { name }),
      ...(typeof description === 'string' && { description }),
      ...(typeof strict === 'boolean' && { strict }),
    },
  };
}

function extrasOf(body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body).filter(([key, value]) => value !== null && (!READ.has(key) || isBigSeed(key, value))),
  );
}
