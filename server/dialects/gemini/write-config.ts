import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import type { NeutralRequest, OutputFormat } from '../neutral/request.ts';
import { geminiThinking } from '../reasoning.ts';
import type { TargetFacts } from '../translation.ts';
import { cleanSchema } from './clean-schema.ts';
import { camelCase, objectField } from './fields.ts';
import { KNOWN } from './read-config.ts';

const MAX_STOPS = 5;
const MAX_INT32 = 2 ** 31;
const MAX_TOP_LOGPROBS = 20;

/** `generationConfig`. @param formatted false: the form of the answer is told in words (`formatInstruction`) */
export function writeConfig(
  request: NeutralRequest,
  target: TargetFacts,
  formatted: boolean,
  dropped: string[],
): JsonObject {
  const { stop = [], seed, logprobs, choices, output, reasoning } = request;
  if (stop.length > MAX_STOPS) throw invalid('stop', `Gemini takes at most ${MAX_STOPS} stop sequences.`);
  const seedFits = typeof seed === 'number' && Number.isInteger(seed) && Math.abs(seed) < MAX_INT32;
  if (seed !== undefined && !seedFits) dropped.push('seed');
  const config: JsonObject = {
    ...configExtras(request.extras, dropped),
    maxOutputTokens: target.maxOutputTokens ?? request.maxOutputTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    stopSequences: stop.length > 0 ? stop : undefined,
    seed: seedFits ? seed : undefined,
    frequencyPenalty: request.frequencyPenalty,
    presencePenalty: request.presencePenalty,
    candidateCount: choices > 1 ? choices : undefined,
    responseLogprobs: logprobs ? true : undefined,
    logprobs: logprobs && logprobs.top > 0 ? Math.min(logprobs.top, MAX_TOP_LOGPROBS) : undefined,
    ...(formatted && output && formatMembers(output)),
    ...modalityMembers(request),
    thinkingConfig: reasoning && geminiThinking(reasoning, target.model),
  };
  for (const key of Object.keys(config)) if (config[key] === undefined) delete config[key];
  return config;
}

function formatMembers(output: OutputFormat): JsonObject {
  if (output.type === 'text') return {};
  const schema = output.type === 'json_schema' ? { responseJsonSchema: cleanSchema(output.schema) } : {};
  return { responseMimeType: 'application/json', ...schema };
}

/** The same in words, for models that take a schema or functions, but not both. */
export function formatInstruction(output: OutputFormat): string {
  const schema =
    output.type === 'json_schema' ? ` that follows this JSON Schema: ${JSON.stringify(output.schema)}` : '';
  return `When you answer in text, answer with nothing but a JSON object${schema}. No code fence around it.`;
}

function modalityMembers({ modalities, extras }: NeutralRequest): JsonObject {
  if (!modalities || modalities.every((name) => name === 'text')) return {};
  // OpenAI's `audio` names the voice
  const voice = isObject(extras.audio) ? extras.audio.voice : undefined;
  const speech = { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } };
  return {
    responseModalities: modalities.map((name) => name.toUpperCase()),
    ...(modalities.includes('audio') && typeof voice === 'string' && { speechConfig: speech }),
  };
}

/** Members of a caller's own `generationConfig` that have no neutral place; the others are decided here alone. */
function configExtras(extras: JsonObject, dropped: string[]): JsonObject {
  const config: JsonObject = {};
  for (const [key, value] of Object.entries(objectField(extras, 'generationConfig') ?? {})) {
    const name = camelCase(key);
    if (KNOWN.has(name)) dropped.push(`generationConfig.${name}`);
    else config[name] = value;
  }
  return config;
}
