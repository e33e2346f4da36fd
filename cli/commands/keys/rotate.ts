import type { z } from 'zod';
import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { KEY_ARGUMENT } from './fields.ts';
import { addSecretFlags } from './made.ts';
import type { SecretFile, SecretFlags } from './make-key.ts';
import { secretText } from './text.ts';

/** `gateway keys rotate <id>` */
export const command = (context: Context) =>
  addSecretFlags(
    make('rotate', {
      example: 'gateway keys rotate key_1a2b --grace 24h --yes --json',
      prints: '{"id":"key_1a2b","name":"ci", …,"raw":"sk-gw-…","old_expires_at":"2026-01-02T00:00:00.000Z"}',
      output: rotated,
      errors: ['confirmation_required', 'not_found', 'conflict', 'permission_denied', 'unsafe_write'],
    })
      .argument('<id>', KEY_ARGUMENT)
      .option('--grace <time>', 'how long the old secret goes on working, such as 24h (default: not at all)'),
  ).action(async (idOrName: string, { grace, ...flags }: SecretFlags & { grace?: string }) => {
    const [{ keyId, keyLabel }, { checkSecretFile, secretFileOf }, { rollKey }, { forgetKey, rememberKey }] =
      await Promise.all([
        import('./named.ts'),
        import('./make-key.ts'),
        import('../../../shared/contracts/keys.ts'),
        import('./last-key.ts'),
      ]);
    const file = secretFileOf(flags);
    const id = await keyId(context, idOrName);
    await checkSecretFile(context, file);
    const end = grace ? `The old one stops working after ${grace}` : 'The old one stops working at once';
    await context.confirm(`Give ${await keyLabel(context, id)} a new secret? ${end}.`);
    const key = await context.signals.hold(
      (async () => {
        const rolled = await context.call(rollKey, { params: { id }, body: grace ? { grace } : {} });
        await (flags.cache ? rememberKey(context, rolled) : forgetKey(context, id));
        return { ...rolled, ...(file && (await writeRolled(context, rolled, file))) };
      })(),
    );
    await context.show(key, ({ name, raw, written_to }, paint) =>
      raw === null
        ? `${name} has a new secret. It is in ${written_to}.`
        : secretText(`${name} has a new secret.`, raw, paint),
    );
  });

async function rotated(): Promise<z.ZodType> {
  const [{ z }, { rollKey }] = await Promise.all([import('zod'), import('../../../shared/contracts/keys.ts')]);
  return rollKey.reply.extend({ raw: z.string().nullable(), written_to: z.string().optional() });
}

async function writeRolled(
  context: Context,
  { id, raw }: { id: string; raw: string },
  file: SecretFile,
): Promise<{ raw: string | null; written_to?: string }> {
  const { writeSecret } = await import('./make-key.ts');
  try {
    return { raw: null, written_to: await writeSecret(context, file, raw, false) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new GatewayError(error.code, `${id} has a new secret, but it was not written. ${error.message}`, {
      cause: error,
      hint: `${error.hint} Then run the command again: it gives the key another secret.`,
    });
  }
}
