import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghijkmnopqrstuvwxyz';

/** A new id with a readable prefix: `key_4f9…`, 20 characters of about 102 random bits. */
export function newId(prefix: 'usr' | 'org' | 'prj' | 'key' | 'led' | 'top' | 'otp' | 'inv' | 'iam' | 'pvk'): string {
  let text = '';
  for (const byte of randomBytes(20)) text += ALPHABET[byte % ALPHABET.length];
  return `${prefix}_${text}`;
}

const PROCESS_PART = newId('key').slice(4, 14);
let counter = 0;

/** A request id: sorts by time, unique without asking the system for randomness each time. */
export function newRequestId(nowMs: number): string {
  counter = (counter + 1) % 1_679_616;
  return `req_${nowMs.toString(36)}${PROCESS_PART}${counter.toString(36).padStart(4, '0')}`;
}
