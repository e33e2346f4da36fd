import { type Change, findMember, type Member, type Scan, scanObject } from '../json-scan.ts';
import { elements, members, type Span, spanOf } from '../json-walk.ts';
import { type CacheRules, MOST_MARKS, MOST_USER_MARKS } from '../neutral/cache-marks.ts';
import { SEEN } from '../seen.ts';

/**
 * Prompt-cache marks in a body that stays byte for byte as it is otherwise: the rules of `neutral/cache-marks.ts`, by
 * splicing. Only blocks of `system`, `tools` and `messages` bear marks; a tool's own argument of that name is not touched.
 */

const KEY = Buffer.from('"cache_control"');
const MARK = '"cache_control":{"type":"ephemeral"}';
const PLACES = ['tools', 'system', 'messages'] as const;
const BEARERS = new Set(['"text"', '"image"', '"document"', '"tool_result"', '"search_result"']);

/** Bytes to put in place of others. */
interface Edit extends Span {
  text: string;
}

interface FoundMark {
  place: (typeof PLACES)[number];
  /** Where the object that bears it stands. */
  owner: Member[];
  at: number;
  hour: boolean;
}

/** What must change in the members `system`, `tools`, `messages` and `cache_control`. */
export function cacheChanges(scan: Scan, { enabled, leastLength }: CacheRules): Map<string, Change> {
  const { bytes } = scan;
  if (enabled) return scan.textBytes < leastLength ? new Map() : additions(scan, leastLength);
  const changes = new Map<string, Change>();
  if (findMember(scan, 'cache_control')) changes.set('cache_control', null);
  if (!(scan.seen & SEEN.cacheControl)) return changes;
  const found = marksOf(scan);
  for (const place of PLACES) {
    const cuts = found.filter((mark) => mark.place === place).map(cutOf);
    if (cuts.length > 0) changes.set(place, edited(bytes, spanOf(findMember(scan, place)!), cuts));
  }
  return changes;
}

function additions(scan: Scan, leastLength: number): Map<string, Change> {
  const { bytes } = scan;
  const changes = new Map<string, Change>();
  const own = scan.seen & SEEN.cacheControl ? marksOf(scan) : [];
  const top = findMember(scan, 'cache_control');
  let room = MOST_MARKS - own.length - (top ? 1 : 0);
  if (room <= 0 || own.some(({ place, hour }) => place === 'messages' && hour) || (top && isHour(bytes, top)))
    return changes;
  const system = findMember(scan, 'system');
  if (system && isLong(spanOf(system), leastLength) && !own.some(({ place }) => place === 'system')) {
    const edit = markIn(bytes, spanOf(system));
    if (edit.length > 0) {
      changes.set('system', edited(bytes, spanOf(system), edit));
      room--;
    }
  }
  const messages = spanOf(findMember(scan, 'messages')!);
  const most = Math.min(room, MOST_USER_MARKS);
  const edits = userMarks(bytes, longIn(scan, messages, leastLength), most, leastLength, own);
  if (edits.length > 0) changes.set('messages', edited(bytes, messages, edits));
  return changes;
}

/** The long ones of the messages, as the scan met them. No limit is below what it takes for long. */
function longIn({ long }: Scan, messages: Span, leastLength: number): Span[] {
  const found: Span[] = [];
  for (let at = 0; at < long.length; at += 2) {
    const span = { start: long[at]!, end: long[at + 1]! };
    if (span.start >= messages.start && span.end <= messages.end && isLong(span, leastLength)) found.push(span);
  }
  return found;
}

/** Marks on the last long user messages; one that bears a mark of the caller's counts, and stays as it is. */
function userMarks(
  bytes: Buffer,
  messages: readonly Span[],
  most: number,
  leastLength: number,
  own: readonly FoundMark[],
): Edit[] {
  const edits: Edit[] = [];
  let long = 0;
  for (let at = messages.length - 1; at >= 0 && long < most; at--) {
    const message = messages[at]!;
    const parts = members(bytes, message);
    const content = parts.find(({ key }) => key === 'content');
    if (
      !content ||
      text(
        bytes,
        parts.find(({ key }) => key === 'role'),
      ) !== '"user"'
    )
      continue;
    // Pictures and files are long in bytes, not in tokens.
    if (scanObject(bytes.subarray(message.start, message.end)).textBytes < leastLength) continue;
    long++;
    if (own.some(({ owner, at: index }) => inside(owner[index]!, message))) continue;
    edits.unshift(...markIn(bytes, spanOf(content)));
  }
  return edits;
}

