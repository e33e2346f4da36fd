import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject, toJson } from '../lossless.ts';
import { leastCachedLength, withCacheMarks } from '../neutral/cache-marks.ts';
import { travelling } from '../neutral/extras.ts';
import { hintsIn } from '../neutral/hints.ts';
import type { NeutralRequest, OutputFormat } from '../neutral/request.ts';
import type { TargetFacts, WrittenRequest } from '../translation.ts';
import { isClaude, topKFields } from './models.ts';
import { writeMessages } from './write-messages.ts';
import { writeThinking } from './write-thinking.ts';
import { writeTools } from './write-tools.ts';

/** Members of a caller's body that are Converse's own, under its own names: they travel as they are. */
const OWN = [
  'guardrailConfig',
  'performanceConfig',
  'additionalModelResponseFieldPaths',
  'promptVariables',
  'requestMetadata',
] as const;
/**
 * Members of `additionalModelRequestFields` that are decided here, under the names that the makers of models have for them:
 * limits, how many answers, the prompt, tools, sampling, thinking.
 */
const WRITTEN = new Set([
  'inferenceConfig',
  'k',
  'max_completion_tokens',
  'max_gen_len',
  'max_new_tokens',
  'max_output_tokens',
  'max_tokens',
  'max_tokens_to_sample',
  'maxTokens',
  'message',
  'messages',
  'n',
  'num_generations',
  'p',
  'prompt',
  'reasoning_effort',
  'reasoningConfig',
  'stop',
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
const STOP_PATH = '/stop_sequence';
const TIERS: Readonly<Record<string, string>> = {
  default: 'default',
  standard: 'default',
  standard_only: 'default',
  flex: 'flex',
  priority: 'priority',
  reserved: 'reserved',
};
/** Where neither the request nor the catalogue knows a limit: enough for the thinking that is to fit into it. */
const USUAL_OUTPUT_TOKENS = 32_000;

/** A request as the body of Converse and ConverseStream. Source: the Bedrock API reference, "Converse". */
export function writeRequest(asked: NeutralRequest, target: TargetFacts): WrittenRequest {
  refuseWhatCannotBe(asked);
  const { model, offer } = target;
  const claude = isClaude(model);
  // Claude alone caches nothing of itself; the other makers' models that cache do so without marks, too.
  const request = claude
    ? withCacheMarks(asked, { enabled: target.cacheMarks, leastLength: leastCachedLength(model) })
    : asked;
  const structured = offer.capabilities.includes('structured_output');
  const cacheMarks = target.cacheMarks && (claude || offer.capabilities.includes('prompt_caching'));
  const limit = target.maxOutputTokens ?? request.maxOutputTokens;
  const most = limit ?? offer.maxOutputTokens ?? USUAL_OUTPUT_TOKENS;
  const thinking = writeThinking(request, model, most);
  // A budget must be below the limit, so there must be one.
  const maxTokens = thinking.fields.thinking ? most : limit;
  const tools = writeTools(request, { model, offer: target.offer, structured, cacheMarks });
  const output = writeOutput(request.output, structured);
  const { system, messages } = writeMessages(request.messages, model, cacheMarks);
  for (const text of [tools.instruction, output.instruction]) if (text) system.push({ text });

  const dropped = [...thinking.dropped, ...tools.dropped, ...hintsIn(request)];
  const sampling = samplingOf(request, model, thinking.sampling, dropped);
  const inference = {
    ...(maxTokens !== undefined && { maxTokens }),
    ...sampling.inference,
    ...(request.stop && request.stop.length > 0 && { stopSequences: request.stop }),
  };
  const extras = extrasOf(request, dropped);
  const additional = {
    ...extras.additional,
    ...sampling.fields,
    ...thinking.fields,
    ...(tools.toolChoice && { tool_choice: tools.toolChoice }),
  };
  const tier = tierOf(request, dropped);
  const outputConfig = {
    ...(output.textFormat && { textFormat: output.textFormat }),
    ...(thinking.effort && { effort: thinking.effort }),
  };
  const { additionalModelResponseFieldPaths: wanted, ...own } = extras.own;
  // Which stop sequence was met is told only to those who ask.
  const paths = [...(Array.isArray(wanted) ? wanted : []), ...(claude && inference.stopSequences ? [STOP_PATH] : [])];
  const body: JsonObject = {
    ...own,
    messages,
    ...(system.length > 0 && { system }),
    ...(!isEmpty(inference) && { inferenceConfig: inference }),
    ...(tools.toolConfig && { toolConfig: tools.toolConfig }),
    ...(!isEmpty(additional) && { additionalModelRequestFields: additional }),
    ...(tier && { serviceTier: { type: tier } }),
    ...(!isEmpty(outputConfig) && { outputConfig }),
    ...(paths.length > 0 && { additionalModelResponseFieldPaths: [...new Set(paths)] }),
  };
  return { body, dropped };
}

function refuseWhatCannotBe({ choices, logprobs, modalities }: NeutralRequest): void {
  if (choices > 1) throw invalid('n', 'Amazon Bedrock gives one answer to a request: n must be 1.');
  if (logprobs) throw invalid('logprobs', 'Amazon Bedrock gives no log probabilities.');
  if (modalities?.some((modality) => modality !== 'text'))
    throw invalid('modalities', 'Amazon Bedrock answers with text only.');
}

function samplingOf(request: NeutralRequest, model: string, allowed: boolean, dropped: string[]) {
  const { temperature, topP, topK } = request;
  const inference: JsonObject = {};
  const fields: JsonObject = {};
  const given: [string, unknown][] = [
    ['temperature', temperature],
    ['top_p', topP],
    ['top_k', topK],
  ];
  if (!allowed) {
    dropped.push(...given.filter(([, value]) => value !== undefined).map(([name]) => name));
    return { inference, fields };
  }
  // OpenAI's goes up to 2, Bedrock's to 1.
  if (temperature !== undefined) inference.temperature = Math.min(temperature, 1);
  // Claude from 4.5 on takes one of the two.
  if (topP !== undefined && isClaude(model) && temperature !== undefined) dropped.push('top_p');
  else if (topP !== undefined) inference.topP = topP;
  if (topK !== undefined) {
    const own = topKFields(model, topK);
    if (own) Object.assign(fields, own);
    else dropped.push('top_k');
  }
  return { inference, fields };
}

/** A schema that the service enforces where the model has that, else words in the system prompt. */
function writeOutput(
  output: OutputFormat | undefined,
  structured: boolean,
): { textFormat?: JsonObject; instruction?: string } {
  if (!output || output.type === 'text') return {};
  if (output.type === 'json_object')
    return { instruction: 'Answer with one JSON object and nothing else: no words around it, no code fence.' };
  const { schema, name, description } = output;
  if (!structured) {
    return {
      instruction: `Answer with one JSON value and nothing else: no words around it, no code fence. It must match this JSON schema:\n${toJson(schema)}`,
    };
  }
  const jsonSchema = { schema: toJson(schema), ...(name && { name }), ...(description && { description }) };
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
}

function tierOf({ serviceTier }: NeutralRequest, dropped: string[]): string | undefined {
  if (serviceTier === undefined || serviceTier === 'auto') return undefined;
  const tier = TIERS[serviceTier];
  if (!tier) dropped.push('service_tier');
  return tier;
}

function extrasOf({ extras }: NeutralRequest, dropped: string[]) {
  const own: JsonObject = {};
  let additional: JsonObject = {};
  for (const [name, value] of Object.entries(extras)) {
    if ((OWN as readonly string[]).includes(name)) own[name] = value;
    else if (name === 'additionalModelRequestFields' && isObject(value)) {
      const fields = travelling(value, WRITTEN, () => true);
      additional = { ...additional, ...fields.body };
      dropped.push(...fields.dropped.map((field) => `${name}.${field}`));
    } else if (name === 'anthropic_beta') additional = { ...additional, anthropic_beta: value };
    else dropped.push(name);
  }
  return { own, additional };
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}
