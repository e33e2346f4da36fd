import { findMember, type Member, type Scan } from '../json-scan.ts';
import { elements, members, type Span, spanOf } from '../json-walk.ts';
import { FOREIGN } from '../neutral/signatures.ts';
import { SEEN } from '../seen.ts';

const FOREIGN_BITS = SEEN.foreignSignature | SEEN.emptySignature;
/** Both kinds of blocks that hold a thought say so. */
const THINKING = Buffer.from('thinking"');

/**
 * Whether a Messages body has what its own provider would refuse, so that it must be told anew: thoughts of another maker
 * (their signatures are ours, or empty), or system messages among the others where the model takes none.
 */
export function hasForeignParts(scan: Scan, systemInside: boolean): boolean {
  const { bytes, seen } = scan;
  // The scan saw such words somewhere: a tool's input, or what is said, may have them too.
  const thoughts = (seen & FOREIGN_BITS) !== 0;
  const system = !systemInside && (seen & SEEN.systemRole) !== 0;
  if (!thoughts && !system) return false;
  return elements(bytes, spanOf(findMember(scan, 'messages')!)).some((message) => {
    const mayThink = thoughts && bytes.subarray(message.start, message.end).includes(THINKING);
    if (!mayThink && !system) return false;
    const parts = members(bytes, message);
    return (system && textOf(bytes, parts, 'role') === '"system"') || (mayThink && hasForeignThought(bytes, parts));
  });
}

function hasForeignThought(bytes: Buffer, message: readonly Member[]): boolean {
  const content = message.find(({ key }) => key === 'content');
  return content !== undefined && elements(bytes, spanOf(content)).some((block) => isForeign(bytes, block));
}

function isForeign(bytes: Buffer, block: Span): boolean {
  const parts = members(bytes, block);
  const type = textOf(bytes, parts, 'type');
  if (type !== '"thinking"' && type !== '"redacted_thinking"') return false;
  const proof = textOf(bytes, parts, type === '"thinking"' ? 'signature' : 'data');
  return proof === '""' || proof.startsWith(`"${FOREIGN}`);
}

/** The beginning of a member's JSON text; empty when there is no such member. */
function textOf(bytes: Buffer, parts: readonly Member[], name: string): string {
  const member = parts.find(({ key }) => key === name);
  return member ? bytes.toString('latin1', member.valueStart, Math.min(member.valueEnd, member.valueStart + 24)) : '';
}
