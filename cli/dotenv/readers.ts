import { parseEnv } from 'node:util';
import dotenv from 'dotenv';
import type { Variables } from './variables.ts';

/** Two readers of env files that many programs are built on, and that disagree with each other in places. */
const READERS: Record<string, (text: string) => Variables> = {
  dotenv: (text) => dotenv.parse(text),
  'node --env-file': (text) => ({ ...(parseEnv(text) as Variables) }),
};

/** What each reader makes of a text, by the reader's name. */
export function readAll(text: string): Record<string, Variables> {
  return Object.fromEntries(Object.entries(READERS).map(([reader, read]) => [reader, read(text)]));
}

/** The text before an edit, and what it says without our lines. */
export interface Original {
  text: string;
  /** A line of ours that was broken may have hidden others from a reader: what shows up without it was meant to be there. */
  withoutOurs: string;
}

/**
 * What is wrong with an edit in the eyes of a reader, or undefined when all of them see exactly the wanted variables
 * changed and nothing else.
 */
export function faultOfEdit(before: Original, after: string, wanted: Variables): string | undefined {
  for (const [reader, now] of Object.entries(readAll(after))) {
    const misread = Object.keys(wanted).find((name) => now[name] !== wanted[name]);
    if (misread) return `${reader} would not read ${misread} from it`;
  }
  return sideEffect(before, after, wanted);
}

/** A variable that is not ours and that some reader would take differently after the edit. */
export function sideEffect(before: Original, after: string, wanted: Variables): string | undefined {
  const earlier = readAll(before.text);
  const bare = readAll(before.withoutOurs);
  for (const [reader, read] of Object.entries(readAll(after))) {
    const now = others(read, wanted);
    const [was, meant] = [others(earlier[reader]!, wanted), others(bare[reader]!, wanted)];
    const changed = Object.keys({ ...was, ...now }).find(
      (name) => now[name] !== was[name] && (was[name] !== undefined || now[name] !== meant[name]),
    );
    if (changed) return `${reader} would then read ${JSON.stringify(changed)} differently`;
  }
  return undefined;
}

/**
 * The variables that are not ours. Node glues a byte order mark or a line without `=` to the name that follows: such a
 * name can be no program's variable, and is left out.
 */
function others(read: Variables, ours: Variables): Variables {
  return Object.fromEntries(
    Object.entries(read).filter(
      ([name]) => !Object.hasOwn(ours, name) && /^\S+$/.test(name) && !name.startsWith('\uFEFF'),
    ),
  );
}
