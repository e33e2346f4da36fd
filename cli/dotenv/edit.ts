import { GatewayError } from '../../shared/errors.ts';
import { faultOfEdit, type Original, readAll, sideEffect } from './readers.ts';
import { type Assignment, endsWithinLine, mainEnding, scanAssignments } from './scan.ts';
import type { Variables } from './variables.ts';

/** One line of ours in the edited text: what it says now, and what stood there before (null: nothing). */
export interface Change {
  name: string;
  before: string | null;
  after: string;
}

export interface Edit {
  text: string;
  added: string[];
  updated: string[];
  unchanged: string[];
  /** Every assignment of our variables, in the order of the new text; what `undo` takes back. */
  changes: Change[];
}

/** How many places are tried for new lines before the file is refused. */
const PLACES = 200;

/**
 * Sets variables in the text of an env file and touches nothing else: every assignment of a name is corrected where it
 * stands, names without one are appended as a block. Each result is read back by the readers of `readers.ts` before it
 * counts; where a file is built so that they would miss the block at its end, another place is found. A file for which
 * there is none is refused with `unsafe_write`, unless forced.
 */
export function setVariables(text: string, wanted: Variables, force = false): Edit {
  const ours = scanAssignments(text).filter((assignment) => Object.hasOwn(wanted, assignment.name));
  if (!force) refuseSharedLines(ours, text);
  const original = { text, withoutOurs: correct(text, ours, () => '') };
  const corrected = correctSafely(original, ours, wanted);
  const missing = missingNames(corrected, ours, wanted);
  const block = missing.map((name) => `${name}=${written(wanted[name]!)}`);
  let fault: string | undefined;
  for (const candidate of placings(corrected, block)) {
    fault = faultOfEdit(original, candidate.text, wanted);
    if (fault === undefined) return describe(text, candidate, ours, wanted, missing);
  }
  const plain = placings(corrected, block).next().value;
  if (force && plain) return describe(text, plain, ours, wanted, missing);
  throw new GatewayError(
    'unsafe_write',
    `This file is read differently by different tools, and no edit is safe for all of them: ${fault}.`,
    {
      hint: 'Look for a line without "=", a quote that is not closed or a \\" within quotes, and correct it; or add --force. Nothing was written.',
    },
  );
}

/** `A=1; B=2` on one line: correcting A would drop B for a shell that reads the file. */
function refuseSharedLines(ours: Assignment[], text: string): void {
  const shared = ours.find(({ quoted, value }) => !quoted && /(?:[;&|]|\s)\s*(?:export\s+)?[A-Za-z_]\w*=/.test(value));
  if (!shared) return;
  const line = text.slice(0, shared.start).split(/\r\n|\n|\r/).length;
  throw new GatewayError('unsafe_write', `Line ${line} sets more than ${shared.name}.`, {
    hint: 'Put each variable on a line of its own, or add --force. Nothing was written.',
  });
}

/** Corrects each assignment, but for those that some reader takes for a part of another value: there it would be changed, too. */
function correctSafely(original: Original, ours: Assignment[], wanted: Variables): string {
  const { text } = original;
  const change = (some: Assignment[]) =>
    correct(text, some, (assignment) => corrected(assignment, text, wanted[assignment.name]!));
  if (!sideEffect(original, change(ours), wanted)) return change(ours);
  const safe: Assignment[] = [];
  for (const each of ours.slice(0, PLACES)) if (!sideEffect(original, change([...safe, each]), wanted)) safe.push(each);
  return change(safe);
}

function correct(text: string, ours: Assignment[], replacement: (assignment: Assignment) => string): string {
  let result = '';
  let at = 0;
  for (const assignment of ours) {
    result += text.slice(at, assignment.start) + replacement(assignment);
    at = assignment.end;
  }
  return result + text.slice(at);
}

/** The assignment as every reader takes it: no blanks around `=`, no quotes, no odd indentation. As it was when that already holds. */
function corrected(
  { prefix, name, separator, value, comment, start, end }: Assignment,
  text: string,
  wanted: string,
): string {
  const plainPrefix = (/^ *(?=export|$)/.exec(prefix)?.[0] ?? '') + (prefix.includes('export') ? 'export ' : '');
  if (value === wanted && separator === '=' && prefix === plainPrefix) return text.slice(start, end);
  const note = comment === '' || /^\s/.test(comment) ? comment : ` ${comment}`;
  return `${plainPrefix}${name}=${written(wanted)}${note}`;
}

/** A value of other characters than all readers agree on stands in single quotes, within which they take every one as it is. */
function written(value: string): string {
  return /^[A-Za-z0-9_./:-]+$/.test(value) ? value : `'${value}'`;
}

/** Names that have no assignment, or whose assignment some reader does not see. */
function missingNames(text: string, ours: Assignment[], wanted: Variables): string[] {
  const seen = Object.values(readAll(text));
  return Object.keys(wanted).filter(
    (name) =>
      !ours.some((assignment) => assignment.name === name) ||
      seen.some((variables) => variables[name] !== wanted[name]),
  );
}

interface Placing {
  text: string;
  /** Where the block was put, and how long it is with the ending before or behind it. */
  at: number;
  length: number;
}

/** The text with the block at its end; then, for files whose last lines would swallow it, at the top and before each line. */
function* placings(text: string, block: string[]): Generator<Placing, undefined> {
  if (block.length === 0) {
    yield { text, at: text.length, length: 0 };
    return;
  }
  const ending = mainEnding(text);
  // A file without a final newline stays one.
  const last = endsWithinLine(text) ? ending + block.join(ending) : block.join(ending) + ending;
  yield insert(text, text.length, last);
  // Node takes all before the first `=` as a name. A comment that holds one stops it.
  const guard = `# set by gateway env write: NAME=value${ending}`;
  const lines = block.join(ending) + ending;
  const starts = [...text.matchAll(/\r\n|\n/g)]
    .map((match) => match.index + match[0].length)
    .filter((at) => at < text.length);
  for (const at of [text.startsWith('\uFEFF') ? 1 : 0, ...starts.toReversed().slice(0, PLACES)])
    yield insert(text, at, lines);
  yield insert(text, text.length, endsWithinLine(text) ? ending + guard + block.join(ending) : guard + lines);
}

function insert(text: string, at: number, block: string): Placing {
  return { text: text.slice(0, at) + block + text.slice(at), at, length: block.length };
}

function describe(before: string, placing: Placing, ours: Assignment[], wanted: Variables, missing: string[]): Edit {
  const { text, at, length } = placing;
  const isNew = (assignment: Assignment) => assignment.start >= at && assignment.start < at + length;
  const old = ours.map(({ start, end }) => before.slice(start, end));
  const changes = scanAssignments(text)
    .filter((assignment) => Object.hasOwn(wanted, assignment.name))
    .map((assignment) => ({
      name: assignment.name,
      before: isNew(assignment) ? null : (old.shift() ?? null),
      after: text.slice(assignment.start, assignment.end),
    }));
  const names = Object.keys(wanted);
  const added = missing.filter((name) => !ours.some((assignment) => assignment.name === name));
  const unchanged = names.filter((name) =>
    changes.every((change) => change.name !== name || change.before === change.after),
  );
  return {
    text,
    added,
    updated: names.filter((name) => !added.includes(name) && !unchanged.includes(name)),
    unchanged,
    changes,
  };
}
