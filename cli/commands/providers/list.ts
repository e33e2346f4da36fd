import type { ProviderInfo } from '../../../shared/contracts/provider-keys.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { table } from '../../table.ts';

/** `gateway providers list` */
export const command = (context: Context) =>
  make('list', {
    example: 'gateway providers list --json',
    examples: ['gateway providers list --all'],
    prints:
      '[{"name":"openai","title":"OpenAI","formats":["openai-chat", …],"configured_by":"server","own_keys":[], …}, …]',
    output: async () => (await import('../../../shared/contracts/provider-keys.ts')).providerSchema.array(),
    errors: ['not_logged_in', 'permission_denied'],
  })
    .option('--all', 'also those that nobody here has a key for')
    .action(async ({ all = false }: { all?: boolean }) => {
      const [{ listProviders }, { list }] = await Promise.all([
        import('../../../shared/contracts/provider-keys.ts'),
        import('../../pages.ts'),
      ]);
      const providers = await list<ProviderInfo>(context, listProviders, {});
      const shown = all ? providers : providers.filter((row) => row.configured_by !== null || row.own_keys.length > 0);
      await context.show(shown, (rows, paint, width) => {
        if (rows.length === 0)
          return 'No provider has a key here. Add one with `gateway providers add <name>`; `gateway providers list --all` names all.';
        const columns = [
          { title: 'name' },
          { title: 'provider', wrap: true, drop: 2 },
          { title: 'key of' },
          { title: 'own keys', wrap: true },
          { title: 'speaks', wrap: true, drop: 1 },
        ];
        const cells = rows.map((row) => [
          row.name,
          row.title,
          row.configured_by === 'organization'
            ? paint.green('your own')
            : row.configured_by === 'server'
              ? 'server'
              : '–',
          row.own_keys.map(ownKeyText).join(', '),
          row.formats.join(', '),
        ]);
        return table(paint, width, columns, cells);
      });
    });

/** `default …cdef`, `second (disabled)`, `third (set aside: unauthorized)` */
function ownKeyText({ label, key_hint, status, health }: ProviderInfo['own_keys'][number]): string {
  const hint = key_hint === '' ? '' : ` …${key_hint}`;
  const fault = `${health.state}: ${health.reason}`.replaceAll('_', ' ');
  const remark = status === 'disabled' ? ' (disabled)' : health.state === 'ok' ? '' : ` (${fault})`;
  return `${label}${hint}${remark}`;
}
