import { elements, members, type Span, spanOf } from '../dialects/json-walk.ts';
import { frames, hasMember } from '../dialects/sse-frames.ts';

/** What usage is called: by OpenAI and Anthropic, and by Google. */
const NAMES: ReadonlySet<string> = new Set(['usage', 'usageMetadata']);
/** What has usage in it: the first event of Anthropic's streams, the events of Responses, a chunk of Groq's. */
const HOLDERS: ReadonlySet<string> = new Set(['message', 'response', 'x_groq']);
const QUOTED = [...NAMES].map((name) => `"${name}"`);
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * An answer as it came, but with zero for every number in its usage: tokens and cost. Throws for one that is no JSON.
 * @param events it is a stream of server-sent events, and not one JSON text.
 */
export function unused(body: Buffer, events: boolean): Buffer {
  if (!events) return Buffer.concat(zeroed(body));
  const out: Buffer[] = [];
  for (const frame of frames(body)) out.push(...(tellsUsage(frame) ? zeroed(frame) : [frame]));
  return Buffer.concat(out);
}

/** Most events say nothing of it, or `"usage":null`. */
function tellsUsage(frame: Buffer): boolean {
  const text = frame.toString('latin1');
  return QUOTED.some((name) => hasMember(text, name, '{'));
}

/** One JSON text, after whatever stands before its first brace. */
function zeroed(bytes: Buffer): Buffer[] {
  const start = bytes.toString('latin1').search(/[{[]/);
  const out: Buffer[] = [];
  let from = 0;
  for (const usage of start < 0 ? [] : usageIn(bytes, { start, end: bytes.length })) {
    const text = bytes.toString('latin1', usage.start, usage.end).replace(STRING_OR_NUMBER, zero);
    out.push(bytes.subarray(from, usage.start), Buffer.from(text, 'latin1'));
    from = usage.end;
  }
  out.push(bytes.subarray(from));
  return out;
}

/** Where usage stands in an event, a whole answer, or each chunk of an array of them. */
function usageIn(bytes: Buffer, value: Span): Span[] {
  return [value, ...elements(bytes, value)].flatMap((chunk) =>
    members(bytes, chunk).flatMap((member) => {
      if (NAMES.has(member.key)) return [spanOf(member)];
      if (!HOLDERS.has(member.key)) return [];
      return members(bytes, spanOf(member)).flatMap((inner) => (NAMES.has(inner.key) ? [spanOf(inner)] : []));
    }),
  );
}

function zero(found: string): string {
  return found.startsWith('"') ? found : '0';
}
