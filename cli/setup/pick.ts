import type { Context } from '../context.ts';
import { INTEGRATIONS } from '../integrations/index.ts';
import type { Integration, Surroundings } from '../integrations/integration.ts';
import { answered } from '../prompt.ts';
import { isFound } from './found.ts';

/** Asks which tools are meant; those found here are ticked. Only behind `Context.mayAsk`. */
export async function pickTools(context: Context, at: Surroundings): Promise<Integration[]> {
  const { checkbox } = await import('@inquirer/prompts');
  const choices = INTEGRATIONS.map((tool) => {
    const found = isFound(tool, at);
    return { value: tool, name: `${tool.title}${found ? '' : ' (not found here)'}`, checked: found };
  });
  const { stdin: input, stderr: output } = context.streams;
  return answered(checkbox({ message: 'Which tools?', choices, required: true, pageSize: 20 }, { input, output }));
}
