import { findMember, type Member, type Scan, valueKind } from '../../dialects/json-scan.ts';
import type { Span } from '../../dialects/json-walk.ts';
import { lastElements } from './backwards.ts';
import { CONTINUATIONS, HARNESS_TAGS } from './words.ts';

/** What the caller asks, as far as it is looked at, and what is around it. */
export interface Question {
  /** The last thing that a person wrote: its first and its last part where it is long. */
  text: string;
  /** Its bytes, all of it. */
  bytes: number;
  /** Elements of the conversation, counted up to `MOST_TURNS`. */
  turns: number;
  /** Of these, results of tools. */
  toolResults: number;
}

/** Where each format has its conversation, in the order in which they are looked for. */
const CONVERSATIONS = ['messages', 'contents', 'input', 'prompt'];
export const MOST_TURNS = 64;
/** So much of the beginning and of the end of what was asked is read. */
const PART_BYTES = 2048;
/** An element up to this size is parsed. */
const PARSED_BYTES = 8192;
/** So much of an element is looked at to see whose it is. */
const HEAD_BYTES = 160;

const ROLE = /(?:^|[^\\])"role"\s*:\s*"(\w+)"/;
const RESULT = /"(?:tool_result|tool_use_id|functionResponse|function_response|function_call_output|tool_call_id)"/;
const NOT_A_MESSAGE = /"type"\s*:\s*"(?!message")\w+(?:_call|_call_output|reasoning|reference|approval_\w+)"/;
const TAGS = new RegExp(`<(${HARNESS_TAGS.join('|')})>[\\s\\S]*?(?:</\\1>|$)`, 'g');
/** Base64 and the like: nothing to read. */
const BLOB = /[\w+/=-]{120,}/g;

/** The last question of a body in any of the callers' formats. Bounded: what a body of megabytes has more is not looked at. */
export function questionOf(scan: Scan): Question {
  const found: Question = { text: '', bytes: 0, turns: 0, toolResults: 0 };
  const member = conversationOf(scan);
  if (!member) return found;
  if (valueKind(scan, member) !== '[') {
    found.turns = 1;
    take(found, scan.bytes, { start: member.valueStart, end: member.valueEnd });
    return found;
  }
  let asked = 0;
  for (const span of lastElements(scan, member)) {
    found.turns++;
    // a word like "go on" means what was asked before it
    if (asked < 2) asked += look(found, scan.bytes, span, asked > 0);
    if (found.turns >= MOST_TURNS) break;
  }
  if (asked === 0) take(found, scan.bytes, { start: member.valueStart, end: member.valueEnd });
  return found;
}

function conversationOf(scan: Scan): Member | undefined {
  for (const key of CONVERSATIONS) {
    const member = findMember(scan, key);
    if (member) return member;
  }
  return undefined;
}

/** Takes the text of an element that a person wrote: 2 when nothing before it matters, 1 when it goes on from there, 0 for any other. */
function look(found: Question, bytes: Buffer, span: Span, goesOn: boolean): number {
  const head = bytes.toString('latin1', span.start, Math.min(span.end, span.start + HEAD_BYTES));
  const role = roleOf(head) ?? roleOf(bytes.toString('latin1', Math.max(span.start, span.end - HEAD_BYTES), span.end));
  const result = RESULT.test(head);
  if (result || role === 'tool' || role === 'function') found.toolResults++;
  if ((role !== undefined && role !== 'user') || NOT_A_MESSAGE.test(head)) return 0;
  const text = textOf(bytes, span, result);
  if (text === '') return 0;
  found.text = goesOn ? `${text}\n${found.text}` : text;
  found.bytes += span.end - span.start;
  return CONTINUATIONS.test(text) ? 1 : 2;
}

function roleOf(text: string): string | undefined {
  return ROLE.exec(text)?.[1];
}

function take(found: Question, bytes: Buffer, span: Span): void {
  found.text = textOf(bytes, span, false);
  found.bytes = span.end - span.start;
}

/** What a person wrote in a value. `result`: it holds what a tool found, which is not asked; of a long one nothing is read. */
function textOf(bytes: Buffer, { start, end }: Span, result: boolean): string {
  if (end - start <= PARSED_BYTES) {
    const texts: string[] = [];
    gather(JSON.parse(bytes.toString('utf8', start, end)), texts);
    return cleaned(texts.join('\n'));
  }
  if (result) return '';
  return cleaned(`${raw(bytes, start, start + PART_BYTES)}\n${raw(bytes, end - PART_BYTES, end)}`);
}

/** The texts of a message: its content, a part of it, or the string that it is. */
function gather(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (Array.isArray(value)) for (const each of value) gather(each, texts);
  else if (typeof value === 'object' && value !== null) {
    const { type, text, content, parts } = value as Record<string, unknown>;
    if (type === 'tool_result' || type === 'image' || type === 'document') return;
    if (typeof text === 'string') texts.push(text);
    gather(content, texts);
    gather(parts, texts);
  }
}

/** A cut of JSON as the text in it, roughly: the names around it stay. */
function raw(bytes: Buffer, start: number, end: number): string {
  return bytes
    .toString('utf8', start, end)
    .replace(/\\(?:u([\da-fA-F]{4})|(.))/g, (_, code?: string, plain?: string) =>
      code === undefined ? (plain === 'n' ? '\n' : (plain ?? '')) : String.fromCharCode(Number.parseInt(code, 16)),
    );
}

/** Without what tools that people use put around their words, and without blobs. */
function cleaned(text: string): string {
  const own = text.includes('<') ? text.replace(TAGS, ' ') : text;
  const read = own.replace(BLOB, ' ').trim();
  return read.length <= 2 * PART_BYTES ? read : `${read.slice(0, PART_BYTES)}\n${read.slice(-PART_BYTES)}`;
}
