import type { JsonObject } from '../lossless.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import type { TargetFacts, WrittenRequest } from '../translation.ts';
import { camelCase, objectField } from './fields.ts';
import { isGemini3 } from './models.ts';
import { formatInstruction, writeConfig } from './write-config.ts';
import { writeContents } from './write-contents.ts';
import { writeTools } from './write-tools.ts';

/** Members of any caller's body that Gemini knows by these names, in either spelling. */
const OWN_MEMBERS = new Set(['safetySettings', 'cachedContent', 'labels']);
/** Written elsewhere, so not named as dropped. */
const WRITTEN = new Set(['generationConfig', 'toolConfig']);
const TIERS = new Set(['flex', 'priority']);
/** Tiers that are what a request gets anyway. */
const USUAL_TIERS = new Set(['auto', 'default', 'standard']);

/** A request as a `generateContent` body. The model and whether it streams are in its path. */
export function writeRequest(request: NeutralRequest, target: TargetFacts): WrittenRequest {
  const dropped: string[] = [];
  const { output, extras } = request;
  const { tools, toolConfig } = writeTools(request, target, dropped);
  // before Gemini 3, an answer in JSON and functions exclude each other
  const hasFunctions = Array.isArray(tools) && tools.some((tool: JsonObject) => 'functionDeclarations' in tool);
  const formatted = !hasFunctions || isGemini3(target.model);
  const words = !formatted && output && output.type !== 'text' ? formatInstruction(output) : undefined;
  const told = words === undefined ? request : withInstruction(request, words);
  const config = writeConfig(request, target, formatted, dropped);
  const choice = { ...toolConfigExtras(extras, dropped), ...(toolConfig as JsonObject | undefined) };
  const body: JsonObject = {
    ...writeContents(told, target.model),
    ...(tools !== undefined && { tools }),
    ...(Object.keys(choice).length > 0 && { toolConfig: choice }),
    ...(Object.keys(config).length > 0 && { generationConfig: config }),
    ...tierMember(request, dropped),
    ...ownMembers(extras, dropped),
  };
  for (const [name, value] of Object.entries(withoutPlace(request))) if (value !== undefined) dropped.push(name);
  return { body, dropped };
}

/** What Gemini has no word for, and what only helps a provider. */
function withoutPlace(request: NeutralRequest): JsonObject {
  return {
    parallel_tool_calls: request.parallelToolCalls === false ? false : undefined,
    user: request.user,
    metadata: request.metadata,
    verbosity: request.verbosity,
    prompt_cache_key: request.promptCacheKey,
  };
}

function withInstruction(request: NeutralRequest, text: string): NeutralRequest {
  return { ...request, messages: [{ role: 'system', content: [{ type: 'text', text }] }, ...request.messages] };
}

function tierMember({ serviceTier }: NeutralRequest, dropped: string[]): JsonObject {
  if (serviceTier === undefined || USUAL_TIERS.has(serviceTier)) return {};
  if (TIERS.has(serviceTier)) return { serviceTier };
  dropped.push('service_tier');
  return {};
}

/** Members of a caller's own `toolConfig` but for which function is to be called. */
function toolConfigExtras(extras: JsonObject, dropped: string[]): JsonObject {
  const config: JsonObject = {};
  for (const [key, value] of Object.entries(objectField(extras, 'toolConfig') ?? {})) {
    const name = camelCase(key);
    if (name === 'functionCallingConfig') dropped.push(`toolConfig.${name}`);
    else config[name] = value;
  }
  return config;
}

function ownMembers(extras: JsonObject, dropped: string[]): JsonObject {
  const own: JsonObject = {};
  for (const [key, value] of Object.entries(extras)) {
    const name = camelCase(key);
    if (OWN_MEMBERS.has(name)) own[name] = value;
    else if (!WRITTEN.has(name)) dropped.push(key);
  }
  return own;
}
