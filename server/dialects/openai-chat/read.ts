import { checkMessages, invalid, readBoolean, readCount, readModel, readObject } from '../body-checks.ts';
import { sessionInOpenAi } from '../body-session.ts';
import { readExtensions } from '../extensions.ts';
import { findMember, memberValue, type Scan, valueKind } from '../json-scan.ts';
import type { RequestFacts } from '../neutral.ts';
import { effortWritten, readReasoningAsked } from './read-reasoning.ts';
import { LIMITS } from './rewrite.ts';

const MOST_CHOICES = 128;

/** What decides in a chat completions body, and whether it is one. Cursor sends Responses' shape to the same path. */
export function read(scan: Scan): RequestFacts {
  const model = readModel(scan);
  const responses = !findMember(scan, 'messages') && isInput(scan);
  if (!responses) checkMessages(scan);
  const keys = responses ? (['max_output_tokens', ...LIMITS] as const) : LIMITS;
  const limits = keys.map((key) => readCount(scan, key)).filter((limit) => limit !== undefined);
  const choices = readCount(scan, 'n') ?? 1;
  if (choices > MOST_CHOICES) throw invalid('n', `n must be at most ${MOST_CHOICES}.`);
  const options = readObject(scan, 'stream_options');
  const stream = readBoolean(scan, 'stream');
  if (options && !stream) throw invalid('stream_options', 'stream_options is only allowed when stream is true.');
  const session = sessionInOpenAi(scan);
  const serviceTier = findMember(scan, 'service_tier') && memberValue(scan, 'service_tier');
  return {
    model,
    stream,
    choices,
    maxOutputTokens: limits.length > 0 ? Math.min(...limits) * choices : undefined,
    wantsUsageChunk: options?.include_usage === true,
    textBytes: scan.textBytes,
    ...readExtensions(scan, model),
    ...readReasoningFacts(scan),
    ...(session !== undefined && { session }),
    ...(typeof serviceTier === 'string' && { serviceTier }),
    ...(responses && { shape: 'responses' as const, mustTranslate: true }),
    ...(findMember(scan, 'functions') && !findMember(scan, 'tools') && { legacyFunctions: true }),
  };
}

/** `input`: what a Responses body has in place of `messages`. */
function isInput(scan: Scan): boolean {
  const member = findMember(scan, 'input');
  return member !== undefined && ['[', '"'].includes(valueKind(scan, member));
}

/** What was asked for by these two names is promised or refused; other providers' words for it are hints. */
function readReasoningFacts(scan: Scan): Pick<RequestFacts, 'reasoning'> {
  if (!findMember(scan, 'reasoning_effort') && !findMember(scan, 'reasoning')) return {};
  const reasoning = readObject(scan, 'reasoning');
  const flat = memberValue(scan, 'reasoning_effort');
  const written = effortWritten(flat, reasoning?.effort);
  // An effort that is not known here is the provider's to judge, as long as nothing has to be translated.
  const asked = readReasoningAsked({ reasoning: { ...reasoning, effort: undefined } });
  const effort = asked?.effort === 'none' ? 'none' : written;
  const facts = {
    ...(effort !== undefined && { effort }),
    ...(asked?.budgetTokens !== undefined && { maxTokens: asked.budgetTokens }),
  };
  return Object.keys(facts).length > 0 ? { reasoning: facts } : {};
}
