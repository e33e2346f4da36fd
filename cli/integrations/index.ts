import { aider } from './aider.ts';
import { autohand } from './autohand.ts';
import { claude } from './claude.ts';
import { cline } from './cline.ts';
import { codex } from './codex.ts';
import { continueTool } from './continue.ts';
import { cursor } from './cursor.ts';
import { gemini } from './gemini.ts';
import { hermes } from './hermes.ts';
import type { Integration } from './integration.ts';
import { kilo } from './kilo.ts';
import { kimi } from './kimi.ts';
import { mimo } from './mimo.ts';
import { n8n } from './n8n.ts';
import { openclaw } from './openclaw.ts';
import { opencode } from './opencode.ts';
import { pi } from './pi.ts';
import { qclaw } from './qclaw.ts';
import { zed } from './zed.ts';

/** Every tool that `setup` and `launch` know, in the order of their lists. */
export const INTEGRATIONS: readonly Integration[] = [
  claude,
  openclaw,
  cursor,
  hermes,
  opencode,
  codex,
  continueTool,
  cline,
  kilo,
  kimi,
  mimo,
  pi,
  autohand,
  n8n,
  qclaw,
  gemini,
  aider,
  zed,
];

/** The tool of a name or another name of its. */
export function integrationOf(name: string): Integration | undefined {
  const wanted = name.toLowerCase();
  return INTEGRATIONS.find((each) => each.name === wanted || each.aliases?.includes(wanted));
}
