import { invalid } from '../body-checks.ts';
import { EXTENSIONS } from '../extensions.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import type { Message, NeutralRequest, OutputFormat, TextPart } from '../neutral/request.ts';
import type { RequestFacts } from '../neutral.ts';
import { readTextBlocks } from './read-blocks.ts';
import { readMessages } from './read-messages.ts';
import { readReasoning } from './read-reasoning.ts';
import { readToolChoice, readTools } from './read-tools.ts';

/** Members that have a place of their own in the neutral form, or that are ours. */
const PLACED = new Set<string>([
  ...EXTENSIONS,
  'model',
  'stream',
  'max_tokens',
  'system',
  'messages',
  'tools',
  'tool_choice',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'thinking',
  'service_tier',
  'metadata',
]);

/** Claude Code's note to Anthropic's billing. It is no prompt, and as it differs in each conversation no prefix would be shared. */
const BILLING_HEADER = /^x-anthropic-billing-header:/;

const TIERS: Readonly<Record<string, string>> = { standard_only: 'default', auto: 'auto' };

/** A Messages body in neutral form. Source: the Anthropic API reference, "Create a Message". */
export function readRequest(body: JsonObject, facts: RequestFacts): NeutralRequest {
  const messages = [...readSystem(body.system), ...readMessages(body.messages)];
  const { choice, parallel } = readToolChoice(body.tool_choice);
  const config = isObject(body.output_config) ? body.output_config : {};
  const output = readOutput(config.format ?? body.output_format);
  const reasoning = readReasoning(body.thinking, lastEffort(body.messages) ?? config.effort);
  const user = isObject(body.metadata) ? body.metadata.user_id : undefined;
  const tier = typeof body.service_tier === 'string' ? (TIERS[body.service_tier] ?? body.service_tier) : undefined;
  const stop = Array.isArray(body.stop_sequences)
    ? body.stop_sequences.filter((item): item is string => typeof item === 'string')
    : [];
  return {
    format: 'anthropic-messages',
    model: facts.model,
    stream: facts.stream,
    messages,
    tools: readTools(body.tools),
    choices: 1,
    extras: extrasOf(body, config),
    ...(choice && { toolChoice: choice }),
    ...(parallel !== undefined && { parallelToolCalls: parallel }),
    ...(output && { output }),
    ...(facts.maxOutputTokens !== undefined && { maxOutputTokens: facts.maxOutputTokens }),
    ...numbers(body),
    ...(stop.length > 0 && { stop }),
    ...(reasoning && { reasoning }),
    ...(tier !== undefined && { serviceTier: tier }),
    ...(typeof user === 'string' && { user }),
  };
}

/** `system`: a text, or blocks of text. */
function readSystem(system: unknown): Message[] {
  const content = readTextBlocks(system, 'system').filter(({ text }) => !BILLING_HEADER.test(text));
  return content.length > 0 ? [{ role: 'system', content: content as TextPart[] }] : [];
}

function readOutput(format: unknown): OutputFormat | undefined {
  if (!isObject(format) || format.type !== 'json_schema') return undefined;
  if (!isObject(format.schema)) throw invalid('output_config.format.schema', 'A JSON schema must be an object.');
  return { type: 'json_schema', schema: format.schema, strict: true };
}

/** An effort can change in mid-conversation; the last one holds for what is generated now. */
function lastEffort(messages: unknown): unknown {
  if (!Array.isArray(messages)) return undefined;
  for (let at = messages.length - 1; at >= 0; at--) {
    const message: unknown = messages[at];
    if (isObject(message) && isObject(message.output_config) && message.output_config.effort !== undefined)
      return message.output_config.effort;
  }
  return undefined;
}

const NUMBERS = [
  ['temperature', 'temperature'],
  ['top_p', 'topP'],
  ['top_k', 'topK'],
] as const;

function numbers(body: JsonObject): Pick<NeutralRequest, 'temperature' | 'topP' | 'topK'> {
  const found: Pick<NeutralRequest, 'temperature' | 'topP' | 'topK'> = {};
  for (const [key, name] of NUMBERS) {
    const value = body[key];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number') throw invalid(key, `${key} must be a number.`);
    found[name] = value;
  }
  return found;
}

/** What has no place of its own travels under its own name; of `output_config`, what is not read above. */
function extrasOf(body: JsonObject, config: JsonObject): JsonObject {
  const extras: JsonObject = {};
  for (const [key, value] of Object.entries(body)) {
    if (PLACED.has(key) || key === 'output_config' || key === 'output_format' || value === null) continue;
    extras[key] = value;
  }
  const { effort: _effort, format: _format, ...rest } = config;
  if (Object.keys(rest).length > 0) extras.output_config = rest;
  return extras;
}
