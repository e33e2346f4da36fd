import { type GatewayError, HELP, type NextStep } from '../shared/errors.ts';
import { EXIT } from '../shared/exit-codes.ts';
import { childrenOf, nameOf } from './tree.ts';

const DOCTOR: NextStep = { command: 'gateway doctor', when: 'to find out what is wrong' };

/**
 * The commands that may help after a failure, never none: what the error names, the help of the command that failed in
 * the place of the general one, the list of what there is when something was not found, and, when trying again may do,
 * the same command.
 * @param words the command line without its flags. @param again the command line as typed, if it may be told.
 */
export function nextSteps(error: GatewayError, words: readonly string[], again: string | undefined): NextStep[] {
  const path = pathOf(words);
  const named = error.next.map((step) => (step.command === HELP.command ? helpOf(path) : step));
  const isGone = error.code === 'not_found' || error.code === 'conflict';
  const list = isGone ? listBeside(path) : undefined;
  const retry = error.retryable && error.exit !== EXIT.pending && again ? retryOf(error, again) : undefined;
  const isNamed = named.some((step) => step.command === list?.command);
  const steps = [retry, isNamed ? undefined : list, ...named].filter((step) => step !== undefined);
  return steps.length > 0 ? steps : [DOCTOR];
}

function retryOf({ retryAfterS }: GatewayError, again: string): NextStep {
  return { command: again, when: retryAfterS === null ? 'to try again' : `to try again after ${retryAfterS} s` };
}

function helpOf(path: string): NextStep {
  return path === '' ? HELP : { command: `gateway ${path} --help`, when: 'to see what it takes' };
}

/** Nouns whose list is elsewhere. */
const LISTED_ELSEWHERE: Readonly<Record<string, NextStep>> = {
  topup: { command: 'gateway credits history', when: 'to see what was paid in' },
};

/** `keys show` has `keys list` beside it. */
function listBeside(path: string): NextStep | undefined {
  const noun = path.split(' ')[0]!;
  if (LISTED_ELSEWHERE[noun]) return LISTED_ELSEWHERE[noun];
  const list = noun && childrenOf(noun).find((row) => nameOf(row) === 'list');
  return list && list.path !== path ? { command: `gateway ${list.path}`, when: 'to see what there is' } : undefined;
}

/** The command that the leading words name; `''` for none. */
function pathOf(words: readonly string[]): string {
  let path = '';
  for (const word of words) {
    const row = childrenOf(path).find((each) => nameOf(each) === word || each.aliases?.includes(word));
    if (!row) break;
    path = row.path;
  }
  return path;
}
