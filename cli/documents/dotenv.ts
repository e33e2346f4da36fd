import { parse } from 'dotenv';
import { GatewayError } from '../../shared/errors.ts';
import { setVariables } from '../dotenv/edit.ts';
import { type Assignment, scanAssignments } from '../dotenv/scan.ts';
import type { Place } from './data.ts';
import type { DocumentFormat } from './document.ts';
import { formatOf } from './editing.ts';
import { faultAt } from './fault.ts';
import { isBlank, lineEnd, lineStart, nextLine, type Span, spliced, startsLine } from './splice.ts';

/** Variables of an env file: paths of one name, values that are strings. No text is unreadable. */
export const dotenv: DocumentFormat = formatOf({
  read: (text) => parse(text),
  offsetOf: (text, place) => assignmentsOf(text, place).at(-1)?.start ?? text.length,
  put: (text, place, value) => {
    if (typeof value !== 'string') throw faultAt(text, text.length, `${place[0]} must be a string in an env file`);
    try {
      return setVariables(text, { [String(place[0])]: value }).text;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      throw faultAt(text, assignmentsOf(text, place)[0]?.start ?? text.length, error.message);
    }
  },
  take: (text, place) => {
    const gone = assignmentsOf(text, place).map((assignment) => lineOf(text, assignment));
    return spliced(
      text,
      gone.map((span) => ({ ...span, by: '' })),
    );
  },
});

const assignmentsOf = (text: string, [name]: Place): Assignment[] =>
  scanAssignments(text).filter((assignment) => assignment.name === name);

/** The lines of an assignment with their ending; of the last line of a text without one, the ending before it. */
function lineOf(text: string, { start, end, comment }: Assignment): Span {
  const note = comment.trimStart();
  if (note !== '') return { start, end: end - note.length };
  const line = { start: lineStart(text, start), end: nextLine(text, end) };
  if (!startsLine(text, start) || !isBlank(text, end, line.end)) return { start, end };
  const last = line.end === text.length && !text.endsWith('\n') && line.start > 0;
  return last ? { start: lineEnd(text, line.start - 1), end: line.end } : line;
}
