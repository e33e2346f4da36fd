import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { factLines } from '../../table.ts';

/** `gateway models refresh`: the server takes a newer list of models and prices. */
export const command = (context: Context) =>
  make('refresh', {
    example: 'gateway models refresh --source ./api.json --json',
    prints:
      '{"source":"https://models.dev/api.json","models":412,"changed":7,"added":31,"held":[],"last_error":null, …}',
    output: async () => (await import('../../../shared/contracts/catalog.ts')).catalogSchema,
    errors: ['not_logged_in', 'permission_denied', 'catalog_refused', 'catalog_unreachable'],
  })
    .option('--source <url|file>', "a list of the shape of models.dev's api.json (default: where the server looks)")
    .action(async ({ source }: { source?: string }) => {
      const { refreshCatalog } = await import('../../../shared/contracts/catalog.ts');
      const body = bodyFor(context, source);
      const state = await context.call(refreshCatalog, { body }, { flags: { url: '--source', document: '--source' } });
      await context.show(state, (shown, paint, width) =>
        factLines(
          paint,
          [
            ['source', shown.source],
            ['models', `${shown.models} of ${shown.providers} providers`],
            ['changed', String(shown.changed)],
            ['added', String(shown.added)],
            ['not believed', shown.held.join(', ') || null],
            ['not read', shown.unread === 0 ? null : String(shown.unread)],
          ],
          width,
        ),
      );
    });

/** A URL is the server's to read, a file is ours: it goes along whole. */
function bodyFor(context: Context, source: string | undefined): { url?: string; document?: string; source?: string } {
  if (source === undefined) return {};
  if (/^https?:\/\//i.test(source)) return { url: source };
  return { document: readList(context, source), source: basename(source) };
}

function readList(context: Context, path: string): string {
  try {
    return readFileSync(resolve(context.cwd, path), 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new GatewayError('file_error', `--source names ${path}, which cannot be read (${code}).`, {
      param: '--source',
      cause,
      hint: 'Name a file that you may read, or a URL.',
    });
  }
}
