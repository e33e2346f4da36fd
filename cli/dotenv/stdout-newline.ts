import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const NEWLINE = 0x0a;

/**
 * True when what is written to this file descriptor would be glued to a line that is there already: it is a file of some
 * length whose last byte is no newline, as in `gateway env >> .env`. Where that cannot be found out, an empty line too
 * many is the smaller harm.
 */
export function wouldGlue(fd: number): boolean {
  const { size, isFile } = statOf(fd);
  if (!isFile || size === 0) return false;
  try {
    // `>>` opens for writing alone: the file has to be opened anew to read it. On Linux this path leads to the same file.
    const again = openSync(`/proc/self/fd/${fd}`, 'r');
    try {
      const last = Buffer.alloc(1);
      return readSync(again, last, 0, 1, size - 1) !== 1 || last[0] !== NEWLINE;
    } finally {
      closeSync(again);
    }
  } catch {
    return true;
  }
}

function statOf(fd: number): { size: number; isFile: boolean } {
  try {
    const found = fstatSync(fd);
    return { size: found.size, isFile: found.isFile() };
  } catch {
    return { size: 0, isFile: false };
  }
}
