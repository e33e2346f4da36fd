import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../json-bytes.ts';
import { type Member, type Scan, stringEnd } from '../json-scan.ts';
import { isObject } from '../lossless.ts';

/** How deep the members of an item stand, from `input` on. */
const IN_ITEM = 2;
/** Longer than any name that is looked for, however it is escaped. */
const LONGEST = 128;

/** An item of `input` that stands for one that was kept. Its type may be left out. */
export function isReference(item: unknown): item is { id: string } {
  if (!isObject(item) || typeof item.id !== 'string') return false;
  return item.type === 'item_reference' || (item.type == null && item.role == null);
}

/** Whether `input` may hold a reference: one pass over its bytes, as parsing megabytes to see it would take too long. */
export function mayHoldReference({ bytes, members }: Scan): boolean {
  return members.some((member) => member.key === 'input' && holdsOne(bytes, member));
}

function holdsOne(bytes: Buffer, { valueStart, valueEnd }: Member): boolean {
  let depth = 0;
  let key = '';
  let atKey = false;
  let named = false;
  for (let at = valueStart; at < valueEnd; at++) {
    switch (bytes[at]) {
      case QUOTE: {
        const end = stringEnd(bytes, at);
        if (depth === IN_ITEM) {
          if (atKey) key = shortText(bytes, at, end);
          else if (key === 'type' && shortText(bytes, at, end) === 'item_reference') return true;
          else if (key === 'type' || key === 'role') named = true;
          atKey = false;
        }
        at = end - 1;
        break;
      }
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (++depth === IN_ITEM) {
          atKey = true;
          named = false;
        }
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (depth-- === IN_ITEM && !named) return true;
        break;
      case COMMA:
        if (depth === IN_ITEM) atKey = true;
    }
  }
  return false;
}

function shortText(bytes: Buffer, start: number, end: number): string {
  if (end - start > LONGEST) return '';
  const raw = bytes.toString('latin1', start, end);
  return raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
}
