import { aider } from './aider.ts';
import { autohand } from './autohand.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { hermes } from './hermes.ts';
import type { Integration } from './integration.ts';
import { kimi } from './kimi.ts';
import { openclaw } from './openclaw.ts';
import { opencode } from './opencode.ts';
import { pi } from './pi.ts';
import { qclaw } from './qclaw.ts';

/** Every tool that `setup` and `launch` know, in the order of their lists. */
export const INTEGRATIONS: readonly Integration[] = [
  claude,
  openclaw,
  hermes,
  opencode,
  codex,
  kimi,
  pi,
  autohand,
  qclaw,
  aider,
];

/** The tool of a name or another name of its. */
export function integrationOf(name: string): Integration | undefined {
  const wanted = name.toLowerCase();
  return INTEGRATIONS.find((each) => each.name === wanted || each.aliases?.includes(wanted));
}
