import { claude } from './claude.ts';
import { codex } from './codex.ts';
import type { Integration } from './integration.ts';
import { opencode } from './opencode.ts';

/** Every tool that `setup` and `launch` know, in the order of their lists. */
export const INTEGRATIONS: readonly Integration[] = [claude, codex, opencode];

/** The tool of a name or another name of its. */
export function integrationOf(name: string): Integration | undefined {
  const wanted = name.toLowerCase();
  return INTEGRATIONS.find((each) => each.name === wanted || each.aliases?.includes(wanted));
}
