import { EXTENSIONS } from '../extensions.ts';
import type { JsonObject } from '../lossless.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import type { RequestFacts } from '../neutral.ts';
import { camelCase, field, objectField, objectsField, textField } from './fields.ts';
import { readConfig } from './read-config.ts';
import { readContents, readSystem } from './read-contents.ts';
import { readToolChoice, readTools } from './read-tools.ts';

/** Members that have a neutral place, or that are ours. */
const KNOWN = new Set<string>([
  ...EXTENSIONS,
  'contents',
  'systemInstruction',
  'tools',
  'generationConfig',
  'serviceTier',
  'model',
]);
const OUR_TIERS: Readonly<Record<string, string>> = { standard: 'default', unspecified: 'auto' };

/** A `generateContent` body in neutral form. Source: the Gemini API reference, "Generating content". */
export function readRequest(body: JsonObject, facts: RequestFacts): NeutralRequest {
  const { known, rest } = readConfig(objectField(body, 'generationConfig') ?? {});
  const toolChoice = readToolChoice(body);
  const tier = textField(body, 'serviceTier')?.toLowerCase();
  return {
    format: 'gemini',
    model: facts.model,
    stream: facts.stream,
    messages: [...readSystem(field(body, 'systemInstruction')), ...readContents(objectsField(body, 'contents'))],
    tools: readTools(body),
    ...(toolChoice && { toolChoice }),
    ...known,
    choices: facts.choices,
    ...(tier !== undefined && { serviceTier: OUR_TIERS[tier] ?? tier }),
    extras: { ...readExtras(body), ...(Object.keys(rest).length > 0 && { generationConfig: rest }) },
  };
}

/** The other members, as they came. Of `toolConfig` only what is not the choice of a function. */
function readExtras(body: JsonObject): JsonObject {
  const extras: JsonObject = {};
  for (const [key, value] of Object.entries(body)) {
    const name = camelCase(key);
    if (KNOWN.has(name) || KNOWN.has(key)) continue;
    if (name !== 'toolConfig') {
      extras[key] = value;
      continue;
    }
    const config = Object.entries(objectField(body, name) ?? {}).map(([inner, it]) => [camelCase(inner), it] as const);
    const others = config.filter(([inner]) => inner !== 'functionCallingConfig');
    if (others.length > 0) extras[name] = Object.fromEntries(others);
  }
  return extras;
}
