import type { Globals } from './globals.ts';
import { isOn } from './globals.ts';
import { agentVariable } from './prompt.ts';

interface Watched {
  env: NodeJS.ProcessEnv;
  globals: Pick<Globals, 'json' | 'quiet'>;
  streams: { stderr: { isTTY?: boolean } };
}

/** True when a person sees stderr as it is written: a terminal, and neither CI nor an agent behind it, nor a wish for quiet. */
export function isWatched({ env, globals, streams }: Watched): boolean {
  if (!streams.stderr.isTTY || globals.json || globals.quiet) return false;
  return !isOn(env.CI) && agentVariable(env) === undefined;
}
