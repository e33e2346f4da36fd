import { type Command, Option } from 'commander';
import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { choiceHint } from '../nearest.ts';
import { table } from '../table.ts';
import { AGENTS } from './agents.ts';
import type { Choice, Step } from './plan.ts';

/** The flags of `skill install` and `skill uninstall`. */
export interface SkillFlags {
  agent?: string[];
  all?: boolean;
  scope: 'user' | 'project';
  force?: boolean;
}

/** Adds the flags that say whose skill, and where. */
export function addSkillFlags(command: Command, force: string): Command {
  return command
    .addOption(
      new Option('--agent <name>', 'only this agent, found here or not; may be repeated')
        .choices(AGENTS.map(({ name }) => name))
        .argParser(oneMore),
    )
    .addOption(
      new Option('--scope <where>', 'for you, or for the project in this folder')
        .choices(['user', 'project'])
        .default('user'),
    )
    .option('--force', force);
}

/** The parser that `choices` brings keeps the last one only. */
function oneMore(name: string, before: string[] | undefined): string[] {
  const names = AGENTS.map((agent) => agent.name);
  if (names.includes(name)) return [...(before ?? []), name];
  throw new GatewayError('usage', `gateway knows no agent "${name}".`, {
    param: '--agent',
    hint: choiceHint(name, names),
  });
}

/** What the flags choose. */
export function choiceOf({ agent = [], all = false, force = false }: SkillFlags): Choice {
  return { named: agent, all, force };
}

/** The schema of what both print. */
export async function skillResults() {
  const { z } = await import('zod');
  const result = z.object({
    agent: z.string(),
    status: z.enum(['installed', 'unchanged', 'removed', 'skipped', 'preview']),
    path: z.string(),
    reason: z.string().nullable().describe('Why it was skipped, or what a preview would do.'),
  });
  return z.object({ results: z.array(result) });
}

/** With `--dry-run`, ends here with every step that would change something as a preview. */
export function previewSteps(context: Context, steps: readonly Step[]): void {
  const previewed = steps.map((step) =>
    step.status === 'installed' || step.status === 'removed'
      ? { ...step, status: 'preview', reason: `would be ${step.status}` }
      : step,
  );
  context.preview({ results: previewed });
}

/** Prints what was done. */
export async function showSteps(context: Context, results: readonly Step[], nothing: string): Promise<void> {
  await context.show({ results }, ({ results: rows }, paint, width) => {
    const told = rows.filter(({ status }) => status !== 'skipped');
    if (told.length === 0) return nothing;
    const columns = [{ title: 'agent' }, { title: 'skill' }, { title: 'file' }];
    return table(
      paint,
      width,
      columns,
      told.map(({ agent, status, path }) => [agent, status, path]),
    );
  });
}
