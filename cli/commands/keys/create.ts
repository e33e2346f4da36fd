import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { projectForKey } from '../../default-project.ts';
import { addKeyFlags } from './fields.ts';
import { addMakeFlags, madeOutput, madeText } from './made.ts';
import type { MadeKey, MakeFlags } from './make-key.ts';

/** `gateway keys create` */
export const command = (context: Context) =>
  addMakeFlags(
    addKeyFlags(
      make('create', {
        example: 'gateway keys create --name ci --limit-usd 5 --json',
        prints: '{"id":"key_…","name":"ci","key_prefix":"sk-gw-AbCd","status":"active", …,"raw":"sk-gw-…"}',
        output: () => madeOutput(false),
        errors: ['input_required', 'invalid_request', 'permission_denied', 'not_found', 'conflict', 'unsafe_write'],
      }),
    ),
  )
    .option('--if-not-exists', 'leave a key of this name as it is; its secret is not shown again')
    .action(async (options: MakeFlags & { ifNotExists?: boolean }) => {
      const name =
        options.name ?? (await context.ask('A name to find the key by', '--name', { suggested: context.folder }));
      const { makeKey } = await import('./make-key.ts');
      const there = options.ifNotExists
        ? await (await import('./find-by-name.ts')).findByName(context, name, {
            project: await projectForKey(context, options),
          })
        : undefined;
      const key: MadeKey = there ? { ...there, raw: null } : await makeKey(context, name, options);
      await context.show(key, (shown, paint, width) => madeText(shown, there ? 'exists' : 'created', paint, width));
      if (!there) await warnOfNamesakes(context, key);
    });

/** Tells a person that the name does not single the key out. The key is made: what is not known now is no failure. */
async function warnOfNamesakes(context: Context, { id, name, project }: MadeKey): Promise<void> {
  if (context.json || context.globals.quiet) return;
  const { keysNamed } = await import('./find-by-name.ts');
  const keys = await keysNamed(context, name, project).catch(() => []);
  const others = keys.filter((key) => key.id !== id && key.status === 'active').map((key) => key.id);
  if (others.length === 0) return;
  const who = others.length === 1 ? 'Another active key is' : `${others.length} other active keys are`;
  context.warn(`${who} called "${name}" too: ${others.join(', ')}. Commands find these keys only by their ids.`);
}
