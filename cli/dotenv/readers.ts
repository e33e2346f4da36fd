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

/**
 * What is wrong with an edit in the eyes of a reader, or undefined when all of them see exactly the wanted variables
 * changed and nothing else. `before` and `after` are whole texts.
 */
export function faultOfEdit(before: string, after: string, wanted: Variables): string | undefined {
  const earlier = readAll(before);
  for (const [reader, now] of Object.entries(readAll(after))) {
    const misread = Object.keys(wanted).find((name) => now[name] !== wanted[name]);
    if (misread) return `${reader} would not read ${misread} from it`;
    const changed = firstDifference(others(earlier[reader]!, wanted), others(now, wanted));
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

function firstDifference(left: Variables, right: Variables): string | undefined {
  return [...Object.keys(left), ...Object.keys(right)].find((name) => left[name] !== right[name]);
}
