/** A piece of a text, by its offsets. */
export interface Span {
  start: number;
  end: number;
}

/** A piece that is to be replaced. */
export interface Splice extends Span {
  by: string;
}

/** The text with pieces replaced, which must not overlap; of several at one place the first comes first. */
export function spliced(text: string, splices: readonly Splice[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, by } of splices.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + by;
    at = end;
  }
  return result + text.slice(at);
}

export const insertion = (at: number, by: string): Splice => ({ start: at, end: at, by });
export const removal = ({ start, end }: Span): Splice => ({ start, end, by: '' });

/** Where the line begins that an offset is in. */
export const lineStart = (text: string, offset: number): number =>
  offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;

/** Where the line ends that an offset is in, before its line ending. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at < 0) return text.length;
  return text[at - 1] === '\r' ? at - 1 : at;
}

/** Where the next line begins; the text's length on the last one. */
export function nextLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

/** The blanks that the line of an offset begins with. */
export const indentAt = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))![0];

export const isBlank = (text: string, start: number, end: number): boolean => text.slice(start, end).trim() === '';

/** True when only blanks stand before an offset on its line. */
export const startsLine = (text: string, offset: number): boolean => isBlank(text, lineStart(text, offset), offset);

/** The last answer for a text: one edit reads the same text several times. */
export function remembered<T>(parse: (text: string) => T): (text: string) => T {
  let last: { text: string; result: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: parse(text) };
    return last.result;
  };
}
