import { Option } from 'commander';
import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { wholeNumber } from '../../whole-number.ts';
import { ONE_PROJECT, projectText } from './text.ts';

interface Options {
  responseRetentionDays?: number;
  promptCacheMarks?: 'on' | 'off';
}

/** `gateway projects update <id>` */
export const command = (context: Context) =>
  make('update', {
    example: 'gateway projects update web --response-retention-days 7 --json',
    prints: ONE_PROJECT,
    output: async () => (await import('../../../shared/contracts/projects.ts')).projectSchema,
    errors: ['not_logged_in', 'not_found', 'invalid_request', 'permission_denied'],
  })
    .argument('<id>', 'its id or name')
    .option(
      '--response-retention-days <days>',
      'how long conversations of the Responses API are kept; 0: not',
      wholeNumber('--response-retention-days', 366, 0),
    )
    .addOption(
      new Option('--prompt-cache-marks <state>', 'whether prompts are marked for caching by providers').choices([
        'on',
        'off',
      ]),
    )
    .action(async (id: string, { responseRetentionDays, promptCacheMarks }: Options) => {
      const body = {
        ...(responseRetentionDays !== undefined && { response_retention_days: responseRetentionDays }),
        ...(promptCacheMarks && { prompt_cache_marks: promptCacheMarks === 'on' }),
      };
      if (Object.keys(body).length === 0)
        throw new GatewayError('usage', 'Nothing to change was named.', {
          hint: 'Add --response-retention-days 7 or --prompt-cache-marks off. `gateway projects rename` changes the name.',
        });
      const { updateProject } = await import('../../../shared/contracts/projects.ts');
      await context.show(await context.call(updateProject, { params: { id }, body }), projectText);
    });
