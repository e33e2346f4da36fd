import { type Command, Option } from 'commander';
import type { z } from 'zod';
import { FAMILIES } from '../../dotenv/variables.ts';
import type { Paint } from '../../paint.ts';
import type { MadeKey } from './make-key.ts';
import { keyText, secretText } from './text.ts';

/** The flags that `keys create` and `keys ensure` share besides limits. */
export function addMakeFlags(command: Command): Command {
  return (
    addSecretFlags(
      command
        .option('--name <name>', 'label to find it by later')
        .option('--project <id>', 'the project that it belongs to')
        .option('--parent <id>', 'the key whose limits it lives under'),
    )
      // Node takes the flag of this name for its own wherever it stands, and ends when the file is missing (nodejs/node#54232)
      .addOption(
        new Option(
          '--env-file <file>',
          'the same, for a file that exists; prefer --write-env: Node takes this flag for its own and ends with 9 when the file is missing',
        ).conflicts('writeEnv'),
      )
  );
}

/** The flags that say where a new secret goes: those, and `keys rotate` has them too. */
export function addSecretFlags(command: Command): Command {
  return command
    .option('--write-env <file>', 'set the variables of `env write` in this file, instead of printing the secret')
    .option('--for <families>', `with --write-env: which SDKs: ${FAMILIES.join(', ')} (default: openai)`)
    .option('--no-cache', 'do not keep the secret for `gateway env`, `test`, `models` and `exec`');
}

/** The schema of what they print. */
export async function madeOutput(ensured: boolean): Promise<z.ZodType> {
  const [{ z }, { keyWithSecret }] = await Promise.all([import('zod'), import('../../../shared/contracts/keys.ts')]);
  const made = keyWithSecret.extend({ raw: z.string().nullable(), written_to: z.string().optional() });
  return ensured ? made.extend({ created: z.boolean() }) : made;
}

/** A key that was made, or was there already, for people. */
export function madeText(key: MadeKey, what: 'created' | 'exists' | 'updated', paint: Paint, width?: number): string {
  if (what === 'created' && key.raw) return secretText(`Created ${key.name} (${key.id}).`, key.raw, paint);
  const head = { created: 'Created', exists: 'It is there already:', updated: 'Updated' }[what];
  const written = key.written_to ? `\n\nIts secret is in ${key.written_to}.` : '';
  return `${head} ${key.name}\n\n${keyText(key, paint, width)}${written}`;
}
