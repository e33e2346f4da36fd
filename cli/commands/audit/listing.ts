import type { Command } from 'commander';
import type { AuditEntry } from '../../../shared/contracts/audit.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { mergedOptions } from '../../merged-options.ts';
import { shortTime, table } from '../../table.ts';
import { wholeNumber } from '../../whole-number.ts';

interface Options {
  limit: number;
  actor?: string;
  action?: string;
}

/** `gateway audit` and `gateway audit list`, which are the same. */
export function listing(context: Context, name: 'audit' | 'list'): Command {
  return make(name, {
    example: `gateway audit${name === 'list' ? ' list' : ''} --action key --limit 20 --json`,
    prints:
      '[{"id":"42","created_at":"2026-01-01T00:00:00.000Z","actor":"usr_1a2b","actor_name":"ann@example.com","action":"key.created","target":"key_1a2b","details":{…}}, …]',
    output: async () => (await import('../../../shared/contracts/audit.ts')).auditSchema.array(),
    errors: ['not_logged_in', 'permission_denied'],
  })
    .option('--actor <who>', 'only what this person (e-mail address or id) or key (id) did')
    .option('--action <what>', 'only this: key.created, or every action on keys: key')
    .option('--limit <n>', 'so many, newest first', wholeNumber('--limit', 99_999), 50)
    .action(async (own: Options, called: Command) => {
      const { limit, ...query } = mergedOptions(own, called);
      const [{ listAudit }, { list }] = await Promise.all([
        import('../../../shared/contracts/audit.ts'),
        import('../../pages.ts'),
      ]);
      const entries = await list<AuditEntry>(context, listAudit, { ...query }, limit);
      await context.show(entries, (rows, paint, width) => {
        if (rows.length === 0) return 'Nothing of this kind was changed.';
        const columns = [
          { title: width === undefined ? 'when' : 'when UTC' },
          { title: 'who' },
          { title: 'what' },
          { title: 'to', drop: 1 },
          { title: 'details', wrap: true, drop: 2 },
        ];
        const cells = rows.map((row) => [
          shortTime(row.created_at, width),
          row.actor_name ?? row.actor,
          row.action,
          row.target,
          detailsText(row.details),
        ]);
        return table(paint, width, columns, cells);
      });
    });
}

/** `name ci, limit_usd 5.00`; what is itself a list or an object as JSON. */
function detailsText(details: Record<string, unknown>): string {
  const told = Object.entries(details).filter(([, value]) => value !== undefined && value !== null);
  return told.map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ');
}
