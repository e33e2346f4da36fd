import {
  indentAt,
  insertion,
  isBlank,
  lineStart,
  nextLine,
  removal,
  type Span,
  type Splice,
  spliced,
  startsLine,
} from './splice.ts';

/** Items between brackets, parted by commas: an object or a list of JSON, of YAML's flow style, of a TOML value. */
export interface Bracketed {
  /** Behind the opening bracket. */
  start: number;
  /** At the closing one. */
  end: number;
  items: readonly Span[];
}

/** How new items are laid out. */
export interface Layout {
  /** A comment, from an offset on (sticky). */
  comment: RegExp;
  eol: string;
  /** One step of indentation. */
  unit: string;
  /** Behind a comma on the same line. */
  afterComma: string;
  /** Within the brackets of a list that stays on its line. */
  padding: string;
  /** `always`: nothing may be put on a line of its own unless the others are. */
  inline: 'always' | 'short';
  /** Whether an item on a line of its own may end with a comma though none follows. */
  trailingComma: boolean;
}

/** The item as text: with the indentation of its line, or undefined for a single line. */
export type Print = (indent: string | undefined) => string;

/** How long a line may become before a new item gets its own. */
const LONGEST_LINE = 100;

interface Part extends Span {
  kind: 'comma' | 'comment';
}

/** Commas and comments between two offsets. */
function partsOf(text: string, { start, end }: Span, comment: RegExp): Part[] {
  const parts: Part[] = [];
  for (let at = start; at < end; ) {
    const sticky = new RegExp(comment.source, 'y');
    sticky.lastIndex = at;
    if (text[at] === ',') parts.push({ kind: 'comma', start: at, end: at + 1 });
    else if (sticky.test(text)) parts.push({ kind: 'comment', start: at, end: Math.min(sticky.lastIndex, end) });
    at = parts.at(-1)?.start === at ? parts.at(-1)!.end : at + 1;
  }
  return parts;
}

/** The text with one more item behind the others, laid out as they are. */
export function insertItem(text: string, list: Bracketed, layout: Layout, print: Print): string {
  const last = list.items.at(-1);
  if (!last) return insertFirst(text, list, layout, print);
  const parts = partsOf(text, { start: last.end, end: list.end }, layout.comment);
  const comma = parts.find(({ kind }) => kind === 'comma');
  const anchor = endOfLineComments(text, comma?.end ?? last.end, parts);
  const glue = comma ? [] : [insertion(last.end, ',')];
  const trailing = comma ? ',' : '';
  if (startsLine(text, last.start)) {
    const indent = indentAt(text, last.start);
    return spliced(text, [...glue, insertion(anchor, layout.eol + indent + print(indent) + trailing)]);
  }
  const inline = print(undefined);
  if (fits(text, list, layout, inline))
    return spliced(text, [
      insertion(comma?.end ?? last.end, comma ? `${layout.afterComma}${inline},` : `,${layout.afterComma}${inline}`),
    ]);
  const outer = indentAt(text, lineStart(text, list.start) === lineStart(text, last.end) ? list.start : last.end);
  const indent = outer + layout.unit;
  const ownLine = layout.eol + indent + print(indent) + trailing;
  if (!isBlank(text, anchor, list.end)) return spliced(text, [...glue, insertion(anchor, ownLine)]);
  return spliced(text, [...glue, { start: anchor, end: list.end, by: ownLine + layout.eol + outer }]);
}

function insertFirst(text: string, list: Bracketed, layout: Layout, print: Print): string {
  const outer = indentAt(text, list.start);
  const indent = outer + layout.unit;
  const comma = layout.trailingComma ? ',' : '';
  const comment = partsOf(text, list, layout.comment).at(-1);
  const oneLine = layout.inline === 'always';
  if (!comment) {
    const inside = oneLine
      ? layout.padding + print(undefined) + layout.padding
      : layout.eol + indent + print(indent) + comma + layout.eol + outer;
    return spliced(text, [{ ...list, by: inside }]);
  }
  const closing = text.slice(comment.end, list.end);
  if (oneLine && !closing.includes('\n')) return spliced(text, [insertion(comment.end, ` ${print(undefined)}`)]);
  const inner = startsLine(text, comment.start) ? indentAt(text, comment.start) : indent;
  const line = layout.eol + inner + print(inner) + comma;
  return spliced(text, [insertion(comment.end, closing.includes('\n') ? line : line + layout.eol + outer)]);
}

/** Comments that begin on the line of an offset belong to what stands there. */
function endOfLineComments(text: string, offset: number, parts: readonly Part[]): number {
  const line = nextLine(text, offset);
  return parts.reduce(
    (end, part) => (part.kind === 'comment' && part.start < line ? Math.max(end, part.end) : end),
    offset,
  );
}

function fits(text: string, list: Bracketed, layout: Layout, inline: string): boolean {
  if (layout.inline === 'always') return true;
  const rest = text.slice(lineStart(text, list.end), nextLine(text, list.end)).trimEnd();
  return !inline.includes('\n') && rest.length + inline.length + 2 <= LONGEST_LINE;
}

/** The text without one of the items. Comments around it stay; a line that becomes empty goes. */
export function removeItem(text: string, list: Bracketed, index: number, layout: Pick<Layout, 'comment'>): string {
  const item = list.items[index]!;
  const before = { start: list.items[index - 1]?.end ?? list.start, end: item.start };
  const after = { start: item.end, end: list.items[index + 1]?.start ?? list.end };
  const [leading, following] = [before, after].map((gap) => partsOf(text, gap, layout.comment)) as [Part[], Part[]];
  const isComma = ({ kind }: Part) => kind === 'comma';
  const comments = [...leading, ...following].filter((part) => !isComma(part));
  if (list.items.length === 1 && comments.length === 0) return spliced(text, [removal(list)]);
  const next = following.find(isComma);
  const previous = next ? undefined : leading.findLast(isComma);
  return spliced(text, cuts(text, item, after, { last: leading.at(-1), next, previous }));
}

/** The parts around an item: the last one before it, and the comma that goes with it, on either side. */
interface Around {
  last: Part | undefined;
  next: Part | undefined;
  previous: Part | undefined;
}

function cuts(text: string, item: Span, after: Span, { last, next, previous }: Around): Splice[] {
  const joined = next && isBlank(text, item.end, next.start);
  const others = [joined ? undefined : next, previous].filter((comma) => comma !== undefined).map(removal);
  const end = joined ? next.end : item.end;
  const lineEnding = nextLine(text, end);
  if (startsLine(text, item.start)) {
    if (lineEnding <= after.end && isBlank(text, end, lineEnding))
      return [...others, removal({ start: lineStart(text, item.start), end: lineEnding })];
    // the closing bracket moves up, unless a comment would swallow it
    const start = text.slice(0, item.start).trimEnd().length;
    if (isBlank(text, end, after.end) && last?.kind !== 'comment') return [...others, removal({ start, end })];
  }
  if (previous && isBlank(text, previous.end, item.start)) return [removal({ start: previous.start, end })];
  const blanks = next || startsLine(text, item.start) ? /^[ \t]*/.exec(text.slice(end, after.end))![0].length : 0;
  return [...others, removal({ start: item.start, end: end + blanks })];
}
