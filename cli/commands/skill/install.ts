import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { addSkillFlags, choiceOf, previewSteps, type SkillFlags, showSteps, skillResults } from '../../skill/flags.ts';

/** `gateway skill install`: writes the skill where the agents that are found here read skills. */
export const command = (context: Context) =>
  addSkillFlags(
    make('install', {
      example: 'gateway skill install --agent claude --json',
      prints:
        '{"results":[{"agent":"claude","status":"installed","path":"/home/ann/.claude/skills/gateway/SKILL.md","reason":null}]}',
      examples: ['gateway skill install --all --scope project --dry-run'],
      output: skillResults,
      errors: ['unsafe_write', 'file_error'],
    }),
    'overwrite a file that gateway did not write, or that was changed since',
  )
    .option('--all', 'every agent that is known, found here or not')
    .action(async (flags: SkillFlags) => {
      const [{ placesOf }, { apply, look }, { planInstall }, { SKILL_NAME, skillText }, { marked }] = await Promise.all(
        [
          import('../../skill/agents.ts'),
          import('../../skill/apply.ts'),
          import('../../skill/plan.ts'),
          import('../../skill/text.ts'),
          import('../../skill/mark.ts'),
        ],
      );
      const text = marked(skillText());
      const steps = planInstall(await look(placesOf(context, flags.scope, SKILL_NAME)), text, choiceOf(flags));
      previewSteps(context, steps);
      await context.signals.hold(apply(steps, text));
      await showSteps(context, steps, 'No agent was found here. Name one with --agent, or take --all.');
    });
