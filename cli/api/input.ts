import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { readStdin } from '../stdin.ts';

const MAX_BYTES = 32 * 1024 * 1024;

/** The body of `--input -` (stdin) or `--input @file`, as it is. */
export async function readInput(context: Context, source: string): Promise<string> {
  if (source === '-') return fromStdin(context);
  if (!source.startsWith('@'))
    throw new GatewayError('usage', '--input takes - for stdin, or @path for a file.', {
      param: '--input',
      hint: `If ${source} is a file, write --input @${source}.`,
    });
  try {
    return readFileSync(resolve(context.cwd, source.slice(1)), 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new GatewayError('file_error', `--input names ${source.slice(1)}, which cannot be read (${code}).`, {
      param: '--input',
      cause,
    });
  }
}

async function fromStdin(context: Context): Promise<string> {
  if (context.streams.stdin.isTTY)
    throw new GatewayError('input_required', '--input - reads a body from stdin, which is a terminal.', {
      param: '--input',
      hint: 'Pipe the body in, or name a file with --input @path.',
    });
  const tooMuch = () =>
    new GatewayError('usage', `--input was given more than ${MAX_BYTES / 1024 / 1024} MiB.`, { param: '--input' });
  return readStdin(context, MAX_BYTES, tooMuch);
}

/** A body's JSON for a preview; what is none is told by its size. */
export function shownBody(body: string | undefined): unknown {
  if (body === undefined) return null;
  try {
    return JSON.parse(body);
  } catch {
    return `${Buffer.byteLength(body)} bytes`;
  }
}
