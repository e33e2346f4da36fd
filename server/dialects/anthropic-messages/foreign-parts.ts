import { findMember, type Scan } from '../json-scan.ts';
import { elements, members, spanOf } from '../json-walk.ts';
import { SEEN } from '../seen.ts';

/**
 * Whether a Messages body has what its own provider would refuse, so that it must be told anew: thoughts of another maker
 * (their signatures are ours, or empty), or system messages among the others where the model takes none.
 */
export function hasForeignParts(scan: Scan, systemInside: boolean): boolean {
  if (scan.seen & (SEEN.foreignSignature | SEEN.emptySignature)) return true;
  return !systemInside && (scan.seen & SEEN.systemRole) !== 0 && hasSystemMessage(scan);
}

function hasSystemMessage(scan: Scan): boolean {
  const { bytes } = scan;
  const messages = findMember(scan, 'messages')!;
  return elements(bytes, spanOf(messages)).some((message) =>
    members(bytes, message).some(
      ({ key, valueStart, valueEnd }) =>
        key === 'role' && bytes.toString('latin1', valueStart, valueEnd) === '"system"',
    ),
  );
}
