import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { addSkillFlags, choiceOf, previewSteps, type SkillFlags, showSteps, skillResults } from '../../skill/flags.ts';

/** `gateway skill uninstall`: takes exactly our files back. */
export const command = (context: Context) =>
  addSkillFlags(
    make('uninstall', {
      example: 'gateway skill uninstall --json',
      prints:
        '{"results":[{"agent":"claude","status":"removed","path":"/home/ann/.claude/skills/gateway/SKILL.md","reason":null}, …]}',
      output: skillResults,
      errors: ['unsafe_write', 'file_error'],
    }),
    'remove a file there even if gateway did not write it, or it was changed since',
  ).action(async (flags: SkillFlags) => {
    const [{ placesOf }, { apply, look }, { planUninstall }, { SKILL_NAME }] = await Promise.all([
      import('../../skill/agents.ts'),
      import('../../skill/apply.ts'),
      import('../../skill/plan.ts'),
      import('../../skill/text.ts'),
    ]);
    const steps = planUninstall(await look(placesOf(context, flags.scope, SKILL_NAME)), choiceOf(flags));
    previewSteps(context, steps);
    await context.signals.hold(apply(steps, ''));
    await showSteps(context, steps, 'Nothing of ours is installed here.');
  });
