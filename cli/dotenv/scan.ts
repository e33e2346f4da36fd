/** One assignment in an env file, by its place in the text. */
export interface Assignment {
  name: string;
  /** Where it begins, indentation included. */
  start: number;
  /** Where it ends, before the line's ending; a comment behind the value is included. */
  end: number;
  /** What stands before the name: `''`, `'  '`, `'export '`. */
  prefix: string;
  /** What stands between name and value: `=`, ` = `, `: `. */
  separator: string;
  /** The value as every reader takes it: without its quotes and the comment. */
  value: string;
  quoted: boolean;
  /** The blanks and the `# …` behind the value, or `''`. */
  comment: string;
}

/** How a line of an env file ends. A lone CR ends a line for `dotenv`, and only for it. */
const ENDING = /\r\n|\n|\r/g;

/**
 * One assignment as dotenv's own grammar has it: `export` or not, `=` or `: `, a value in quotes of three kinds that may
 * span lines, or the rest of the line. A quote that is never closed is part of an ordinary value.
 */
const ASSIGNMENT =
  /([^\S\r\n]*(?:export[^\S\r\n]+)?)([\w.-]+)([^\S\r\n]*=[^\S\r\n]*|:[^\S\r\n]+)(?:('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`)([^\S\r\n]*(?:#[^\r\n]*)?)(?=[\r\n]|$)|([^\r\n]*))/y;

/**
 * Finds the assignments of an env file, in order. Lines inside a quoted value are part of that value, comments and
 * anything else are skipped. A byte order mark at the start belongs to no line.
 */
export function scanAssignments(text: string): Assignment[] {
  const found: Assignment[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    ASSIGNMENT.lastIndex = at;
    const match = ASSIGNMENT.exec(text);
    if (match) found.push(assignment(match, at));
    ENDING.lastIndex = match ? ASSIGNMENT.lastIndex : at;
    at = ENDING.exec(text) ? ENDING.lastIndex : text.length;
  }
  return found;
}

function assignment(match: RegExpExecArray, start: number): Assignment {
  const [whole, prefix = '', name = '', separator = '', quoted, afterQuote = '', plain = ''] = match;
  const place = { name, start, end: start + whole.length, prefix, separator };
  if (quoted !== undefined)
    return { ...place, quoted: true, value: quoted.slice(1, -1), comment: afterQuote.trim() && afterQuote };
  // `a#b` is a value with a comment to some readers and not to others; a blank before the # makes it a comment to all.
  const hash = /(^|\s+)#/.exec(plain);
  const value = hash ? plain.slice(0, hash.index) : plain;
  return { ...place, quoted: false, value: value.trim(), comment: hash ? plain.slice(hash.index) : '' };
}

/** The line ending that a text uses most, `\n` when it has none. */
export function mainEnding(text: string): '\n' | '\r\n' {
  const windows = text.match(/\r\n/g)?.length ?? 0;
  const all = text.match(/\n/g)?.length ?? 0;
  return windows * 2 > all ? '\r\n' : '\n';
}

/** True when the text ends within a line: the next thing appended would be glued to it. */
export function endsWithinLine(text: string): boolean {
  return text !== '' && text !== '\uFEFF' && !/[\r\n]$/.test(text);
}
