import type { ModelQuirks, Provider } from '../../providers/provider.ts';
import { quirksOf } from '../../providers/provider.ts';
import { readCount, readObject } from '../body-checks.ts';
import { EXTENSIONS } from '../extensions.ts';
import { findMember, memberValue, type Scan, valueKind } from '../json-scan.ts';
import type { BodyChanges, RequestFacts } from '../neutral.ts';
import { openaiEfforts } from '../reasoning-models.ts';
import { SEEN } from '../seen.ts';
import { knowsFreeForm } from './chat-target.ts';
import { REASONING_MEMBERS, readReasoningAsked } from './read-reasoning.ts';
import { writeReasoning } from './write-reasoning.ts';

export const LIMITS = ['max_completion_tokens', 'max_tokens'] as const;

const BACKSLASH = 0x5c;

type Edits = Map<string, string | null>;

/** The members that each way of telling to think is told by: they travel as they are. */
const TOLD_BY: Readonly<Record<NonNullable<ModelQuirks['reasoning']>, readonly string[]>> = {
  reasoning_effort: ['reasoning_effort'],
  reasoning: ['reasoning', 'reasoning_effort', 'include_reasoning'],
  thinking: ['thinking'],
  enable_thinking: ['enable_thinking', 'thinking_budget'],
  none: [],
};

/**
 * What changes in a body for a provider of chat completions: top-level members, everything else stays byte for byte.
 * Undefined when something further inside must change: then it is translated.
 */
export function rewrite(scan: Scan, facts: RequestFacts, changes: BodyChanges): Edits | undefined {
  const quirks = quirksOf(changes.provider, changes.model);
  if (needsTranslation(scan, facts, changes, quirks)) return undefined;
  const edits: Edits = new Map([['model', JSON.stringify(changes.model)]]);
  for (const key of EXTENSIONS) edits.set(key, null);
  editStreamOptions(scan, facts, quirks, edits);
  editLimit(scan, changes, edits);
  editReasoning(scan, changes, quirks, edits);
  for (const key of quirks.drops ?? []) if (findMember(scan, key)) edits.set(key, null);
  for (const [key, other] of Object.entries(quirks.renames ?? {})) rename(scan, key, other, edits);
  for (const [key, value] of Object.entries(quirks.adds ?? {})) {
    if (!findMember(scan, key)) edits.set(key, JSON.stringify(value));
  }
  return edits;
}

/** What stands inside messages, tools or formats and that this provider or model does not take as it is. */
function needsTranslation(scan: Scan, facts: RequestFacts, changes: BodyChanges, quirks: ModelQuirks): boolean {
  const { provider, model, offer, cacheMarks, isForeign } = changes;
  if (isForeign) return true;
  const holds = (key: string, text: string) => memberHolds(scan, key, text);
  const marked = (scan.seen & SEEN.cacheControl) !== 0;
  if (scan.seen & SEEN.extraContent && holds('messages', '"extra_content"')) return true;
  if (quirks.strict && marked && (holds('messages', '"cache_control"') || holds('tools', '"cache_control"')))
    return true;
  if (!cacheMarks && quirks.cacheControl && marked && holds('messages', '"cache_control"')) return true;
  if (quirks.developerRole === false && scan.seen & SEEN.developerRole && holds('messages', '"developer"')) return true;
  if (quirks.contentParts === false && holds('messages', '"text"')) return true;
  if (quirks.jsonSchema === false && holds('response_format', '"json_schema"')) return true;
  if (holds('tools', '"web_search')) return true;
  if (!knowsFreeForm({ model, offer })) {
    if (!offer.priceUnknown && holds('tools', '"custom"')) return true;
    if (holds('tool_choice', '"allowed_tools"')) return true;
  }
  return prefersAnother(scan, facts, provider, model);
}

