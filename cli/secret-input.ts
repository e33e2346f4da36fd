import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GatewayError } from '../shared/errors.ts';
import type { Context } from './context.ts';
import { readStdin } from './stdin.ts';

const MAX_BYTES = 64 * 1024;

/**
 * A secret from stdin (`-`) or a file (`@path`); never from the flag's own value, which other users of the machine can
 * see. At a terminal `-` asks for it without showing it.
 */
export async function readSecret(context: Context, value: string, flag: string): Promise<string> {
  const text =
    value === '-'
      ? await fromStdin(context, flag)
      : value.startsWith('@')
        ? fromFile(context, value.slice(1), flag)
        : undefined;
  if (text === undefined) {
    throw new GatewayError('usage', `${flag} does not take a secret as its value.`, {
      param: flag,
      hint: `Give it on stdin with \`${flag} -\`, or in a file with \`${flag} @path\`.`,
    });
  }
  const secret = text.trim();
  if (secret === '')
    throw new GatewayError('input_required', `${flag} was given nothing.`, {
      param: flag,
      hint: `Write the secret to stdin, or name a file with \`${flag} @path\`.`,
    });
  return secret;
}

async function fromStdin(context: Context, flag: string): Promise<string> {
  if (context.streams.stdin.isTTY) return context.ask('The secret', flag, { secret: true });
  const tooMuch = () => new GatewayError('usage', `${flag} was given more than ${MAX_BYTES} bytes.`, { param: flag });
  return readStdin(context, MAX_BYTES, tooMuch);
}

function fromFile(context: Context, path: string, flag: string): string {
  try {
    return readFileSync(resolve(context.cwd, path), 'utf8');
  } catch (cause) {
    throw new GatewayError(
      'file_error',
      `${flag} names ${path}, which cannot be read (${(cause as NodeJS.ErrnoException).code}).`,
      { cause, param: flag },
    );
  }
}
