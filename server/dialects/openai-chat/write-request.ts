import { invalid } from '../body-checks.ts';
import { type JsonObject, toJson } from '../lossless.ts';
import { type Travelling, travelling } from '../neutral/extras.ts';
import type { NeutralRequest, OutputFormat } from '../neutral/request.ts';
import { isEffort, openaiSamples, openaiStops, refuseStop } from '../reasoning.ts';
import type { TargetFacts, WrittenRequest } from '../translation.ts';
import { type ChatTarget, chatTarget } from './chat-target.ts';
import { READ } from './read-request.ts';
import { writeMessages } from './write-messages.ts';
import { writeReasoning } from './write-reasoning.ts';
import { writeTools } from './write-tools.ts';

/** Members of other formats' bodies that chat completions know by the same name. */
const SHARED = new Set([
  'audio',
  'logit_bias',
  'min_p',
  'prediction',
  'prompt_cache_options',
  'prompt_cache_retention',
  'repetition_penalty',
  'safety_identifier',
  'store',
]);
/** Members of a Responses body that mean nothing in chat completions. */
const RESPONSES_ONLY = new Set([
  'background',
  'client_metadata',
  'context_management',
  'conversation',
  'include',
  'input',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'previous_response_id',
  'prompt',
  'reasoning',
  'stream_options',
  'text',
  'truncation',
]);
/** OpenAI's tiers; other formats have others. */
const TIERS = new Set(['auto', 'default', 'flex', 'scale', 'priority']);
const MOST_STOPS = 4;
/** What reasoning models of OpenAI refuse while they reason. Source: "Using GPT-5", parameter compatibility. */
const SAMPLING = ['temperature', 'top_p', 'logprobs', 'top_logprobs', 'presence_penalty', 'frequency_penalty'] as const;

/** A request as a chat completions body, as the provider and its model take it. */
export function writeRequest(request: NeutralRequest, facts: TargetFacts): WrittenRequest {
  const target = chatTarget(facts);
  const { quirks } = target;
  const dropped: string[] = [];
  const extras = splitExtras(request);
  dropped.push(...extras.dropped);
  const body: JsonObject = {
    ...extras.body,
    model: target.model,
    messages: writeMessages(withOutputTold(request, target), target),
    ...writeTools(request, target),
    ...writeOutput(request.output, target),
    ...writeLimits(request, target),
    ...writeSampling(request, dropped, target),
    ...writeReasoning(request.reasoning, target),
    ...writeRest(request, dropped),
    ...quirks.adds,
    ...(target.stream && { stream: true }),
    ...(target.stream && quirks.streamOptions !== false && { stream_options: { include_usage: true } }),
  };
  refuseSampling(body, target, dropped);
  for (const [name, other] of Object.entries(quirks.renames ?? {})) {
    if (!(name in body)) continue;
    body[other] = body[name];
    delete body[name];
  }
  for (const name of quirks.drops ?? []) {
    if (!(name in body)) continue;
    delete body[name];
    dropped.push(name);
  }
  return { body, dropped };
}

/** Within OpenAI's two formats whatever is not known travels; of the others, what goes by the same name here. */
function splitExtras({ format, extras }: NeutralRequest): Travelling {
  const isKnown = (name: string) =>
    format === 'openai-chat' || SHARED.has(name) || (format === 'openai-responses' && !RESPONSES_ONLY.has(name));
  // The one extra by the name of a member that is written: a seed too big for a number.
  const { seed, ...others } = extras;
  const split = travelling(others, READ, isKnown);
  if (format === 'openai-chat' && seed !== undefined) split.body.seed = seed;
  else if (seed !== undefined) split.dropped.push('seed');
  return split;
}

function writeLimits(request: NeutralRequest, { provider, maxOutputTokens }: TargetFacts): JsonObject {
  const limit = maxOutputTokens ?? request.maxOutputTokens;
  return limit === undefined ? {} : { [provider.outputLimitField]: limit };
}

function writeSampling(request: NeutralRequest, dropped: string[], { quirks, model }: ChatTarget): JsonObject {
  const { stop, topK, logprobs } = request;
  if (quirks.strict && !openaiStops(model)) refuseStop(request);
  if (stop && stop.length > MOST_STOPS && quirks.strict)
    throw invalid('stop', `This model's provider takes at most ${MOST_STOPS} stop sequences.`);
  if (topK !== undefined && quirks.strict) dropped.push('top_k');
  return defined({
    temperature: request.temperature,
    top_p: request.topP,
    top_k: quirks.strict ? undefined : topK,
    stop,
    seed: request.seed,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    logprobs: logprobs && true,
    top_logprobs: logprobs && logprobs.top > 0 ? logprobs.top : undefined,
    n: request.choices > 1 ? request.choices : undefined,
  });
}

function writeRest(request: NeutralRequest, dropped: string[]): JsonObject {
  const { serviceTier, metadata, modalities, extras } = request;
  const tier = serviceTier !== undefined && TIERS.has(serviceTier) ? serviceTier : undefined;
  if (serviceTier !== undefined && tier === undefined) dropped.push('service_tier');
  // OpenAI takes metadata only for what it stores.
  const told = request.format === 'openai-chat' || extras.store === true ? metadata : undefined;
  if (metadata && !told) dropped.push('metadata');
  return defined({
    service_tier: tier,
    metadata: told,
    user: request.user,
    prompt_cache_key: request.promptCacheKey,
    verbosity: request.verbosity,
    modalities: modalities && ['text', ...modalities],
  });
}

/** Reasoning models refuse to have their sampling set: a hint that is dropped, as agents set it for every model. */
function refuseSampling(body: JsonObject, { model, offer }: TargetFacts, dropped: string[]): void {
  const effort = isEffort(body.reasoning_effort) ? body.reasoning_effort : undefined;
  if (!offer.capabilities.includes('reasoning') || openaiSamples(model, effort)) return;
  for (const name of SAMPLING) {
    if (!(name in body)) continue;
    delete body[name];
    dropped.push(name);
  }
}

function writeOutput(output: OutputFormat | undefined, { quirks }: ChatTarget): JsonObject {
  if (!output || output.type === 'text') return {};
  if (output.type === 'json_object' || quirks.jsonSchema === false) return { response_format: { type: 'json_object' } };
  const { name = 'response', description, schema, strict } = output;
  return {
    response_format: {
      type: 'json_schema',
      json_schema: defined({ name, description, schema, strict }),
    },
  };
}

/**
 * The messages, with what a provider must be told in words: a schema where it takes none, and, for a caller who does not
 * know of OpenAI's rule, that the answer is JSON: it refuses `json_object` when no message says so.
 */
function withOutputTold(
  { messages, output, format }: NeutralRequest,
  { quirks }: ChatTarget,
): NeutralRequest['messages'] {
  if (output?.type === 'json_schema' && quirks.jsonSchema === false) {
    return instructed(
      messages,
      `Answer with one JSON object and nothing else. It must be valid against this JSON Schema:\n${toJson(output.schema)}`,
    );
  }
  if (output?.type !== 'json_object' || format === 'openai-chat') return messages;
  const said = messages.some(({ content }) => content.some((part) => part.type === 'text' && /json/i.test(part.text)));
  return said ? messages : instructed(messages, 'Answer with one JSON object and nothing else.');
}

/** Behind the caller's own instructions: in front it would take the place of their first words. */
function instructed(messages: NeutralRequest['messages'], text: string): NeutralRequest['messages'] {
  const at = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const head = at < 0 ? messages.length : at;
  return [...messages.slice(0, head), { role: 'system', content: [{ type: 'text', text }] }, ...messages.slice(head)];
}

function defined(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
