import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';

/** `gateway skill`: the skill itself. */
export const command = (context: Context) =>
  make('skill', {
    example: 'gateway skill --json',
    prints: '{"name":"gateway","description":"Get an API key, …","text":"---\\nname: gateway\\n…"}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({ name: z.string(), description: z.string(), text: z.string() });
    },
  }).action(async () => {
    const { SKILL_DESCRIPTION, SKILL_NAME, skillText } = await import('../../skill/text.ts');
    const skill = { name: SKILL_NAME, description: SKILL_DESCRIPTION, text: skillText() };
    await context.show(skill, () => skill.text);
  });
