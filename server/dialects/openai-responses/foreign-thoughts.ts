import { findMember, type Scan } from '../json-scan.ts';
import { isObject, parseJson } from '../lossless.ts';
import { FOREIGN } from '../neutral/signatures.ts';

const IN_JSON = Buffer.from(`"${FOREIGN}`);

/**
 * The input without the thoughts of other families' models, when there are any: OpenAI refuses an `encrypted_content`
 * that is not its own. They come from answers that were translated into this format.
 */
export function withoutForeignThoughts(scan: Scan): unknown[] | undefined {
  const member = findMember(scan, 'input');
  if (!member || !scan.bytes.includes(IN_JSON)) return undefined;
  const input = parseJson(scan.bytes.toString('utf8', member.valueStart, member.valueEnd));
  if (!Array.isArray(input)) return undefined;
  const kept = input.filter((item) => !isForeignThought(item));
  return kept.length < input.length ? kept : undefined;
}

function isForeignThought(item: unknown): boolean {
  return (
    isObject(item) &&
    item.type === 'reasoning' &&
    typeof item.encrypted_content === 'string' &&
    item.encrypted_content.startsWith(FOREIGN)
  );
}
