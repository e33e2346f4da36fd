import { Option } from 'commander';
import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { wholeNumber } from '../../whole-number.ts';
import { ONE_PROJECT, projectText } from './text.ts';

interface Options {
  responseRetentionDays?: number;
  promptCacheMarks?: 'on' | 'off';
  /** 0: off. */
  responseCache?: number;
}

const CACHE = '--response-cache';
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
/** What `on` means. */
const USUAL_CACHE_SECONDS = 60;

/** `gateway projects update <id>` */
export const command = (context: Context) =>
  make('update', {
    example: 'gateway projects update web --response-retention-days 7 --json',
    prints: ONE_PROJECT.replace('_days":30', '_days":7'),
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
    .option(
      `${CACHE} <time>`,
      `for how long an answer serves requests that are the same: 60s, 1h, 30d; on: ${USUAL_CACHE_SECONDS}s; off`,
      cacheSeconds,
    )
    .action(async (id: string, { responseRetentionDays, promptCacheMarks, responseCache }: Options) => {
      const body = {
        ...(responseRetentionDays !== undefined && { response_retention_days: responseRetentionDays }),
        ...(promptCacheMarks && { prompt_cache_marks: promptCacheMarks === 'on' }),
        ...(responseCache !== undefined && { response_cache_seconds: responseCache || null }),
      };
      if (Object.keys(body).length === 0)
        throw new GatewayError('usage', 'Nothing to change was named.', {
          hint: 'Add --response-retention-days 7, --prompt-cache-marks off or --response-cache 1h. `gateway projects rename` changes the name.',
        });
      const { updateProject } = await import('../../../shared/contracts/projects.ts');
      await context.show(
        await context.call(updateProject, { params: { id }, body }, { flags: { response_cache_seconds: CACHE } }),
        projectText,
      );
    });

/** `60s`, `1h`, `30d`, `on` → seconds; `off` → 0. Throws `usage`. */
function cacheSeconds(text: string): number {
  if (text === 'off') return 0;
  if (text === 'on') return USUAL_CACHE_SECONDS;
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (seconds >= 10 && seconds <= 365 * UNITS.d!) return seconds;
  throw new GatewayError('usage', `${CACHE} must be on, off, or a time from 10s to 365d such as 60s, 5m, 1h or 30d.`, {
    param: CACHE,
  });
}
