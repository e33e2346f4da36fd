import { GatewayError } from '../../../shared/errors.ts';
import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject, toJson } from '../lossless.ts';
import { leastCachedLength, withCacheMarks } from '../neutral/cache-marks.ts';
import { travelling } from '../neutral/extras.ts';
import { hintsIn } from '../neutral/hints.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import type { TargetFacts, WrittenRequest } from '../translation.ts';
import { refuseFastMode } from './fast-mode.ts';
import { takesSystemInside } from './models.ts';
import { samplingOf } from './sampling.ts';
import { isExpressible, outputSchema } from './schema.ts';
import { writeMessages } from './write-messages.ts';
import { writeThinking } from './write-thinking.ts';
import { writeTools } from './write-tools.ts';

/** Where neither the caller nor the catalogue sets a limit, and Anthropic wants one. */
const USUAL_OUTPUT_TOKENS = 8192;
/** Longer ones are refused. */
const LONGEST_USER = 256;

/** Members of a caller's body under Anthropic's own names: they travel. */
const OWN = [
  'cache_control',
  'container',
  'context_management',
  'diagnostics',
  'inference_geo',
  'mcp_servers',
  'speed',
  'user_profile_id',
  'workspace_id',
];

/** Members that are decided here. */
const WRITTEN = new Set([
  'max_tokens',
  'messages',
  'metadata',
  'model',
  // the older name of what is in output_config
  'output_format',
  'service_tier',
  'stop_sequences',
  'stream',
  'system',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_k',
  'top_p',
]);

/** Members that only a beta takes. Source: "Beta headers", and what Anthropic's own SDK sends with them. */
const BETAS: Readonly<Record<string, string>> = {
  mcp_servers: 'mcp-client-2025-11-20',
  context_management: 'context-management-2025-06-27',
};
const FILES_BETA = 'files-api-2025-04-14';

const TIERS: Readonly<Record<string, string>> = {
  auto: 'auto',
  priority: 'auto',
  default: 'standard_only',
  standard_only: 'standard_only',
};

/** A request as a Messages body. Source: the Anthropic API reference, "Create a Message". */
export function writeRequest(caller: NeutralRequest, target: TargetFacts): WrittenRequest {
  refuseWhatCannotBe(caller, target);
  refuseFastMode(caller.extras.speed, target.offer);
  const { model, offer } = target;
  const request = withCacheMarks(caller, { enabled: target.cacheMarks, leastLength: leastCachedLength(model) });
  const limit = target.maxOutputTokens ?? request.maxOutputTokens;
  const maxTokens = limit ?? offer.maxOutputTokens ?? USUAL_OUTPUT_TOKENS;
  const thinking = writeThinking(request, model, maxTokens);
  const output = writeOutput(request, target);
  const { system, messages } = writeMessages(request.messages, takesSystemInside(model, target.provider));
  const extras = extrasOf(request);
  const user = userOf(request);
  const dropped = [
    ...thinking.dropped,
    ...extras.dropped,
    ...hintsIn(request).filter((name) => name !== 'user' || !user.metadata),
  ];
  const sampling = samplingOf(request, target, thinking.thinking?.type, dropped);
  if (output.instruction) system.push({ type: 'text', text: output.instruction });
  const tier = request.serviceTier === undefined ? undefined : TIERS[request.serviceTier];
  if (request.serviceTier !== undefined && tier === undefined) dropped.push('service_tier');
  const config = {
    ...extras.config,
    ...(thinking.effort && { effort: thinking.effort }),
    ...(output.format && { format: output.format }),
  };
  const stop = (request.stop ?? []).filter((sequence) => sequence.trim() !== '');
  const body: JsonObject = {
    ...extras.own,
    model,
    max_tokens: maxTokens,
    ...(system.length > 0 && { system: systemOf(system) }),
    messages,
    ...writeTools(request, target),
    ...sampling,
    ...(stop.length > 0 && { stop_sequences: stop }),
    ...(thinking.thinking && { thinking: thinking.thinking }),
    ...(Object.keys(config).length > 0 && { output_config: config }),
    ...(tier !== undefined && { service_tier: tier }),
    ...user,
    ...(target.stream && { stream: true }),
  };
  const betas = betasOf(request, body);
  return { body, dropped, ...(betas.length > 0 && { headers: { 'anthropic-beta': betas.join(',') } }) };
}

function refuseWhatCannotBe(request: NeutralRequest, { offer }: TargetFacts): void {
  const { choices, logprobs, modalities, format } = request;
  const refuse = (param: string, what: string) => {
    throw new GatewayError('model_not_supported', `Model ${offer.model} ${what}`, { param, hint: '' });
  };
  if (choices > 1) refuse('n', 'gives one answer to a request: n must be 1.');
  if (logprobs) refuse('logprobs', 'gives no log probabilities.');
  if (modalities?.some((modality) => modality !== 'text')) refuse('modalities', 'answers with text only.');
  if (format !== undefined && format !== 'anthropic-messages' && namesFile(request))
    throw invalid('messages', 'A file that was uploaded to another provider cannot be read here: send its content.');
}

/** One text without a mark is told as a string. */
function systemOf(system: JsonObject[]): unknown {
  const [only] = system;
  return system.length === 1 && Object.keys(only!).length === 2 ? only!.text : system;
}

/**
 * Structured output by `output_config.format` where the model has it and can keep to the schema; else, and for plain JSON,
 * by an instruction. A forced tool would need its call told back as text, and forbids thinking.
 */
function writeOutput(
  { output }: NeutralRequest,
  { offer }: TargetFacts,
): { format?: JsonObject; instruction?: string } {
  if (!output || output.type === 'text') return {};
  if (output.type === 'json_object') {
    return { instruction: 'Answer with one valid JSON object and nothing else: no prose, no code fence.' };
  }
  const { schema, name, description } = output;
  if (offer.capabilities.includes('structured_output') && isExpressible(schema)) {
    return { format: { type: 'json_schema', schema: outputSchema(schema) } };
  }
  const about = [name, description].filter(Boolean).join(': ');
  return {
    instruction: `Answer with one JSON value and nothing else: no prose, no code fence. It must conform to this JSON Schema${about && ` (${about})`}:\n${toJson(schema)}`,
  };
}

function userOf({ user }: NeutralRequest): JsonObject {
  return user && user.length <= LONGEST_USER ? { metadata: { user_id: user } } : {};
}

function extrasOf({ extras, format }: NeutralRequest): { own: JsonObject; config: JsonObject; dropped: string[] } {
  const { output_config: config, betas: _betas, ...rest } = extras;
  // What a caller of Messages says that is not known here yet is Anthropic's to know.
  const isKnown = (name: string) => format === 'anthropic-messages' || OWN.includes(name);
  const { body, dropped } = travelling(rest, WRITTEN, isKnown);
  return { own: body, config: isObject(config) ? config : {}, dropped };
}

function betasOf(request: NeutralRequest, body: JsonObject): string[] {
  const { extras } = request;
  const betas = new Set<string>();
  if (Array.isArray(extras.betas)) for (const beta of extras.betas) if (typeof beta === 'string') betas.add(beta);
  for (const [member, beta] of Object.entries(BETAS)) if (body[member] !== undefined) betas.add(beta);
  if (namesFile(request)) betas.add(FILES_BETA);
  for (const beta of betas)
    if (!/^[\w.-]+$/.test(beta)) throw invalid('betas', 'The name of a beta has letters, digits, dots and dashes.');
  return [...betas];
}

function namesFile({ messages }: NeutralRequest): boolean {
  return messages.some(({ content }) => content.some((part) => 'source' in part && part.source.kind === 'file'));
}
