import { findMember, type Scan } from '../json-scan.ts';
import { elements, members, spanOf } from '../json-walk.ts';
import { FOREIGN } from '../neutral/signatures.ts';

/**
 * Whether a Messages body has what its own provider would refuse, so that it must be told anew: thoughts of another maker
 * (their signatures are ours, or empty), or system messages among the others where the model takes none.
 */
export function hasForeignParts(scan: Scan, systemInside: boolean): boolean {
  const { bytes } = scan;
  if (bytes.includes(`"${FOREIGN}`) || bytes.includes('"signature":""') || bytes.includes('"signature": ""'))
    return true;
  return !systemInside && hasSystemMessage(scan);
}

function hasSystemMessage(scan: Scan): boolean {
  const { bytes } = scan;
  const messages = findMember(scan, 'messages')!;
  const at = bytes.indexOf('"system"', messages.valueStart);
  if (at < 0 || at >= messages.valueEnd) return false;
  return elements(bytes, spanOf(messages)).some((message) =>
    members(bytes, message).some(
      ({ key, valueStart, valueEnd }) =>
        key === 'role' && bytes.toString('latin1', valueStart, valueEnd) === '"system"',
    ),
  );
}
