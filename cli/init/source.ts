import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { readSecret } from '../secret-input.ts';

/** Reads secrets from where flags say: `-` (stdin, once), `@file`, `env:NAME`. */
export function secretReader(context: Context): (source: string, flag: string) => Promise<string> {
  let stdinOf: string | undefined;
  return async (source, flag) => {
    const variable = /^env:(.+)$/.exec(source)?.[1];
    if (variable !== undefined) {
      const value = context.env[variable]?.trim();
      if (value) return value;
      throw new GatewayError('input_required', `${flag} names the variable ${variable}, which is not set.`, {
        param: flag,
        hint: `Set ${variable}, or name a file with ${flag} @path.`,
      });
    }
    if (source === '-' && !context.streams.stdin.isTTY) {
      if (stdinOf !== undefined)
        throw new GatewayError('usage', `${flag} and ${stdinOf} cannot both be read from stdin.`, {
          param: flag,
          hint: 'Name a file with @path, or a variable with env:NAME, for one of them.',
        });
      stdinOf = flag;
    }
    return readSecret(context, source, flag);
  };
}
