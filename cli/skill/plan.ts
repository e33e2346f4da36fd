import { GatewayError } from '../../shared/errors.ts';
import type { Place } from './agents.ts';
import { ownerOf } from './mark.ts';

/** What becomes of one agent's skill. */
export interface Step {
  agent: string;
  path: string;
  status: 'installed' | 'unchanged' | 'removed' | 'skipped';
  reason: string | null;
}

/** A place, and what is there now; undefined: nothing. */
export interface Seen extends Place {
  content: string | undefined;
}

export interface Choice {
  /** Named by `--agent`: these are meant, found or not. */
  named: readonly string[];
  all: boolean;
  force: boolean;
}

/** What installing would do. Throws `unsafe_write` when a file is in the way that is not ours as we wrote it. */
export function planInstall(seen: readonly Seen[], text: string, choice: Choice): Step[] {
  return chosen(seen, choice).map((place) => {
    const { agent, path, title, found, content } = place;
    if (!found && !choice.all && choice.named.length === 0)
      return { agent, path, status: 'skipped', reason: `${title} is not found here` };
    if (content === text) return { agent, path, status: 'unchanged', reason: null };
    if (content !== undefined && !choice.force) refuseForeign(path, content, 'overwrite');
    return { agent, path, status: 'installed', reason: null };
  });
}

/** What taking it back would do: exactly our files go. */
export function planUninstall(seen: readonly Seen[], choice: Choice): Step[] {
  return chosen(seen, choice).map(({ agent, path, content }) => {
    if (content === undefined) return { agent, path, status: 'skipped', reason: 'nothing is installed there' };
    if (!choice.force) {
      if (choice.named.length === 0 && ownerOf(content) === 'foreign')
        return { agent, path, status: 'skipped', reason: 'the file there is not ours' };
      refuseForeign(path, content, 'remove');
    }
    return { agent, path, status: 'removed', reason: null };
  });
}

function chosen(seen: readonly Seen[], { named }: Choice): readonly Seen[] {
  return named.length === 0 ? seen : seen.filter(({ agent }) => named.includes(agent));
}

function refuseForeign(path: string, content: string, verb: string): void {
  const owner = ownerOf(content);
  if (owner === 'ours') return;
  const message =
    owner === 'changed'
      ? `${path} was changed since gateway wrote it.`
      : `${path} is there already, and gateway did not write it.`;
  throw new GatewayError('unsafe_write', message, {
    hint: `Nothing was changed. Add --force to ${verb} it, or choose other agents with --agent.`,
    next: [{ command: 'gateway skill', when: 'to print the skill instead' }],
  });
}
