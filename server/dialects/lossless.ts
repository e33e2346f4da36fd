import { randomBytes } from 'node:crypto';

/**
 * JSON that loses no digit. A number that a float cannot hold (`9007199254740993`, `1e400`) becomes a marked string while
 * it is parsed and the same digits again when it is written, so it passes through every translation unharmed. The mark is
 * new in each process: nobody outside can write one.
 */
export type JsonObject = Record<string, unknown>;

const MARK = `\u0001${randomBytes(12).toString('hex')}:`;
const MARK_IN_JSON = JSON.stringify(MARK).slice(1, -1);
const MARKED = new RegExp(`"${MARK_IN_JSON.replaceAll('\\', '\\\\')}([-+.0-9eE]+)"`, 'g');
/** Most texts have no such number: one pass of this tells. */
const SUSPECT = /\d{16}|\d[eE][+-]?\d{3}/;
/** The tokens of JSON that hold digits. A string is taken in runs: one choice for each character would fill the stack. */
export const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[-+.0-9eE]*/gs;

/** Parses JSON; throws `SyntaxError`. */
export function parseJson(text: string): unknown {
  if (!SUSPECT.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replace(STRING_OR_NUMBER, (token) => (needsMark(token) ? `"${MARK_IN_JSON}${token}"` : token)),
  );
}

/** Writes JSON; what `parseJson` marked is a number again. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes(MARK_IN_JSON) ? text.replace(MARKED, '$1') : text;
}

/** A JSON text as an object, or undefined when it is none. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function needsMark(token: string): boolean {
  if (token.startsWith('"')) return false;
  const value = Number(token);
  if (!Number.isFinite(value)) return true;
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(value);
}
