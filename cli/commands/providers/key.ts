import { type Command, Option } from 'commander';
import { GatewayError } from '../../../shared/errors.ts';
import type { Context } from '../../context.ts';
import { readSecret } from '../../secret-input.ts';

interface KeyOptions {
  key?: string;
  keyEnv?: string;
  keyStdin?: boolean;
}

/** The flags by which a provider's key is given; none takes the key itself, which other users of the machine could see. */
export function keyOption(command: Command): Command {
  return command
    .addOption(
      new Option('--key <source>', "the provider's key: - for stdin, @path for a file").conflicts([
        'keyEnv',
        'keyStdin',
      ]),
    )
    .addOption(new Option('--key-env <variable>', 'the environment variable that holds it').conflicts('keyStdin'))
    .addOption(new Option('--key-stdin', 'short for --key -'));
}

/** The key from where the flags say; undefined where none says. */
export async function keyFrom(context: Context, { key, keyEnv, keyStdin }: KeyOptions): Promise<string | undefined> {
  if (keyEnv !== undefined) return fromVariable(context, keyEnv);
  if (keyStdin) return readSecret(context, '-', '--key-stdin');
  return key === undefined ? undefined : readSecret(context, key, '--key');
}

/** The key from a prompt, or `input_required`; undefined for none. */
export async function askKey(context: Context, provider: string): Promise<string | undefined> {
  const given = await context.ask(`The key of ${provider}`, '--key', { secret: true });
  return given.trim() || undefined;
}

function fromVariable(context: Context, name: string): string {
  const value = context.env[name]?.trim();
  if (value) return value;
  throw new GatewayError('input_required', `The environment variable ${name} is not set.`, {
    param: '--key-env',
    hint: `Set ${name}, or give the key on stdin with \`--key -\`.`,
  });
}
