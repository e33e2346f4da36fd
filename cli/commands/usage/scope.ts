import { type Command, Option } from 'commander';
import { GatewayError } from '../../../shared/errors.ts';
import type { Context } from '../../context.ts';
import { defaultProject } from '../../default-project.ts';
import { wholeNumber } from '../../whole-number.ts';

/** What a question about usage is about: a time and, when named, a key, a project or an organisation. */
export interface Scope {
  days?: number;
  range?: string;
  from?: string;
  to?: string;
  key?: string;
  project?: string;
  org?: string;
}

/** Adds the flags of a scope to a command. */
export function scoped(command: Command): Command {
  const days = new Option('--days <n>', 'the last so many days, 1 to 365 (default: 30)');
  return command
    .addOption(days.argParser(wholeNumber('--days', 365)).conflicts(['range', 'from', 'to']))
    .addOption(new Option('--range <length>', 'the last hours or days: 1h to 365d').conflicts(['from', 'to']))
    .option('--from <when>', 'from a day (UTC) or an instant on: 2026-01-01, 2026-01-01T12:00:00Z')
    .option('--to <when>', 'up to and with a day, or up to an instant (default: now)')
    .option('--key <id>', 'only this key and the keys below it')
    .option('--project <id>', 'only this project')
    .option('--org <id>', 'another organisation of yours');
}

/** The part of a command's options that is the scope, as the contract takes it; the project may be the one chosen for good. */
export async function scopeOf(context: Context, { days, range, from, to, key, project, org }: Scope): Promise<Scope> {
  if (to !== undefined && from === undefined)
    throw new GatewayError('usage', '--to needs --from.', {
      param: '--to',
      hint: 'Add --from, or use --days or --range.',
    });
  // a key or another organisation is named: the project that was chosen for good is not meant
  const about = key === undefined && org === undefined ? await defaultProject(context, project) : project;
  if (about !== undefined && project === undefined)
    context.note(`Only the project ${about}, as chosen: \`gateway config unset project\` takes that back.`);
  return { days, range, from, to, key, project: about, org };
}

/** What answers say about a scope's project: the defaults of a command that is read by a program must not be silent. */
export async function projectField() {
  const { z } = await import('zod');
  return z.string().nullable().describe('the only project that is counted, as named or chosen; null: no such limit');
}
