import { DocumentFault } from './document.ts';

/** A fault at an offset of a text. Line endings are `\n` and `\r\n`; a byte order mark takes no column. */
export function faultAt(text: string, offset: number, message: string): DocumentFault {
  const before = text.slice(0, offset).replace(/^\uFEFF/, '');
  const line = before.split('\n').length;
  return new DocumentFault(message, line, before.length - before.lastIndexOf('\n'));
}
