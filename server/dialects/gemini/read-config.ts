import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import type { NeutralRequest, OutputFormat, Reasoning } from '../neutral/request.ts';
import { readEffort } from '../reasoning.ts';
import { camelCase, field, numberField, objectField, textField } from './fields.ts';
import { toJsonSchema } from './json-schema.ts';

type Config = Partial<
  Pick<
    NeutralRequest,
    | 'output'
    | 'maxOutputTokens'
    | 'temperature'
    | 'topP'
    | 'topK'
    | 'stop'
    | 'seed'
    | 'frequencyPenalty'
    | 'presencePenalty'
    | 'logprobs'
    | 'reasoning'
    | 'modalities'
  >
>;

const NUMBERS = [
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'seed',
  'frequencyPenalty',
  'presencePenalty',
] as const;
/** What is read below; the rest of a `generationConfig` travels to where it is understood. */
export const KNOWN = new Set<string>([
  ...NUMBERS,
  'candidateCount',
  'stopSequences',
  'responseLogprobs',
  'logprobs',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  '_responseJsonSchema',
  'thinkingConfig',
  'responseModalities',
]);

/** `generationConfig` in neutral terms, and what of it has no neutral place, in camelCase. */
export function readConfig(config: JsonObject): { known: Config; rest: JsonObject } {
  const known: Config = {};
  for (const name of NUMBERS) {
    const value = numberField(config, name);
    if (value !== undefined) known[name] = value;
  }
  const stop = field(config, 'stopSequences');
  if (Array.isArray(stop) && stop.length > 0) known.stop = stop as string[];
  if (field(config, 'responseLogprobs') === true) known.logprobs = { top: numberField(config, 'logprobs') ?? 0 };
  const modalities = field(config, 'responseModalities');
  if (Array.isArray(modalities)) known.modalities = modalities.map((name) => String(name).toLowerCase());
  const output = readOutput(config);
  if (output) known.output = output;
  const thinking = objectField(config, 'thinkingConfig');
  if (thinking) known.reasoning = readThinking(thinking);
  const rest = Object.entries(config).flatMap(([key, value]) => {
    const name = camelCase(key);
    return KNOWN.has(name) ? [] : [[name, value] as const];
  });
  return { known, rest: Object.fromEntries(rest) };
}

function readOutput(config: JsonObject): OutputFormat | undefined {
  const own = objectField(config, 'responseSchema');
  const standard = field(config, 'responseJsonSchema') ?? config._responseJsonSchema;
  const schema = isObject(standard) ? standard : own && toJsonSchema(own);
  if (schema) return { type: 'json_schema', name: 'response', schema };
  return textField(config, 'responseMimeType') === 'application/json' ? { type: 'json_object' } : undefined;
}

const UNSPECIFIED = 'thinking_level_unspecified';

/** A budget of 0 is off, of −1 the model's own choice. Thoughts are shown to those who ask. */
function readThinking(thinking: JsonObject): Reasoning {
  const budget = numberField(thinking, 'thinkingBudget');
  const level = textField(thinking, 'thinkingLevel')?.toLowerCase();
  const show = field(thinking, 'includeThoughts') === true;
  if (budget !== undefined && budget < -1)
    throw invalid('generationConfig.thinkingConfig.thinkingBudget', 'thinkingBudget must be at least -1.');
  if (budget !== undefined && budget > 0) return { budgetTokens: budget, show };
  if (budget === 0) return { effort: 'none', show: false };
  if (budget === -1 || level === undefined || level === UNSPECIFIED) return { adaptive: true, show };
  return { effort: readEffort(level, 'generationConfig.thinkingConfig.thinkingLevel'), show };
}
