import { faultAt } from './fault.ts';
import { insertion, isBlank, lineEnd, lineStart, removal, spliced, startsLine } from './splice.ts';
import { type Container, endOf, followingLine, spansOf, type YamlNode } from './yaml-nodes.ts';

/** A block gives way to a value that follows the name, or the dash, on its line. */
export function folded(text: string, block: YamlNode, by: string): string {
  const start = block.range![0];
  const end = endOf(block)!;
  if (!startsLine(text, start)) return spliced(text, [{ start, end, by }]);
  const before = text.lastIndexOf('\n', start);
  const head = nameEnd(text, before);
  const cut = { start: lineStart(text, start), end: followingLine(text, end) };
  const lines = cut.end >= text.length && !text.endsWith('\n') ? { start: lineEnd(text, before), end: cut.end } : cut;
  return spliced(text, [insertion(head, ` ${by}`), removal(lines)]);
}

/** Where the name, the dash or an anchor ends that the lines from an offset on belong to; comments are passed over. */
function nameEnd(text: string, offset: number): number {
  for (let end = offset; ; ) {
    const start = lineStart(text, end);
    const line = text.slice(start, end);
    const content = line.replace(/(?:^|\s)#.*$/s, '').trimEnd();
    if (content !== '' || start === 0) return start + content.length;
    end = start - 1;
  }
}

/** What stands on its own lines goes with them; a comment behind a single line stays. */
export function withoutLines(text: string, start: number, end: number): string {
  const from = lineStart(text, start);
  const to = followingLine(text, end);
  const single = !text.slice(start, end).includes('\n');
  const note = text.slice(end, lineEnd(text, end));
  if (single && note.trim() !== '')
    return spliced(text, [{ start, end: end + note.length - note.trimStart().length, by: '' }]);
  if (to < text.length || text.endsWith('\n') || from === 0) return spliced(text, [removal({ start: from, end: to })]);
  return spliced(text, [removal({ start: lineEnd(text, from - 1), end: to })]);
}

/** The first member of an item stands on the line of its dash, where the next one moves up to. */
export function withoutFirst(text: string, container: Container, start: number, end: number): string {
  const next = spansOf(container)[1];
  if (!next || !isBlank(text, end, next.start))
    throw faultAt(text, start, 'This line has a comment in the way, and must be edited by hand');
  return spliced(text, [removal({ start, end: next.start })]);
}
