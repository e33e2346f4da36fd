import type { Offer } from '../../catalog/types.ts';
import { invalid } from '../body-checks.ts';
import { findMember, memberValue, type Scan } from '../json-scan.ts';
import { parseJson } from '../lossless.ts';
import { previousNotFound } from './read-request.ts';
import { isReference, mayHoldReference } from './references.ts';

const ENCRYPTED = 'reasoning.encrypted_content';

/**
 * What must change so that a provider keeps nothing and hands out nothing that it has: its key is shared, and what one
 * organisation's id opens would open for all. Throws for what refers to something kept there.
 */
export function statelessEdits(scan: Scan): Map<string, string | null> {
  const previous = memberValue(scan, 'previous_response_id');
  if (previous != null && previous !== '')
    throw previousNotFound(typeof previous === 'string' ? previous : JSON.stringify(previous));
  for (const key of ['conversation', 'prompt']) {
    if (memberValue(scan, key) != null)
      throw invalid(key, `${key} is kept at the provider, whose key is shared here: send all of it in \`input\`.`);
  }
  if (mayHoldReference(scan)) refuseReferences(scan);
  return new Map([
    ['store', 'false'],
    // Each may stand there more than once.
    ['previous_response_id', null],
    ['conversation', null],
    ['prompt', null],
  ]);
}

function refuseReferences(scan: Scan): void {
  const member = findMember(scan, 'input')!;
  const items = parseJson(scan.bytes.toString('utf8', member.valueStart, member.valueEnd));
  const found = Array.isArray(items) ? items.findIndex(isReference) : -1;
  if (found < 0) return;
  const { id } = (items as { id: string }[])[found]!;
  throw invalid(`input[${found}]`, `input[${found}] refers to the item "${id}", which is not kept here.`);
}

/** `include` with the encrypted form of thoughts, without which they cannot go on; undefined where it stays as it is. */
export function includeThoughts(scan: Scan, { capabilities }: Offer): string | undefined {
  // Other models refuse to be asked for it.
  if (!capabilities.includes('reasoning')) return undefined;
  const include = memberValue(scan, 'include') ?? [];
  if (!Array.isArray(include) || include.includes(ENCRYPTED)) return undefined;
  return JSON.stringify([...include, ENCRYPTED]);
}
