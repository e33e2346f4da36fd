import { GatewayError } from '../shared/errors.ts';
import { nearest } from './nearest.ts';
import { COMMANDS } from './tree.ts';

/** The error for words that name no command, with the nearest ones that do. */
export function unknownPath(words: readonly string[]): GatewayError {
  const path = words.join(' ');
  const near = nearest(
    path,
    COMMANDS.map((row) => row.path),
  );
  return new GatewayError('usage', `There is no command "${path}".`, {
    hint: near ? `Did you mean ${near}?` : 'Run `gateway commands` to see them all.',
    next: [{ command: 'gateway commands', when: 'to see every command' }],
  });
}
