import { findMember, type Scan } from '../json-scan.ts';
import { isObject, parseJson } from '../lossless.ts';
import { FOREIGN } from '../neutral/signatures.ts';

const IN_JSON = Buffer.from(`"${FOREIGN}`);
const THOUGHT = Buffer.from('"reasoning"');

/**
 * The input without the thoughts of other families' models, when there are any: OpenAI refuses an `encrypted_content`
 * that is not its own. They come from answers that were translated into this format.
 * @param isForeign whether a thought is that of an account whose key the provider is not called with: it cannot decrypt it.
 * @param stateless the provider keeps nothing: thoughts without their encrypted form are unknown to it, and left out, too.
 */
export function withoutForeignThoughts(
  scan: Scan,
  stateless: boolean,
  isForeign?: (signature: string) => boolean,
): unknown[] | undefined {
  const member = findMember(scan, 'input');
  if (!member) return undefined;
  const bytes = scan.bytes.subarray(member.valueStart, member.valueEnd);
  if (!isForeign && !bytes.includes(IN_JSON) && !(stateless && bytes.includes(THOUGHT))) return undefined;
  const input = parseJson(bytes.toString('utf8'));
  if (!Array.isArray(input)) return undefined;
  const kept = input.filter((item) => !isForeignThought(item, isForeign) && !(stateless && isBareThought(item)));
  return kept.length < input.length ? kept : undefined;
}

function isBareThought(item: unknown): boolean {
  return isObject(item) && item.type === 'reasoning' && typeof item.encrypted_content !== 'string';
}

function isForeignThought(item: unknown, isForeign?: (signature: string) => boolean): boolean {
  return (
    isObject(item) &&
    item.type === 'reasoning' &&
    typeof item.encrypted_content === 'string' &&
    (item.encrypted_content.startsWith(FOREIGN) || isForeign?.(item.encrypted_content) === true)
  );
}