/** A mark at the end of a text, or on the last block that can bear one. */
function markIn(bytes: Buffer, value: Span): Edit[] {
  if (bytes[value.start] === 0x22) {
    return [
      { start: value.start, end: value.start, text: '[{"type":"text","text":' },
      { start: value.end, end: value.end, text: `,${MARK}}]` },
    ];
  }
  const block = elements(bytes, value).findLast((element) => canBear(bytes, members(bytes, element)));
  return block ? [{ start: block.end - 1, end: block.end - 1, text: `,${MARK}` }] : [];
}

function canBear(bytes: Buffer, block: readonly Member[]): boolean {
  const type = text(
    bytes,
    block.find(({ key }) => key === 'type'),
  );
  if (!BEARERS.has(type) || block.some(({ key }) => key === 'cache_control')) return false;
  return (
    type !== '"text"' ||
    text(
      bytes,
      block.find(({ key }) => key === 'text'),
    ).length > 2
  );
}

/** The marks of the caller, in the order they stand. */
function marksOf(scan: Scan): FoundMark[] {
  const { bytes } = scan;
  const found: FoundMark[] = [];
  for (const place of PLACES) {
    const member = findMember(scan, place);
    if (member) for (const element of elements(bytes, spanOf(member))) visit(bytes, element, place, found);
  }
  return found;
}

/** Looks for marks in a block, and in those that it contains; a big one without any costs one search. */
function visit(bytes: Buffer, span: Span, place: FoundMark['place'], found: FoundMark[]): void {
  if (!bytes.subarray(span.start, span.end).includes(KEY)) return;
  const owner = members(bytes, span);
  owner.forEach((member, at) => {
    if (member.key === 'cache_control') found.push({ place, owner, at, hour: isHour(bytes, member) });
    else if (member.key === 'content')
      for (const inner of elements(bytes, spanOf(member))) visit(bytes, inner, place, found);
    else if (member.key === 'source') visit(bytes, spanOf(member), place, found);
  });
}

/** Takes a mark away, and the comma before it; the one behind where nothing else stands before. */
function cutOf({ owner, at }: FoundMark): Edit {
  const member = owner[at]!;
  const kept = owner.slice(0, at).some(({ key }) => key !== 'cache_control');
  if (kept) return { start: owner[at - 1]!.valueEnd, end: member.valueEnd, text: '' };
  return { start: member.keyStart, end: owner[at + 1]?.keyStart ?? member.valueEnd, text: '' };
}

/** A value with edits, in the order they stand, as pieces. */
function edited(bytes: Buffer, { start, end }: Span, edits: readonly Edit[]): Buffer[] {
  const pieces: Buffer[] = [];
  let from = start;
  for (const edit of edits) {
    if (edit.start > from) pieces.push(bytes.subarray(from, edit.start));
    if (edit.text !== '') pieces.push(Buffer.from(edit.text));
    from = Math.max(from, edit.end);
  }
  pieces.push(bytes.subarray(from, end));
  return pieces;
}

function isHour(bytes: Buffer, { valueStart, valueEnd }: Member): boolean {
  return bytes.subarray(valueStart, valueEnd).includes('"1h"');
}

function isLong({ start, end }: Span, leastLength: number): boolean {
  return end - start >= leastLength;
}

function inside({ keyStart }: Member, { start, end }: Span): boolean {
  return keyStart >= start && keyStart < end;
}

/** The JSON text of a short value; empty when there is none. */
function text(bytes: Buffer, member: Member | undefined): string {
  if (!member) return '';
  return bytes.toString('latin1', member.valueStart, Math.min(member.valueEnd, member.valueStart + 32));
}
