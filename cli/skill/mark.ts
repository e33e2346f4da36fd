import { createHash } from 'node:crypto';

const MARK = /\n<!-- written by `gateway skill install`; sha256 ([0-9a-f]{64}) -->\n$/;

/** The text with a last line that says whose it is, and what it was. */
export function marked(text: string): string {
  return `${text}\n<!-- written by \`gateway skill install\`; sha256 ${digest(text)} -->\n`;
}

/** Whose file this is: `ours` as we wrote it, `changed` if it was ours and somebody changed it since, else `foreign`. */
export function ownerOf(content: string): 'ours' | 'changed' | 'foreign' {
  const mark = MARK.exec(content);
  if (!mark) return content.includes('<!-- written by `gateway skill install`;') ? 'changed' : 'foreign';
  return digest(content.slice(0, mark.index)) === mark[1] ? 'ours' : 'changed';
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
