import type { Key } from '../../../shared/contracts/keys.ts';
import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { projectForKey } from '../../default-project.ts';
import { addKeyFlags, FLAG_OF, keyFields } from './fields.ts';
import { addMakeFlags, madeOutput, madeText } from './made.ts';
import type { MadeKey, MakeFlags, SecretFile } from './make-key.ts';

/** `gateway keys ensure`: safe to repeat. */
export const command = (context: Context) =>
  addMakeFlags(
    addKeyFlags(
      make('ensure', {
        example: 'gateway keys ensure --name ci --limit-usd 5 --json',
        prints: '{"id":"key_…","name":"ci", …,"raw":null,"created":false}',
        output: () => madeOutput(true),
        errors: ['input_required', 'invalid_request', 'permission_denied', 'not_found', 'conflict', 'unsafe_write'],
      }),
    ),
  ).action(async (options: MakeFlags) => {
    const name =
      options.name ?? (await context.ask('A name to find the key by', '--name', { suggested: context.folder }));
    const [{ findByName }, { secretFileOf, makeKey }] = await Promise.all([
      import('./find-by-name.ts'),
      import('./make-key.ts'),
    ]);
    const there = await findByName(context, name, await projectForKey(context, options));
    if (!there) {
      const key = { ...(await makeKey(context, name, options)), created: true };
      return context.show(key, (shown, paint) => madeText(shown, 'created', paint));
    }
    const { key, changed } = await adjust(context, there, options);
    const made: MadeKey = { ...key, raw: null, ...(await secretToFile(context, key, secretFileOf(options))) };
    context.preview({ would: made.written_to ? 'write the secret' : 'change nothing', ...made });
    await context.show({ ...made, created: false }, (shown, paint, width) =>
      madeText(shown, changed ? 'updated' : 'exists', paint, width),
    );
  });

async function adjust(context: Context, there: Key, options: MakeFlags): Promise<{ key: Key; changed: boolean }> {
  const [{ differences }, { updateKey }] = await Promise.all([
    import('./differences.ts'),
    import('../../../shared/contracts/keys.ts'),
  ]);
  const body = differences(there, keyFields(options));
  if (Object.keys(body).length === 0) return { key: there, changed: false };
  return { key: await context.call(updateKey, { params: { id: there.id }, body }, { flags: FLAG_OF }), changed: true };
}

/** The secret of a key that was there can only be written if it is still kept here. */
async function secretToFile(
  context: Context,
  key: Key,
  file: SecretFile | undefined,
): Promise<{ written_to?: string }> {
  if (file === undefined) return {};
  const [{ rememberedRaw }, { writeSecret }] = await Promise.all([import('./last-key.ts'), import('./make-key.ts')]);
  const raw = await rememberedRaw(context, key.id);
  if (raw) return { written_to: await writeSecret(context, file, raw, context.globals.dryRun) };
  throw new GatewayError(
    'unsafe_write',
    `The key "${key.name}" is there already, and its secret is not kept here: it cannot be written to ${file.file}.`,
    {
      hint: `Give the key a new secret with \`gateway keys rotate ${key.id}\`, or choose another --name.`,
      next: [{ command: `gateway keys rotate ${key.id}`, when: 'to get a new secret; the old one stops working' }],
    },
  );
}
