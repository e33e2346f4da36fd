import { GatewayError } from '../../shared/errors.ts';

/** What proves who is asking comes from the credential in force, never from the command line. */
const CREDENTIALS = /^(authorization|proxy-authorization|cookie|x-api-key|x-goog-api-key|x-internal-secret)$/;
/** What the connection is made of. */
const OURS = /^(host|connection|content-length|transfer-encoding|upgrade|expect|keep-alive|te|trailer)$/;

/** `name: value` lines as headers, names in lower case. */
export function parseHeaders(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((line) => {
      const [, name = '', value = ''] = /^([!#$%&'*+.^`|~\w-]+)\s*:\s*([\x20-\x7e]*)$/.exec(line) ?? [];
      const lower = name.toLowerCase();
      if (lower === '') throw wrong('it must look like "x-source: ci".');
      if (CREDENTIALS.test(lower))
        throw wrong(
          `${lower} would show a secret to everybody on this machine.`,
          'The credential in force is sent by itself; another one is given with `--key -` or `--key @file`.',
        );
      if (OURS.test(lower)) throw wrong(`${lower} is set by the connection itself.`);
      return [lower, value];
    }),
  );
}

function wrong(what: string, hint?: string): GatewayError {
  return new GatewayError('usage', `--header: ${what}`, { param: '--header', hint });
}
