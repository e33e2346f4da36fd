import { COMMANDS } from '../../../cli/tree.ts';
import { ENTRIES, type Entry } from './entries.ts';

/** One command in one form, as tests name it. */
export interface Subject {
  name: string;
  /** The words that call it. */
  path: readonly string[];
  entry: Entry;
}

/** Every row of `ENTRIES`. */
export const SUBJECTS: readonly Subject[] = Object.entries(ENTRIES).map(([name, entry]) => ({
  name,
  path: pathOf(name).split(' '),
  entry,
}));

/** `login (--complete)` is a form of `login`. */
export function pathOf(name: string): string {
  return name.replace(/ \(.*\)$/, '');
}

/** The rows of the tree that run, and those that only hold others. */
export const RUNNABLE = COMMANDS.filter((row) => row.load).map((row) => row.path);
export const NOUNS = COMMANDS.filter((row) => !row.load).map((row) => row.path);