/** Whether the provider would rather be asked in another of its formats, as far as a glance at the body tells. */
function prefersAnother(scan: Scan, { reasoning }: RequestFacts, provider: Provider, model: string): boolean {
  if (!provider.prefers) return false;
  const tools = findMember(scan, 'tools') ?? findMember(scan, 'functions');
  const glance = {
    model,
    stream: false,
    messages: [],
    tools: tools ? [{ type: 'function' as const, name: '' }] : [],
    choices: 1,
    extras: {},
    ...(reasoning && { reasoning: reasoning.effort === 'none' ? { effort: 'none' as const } : {} }),
  };
  const preferred = provider.prefers(model, glance);
  return preferred !== undefined && preferred !== 'openai-chat' && preferred in provider.formats;
}

function memberHolds(scan: Scan, key: string, text: string): boolean {
  const member = findMember(scan, key);
  if (!member) return false;
  const value = scan.bytes.subarray(member.valueStart, member.valueEnd);
  for (let at = value.indexOf(text, 0, 'latin1'); at >= 0; ) {
    // A quote inside a string is escaped: what somebody wrote about a parameter is not the parameter.
    if (value[at - 1] !== BACKSLASH) return true;
    at = value.indexOf(text, at + 1, 'latin1');
  }
  return false;
}

function editStreamOptions(scan: Scan, facts: RequestFacts, quirks: ModelQuirks, edits: Edits): void {
  if (quirks.streamOptions === false) {
    if (findMember(scan, 'stream_options')) edits.set('stream_options', null);
    return;
  }
  if (!facts.stream || facts.wantsUsageChunk) return;
  edits.set('stream_options', JSON.stringify({ ...readObject(scan, 'stream_options'), include_usage: true }));
}

/**
 * The output limit, where the provider reads it from: OpenAI's reasoning models refuse `max_tokens`, and many others do
 * not know `max_completion_tokens`. A provider that only the configuration knows gets what the caller wrote.
 */
function editLimit(scan: Scan, { provider, offer, maxOutputTokens }: BodyChanges, edits: Edits): void {
  const named = LIMITS.filter((key) => readCount(scan, key) !== undefined);
  const [only] = named;
  const field = provider.outputLimitField;
  const refused =
    field === 'max_tokens' || offer.capabilities.includes('reasoning') || openaiEfforts(offer.model) !== undefined;
  if (named.length === 1 && only !== field && refused && !offer.priceUnknown) {
    edits.set(only!, null);
    edits.set(field, String(maxOutputTokens ?? readCount(scan, only!)));
    return;
  }
  if (maxOutputTokens === undefined) return;
  for (const key of named.length > 0 ? named : [field]) edits.set(key, String(maxOutputTokens));
}

function editReasoning(scan: Scan, changes: BodyChanges, quirks: ModelQuirks, edits: Edits): void {
  const given = REASONING_MEMBERS.filter((key) => findMember(scan, key));
  if (given.length === 0) return;
  const { offer, model } = changes;
  const own = TOLD_BY[quirks.reasoning ?? 'reasoning_effort'];
  const thinks = offer.priceUnknown === true || offer.capabilities.includes('reasoning');
  const effort = memberValue(scan, 'reasoning_effort');
  const known = typeof effort !== 'string' || !quirks.efforts || quirks.efforts.includes(effort);
  if (thinks && known && given.every((key) => own.includes(key))) return;
  // Nobody knows what a provider of unknown make takes: only what is ours is put into its words.
  if (offer.priceUnknown && !given.includes('reasoning')) return;
  const asked = readReasoningAsked(Object.fromEntries(given.map((key) => [key, memberValue(scan, key)])));
  for (const key of given) edits.set(key, null);
  for (const [key, value] of Object.entries(writeReasoning(asked, { offer, model, quirks }))) {
    edits.set(key, JSON.stringify(value));
  }
}

function rename(scan: Scan, key: string, other: string, edits: Edits): void {
  const member = findMember(scan, key);
  if (!member || findMember(scan, other) || valueKind(scan, member) === 'n') return;
  edits.set(other, scan.bytes.toString('utf8', member.valueStart, member.valueEnd));
  edits.set(key, null);
}
