import type { Key } from '../../../shared/contracts/keys.ts';
import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import { type Context, shellWord } from '../../context.ts';
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
    const there = await findByName(context, name, { project: await projectForKey(context, options) });
    if (!there) {
      const key = { ...(await makeKey(context, name, options)), created: true };
      return context.show(key, (shown, paint) => madeText(shown, 'created', paint));
    }
    const write = await secretWriter(context, there, secretFileOf(options));
    const { key, changed } = await adjust(context, there, options);
    const made: MadeKey = { ...key, raw: null, ...(await write()) };
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

/**
 * What writes the secret of a key that was there. That it is not kept here, or that the file does not take it, is found out
 * now, before the key is changed.
 */
async function secretWriter(
  context: Context,
  key: Key,
  file: SecretFile | undefined,
): Promise<() => Promise<{ written_to?: string }>> {
  if (file === undefined) return async () => ({});
  const [{ rememberedRaw }, { checkSecretFile, writeSecret }] = await Promise.all([
    import('./last-key.ts'),
    import('./make-key.ts'),
  ]);
  const raw = await rememberedRaw(context, key.id);
  if (!raw) throw notKept(key, file);
  await checkSecretFile(context, file);
  return async () => ({ written_to: await writeSecret(context, file, raw, context.globals.dryRun) });
}

function notKept({ id, name }: Key, { file, families }: SecretFile): GatewayError {
  const sdks = families.join() === 'openai' ? '' : ` --for ${families.join()}`;
  const rotate = `gateway keys rotate ${id} --write-env ${shellWord(file)}${sdks} --yes`;
  return new GatewayError(
    'unsafe_write',
    `The key "${name}" is there already, and its secret is not kept here: it cannot be written to ${file}.`,
    {
      hint: `Nothing was changed. Give the key a new secret with \`${rotate}\`, or choose another --name.`,
      next: [{ command: rotate, when: 'to get a new secret in that file; the old one stops working' }],
    },
  );
}
