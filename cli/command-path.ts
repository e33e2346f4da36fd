import { GatewayError } from '../shared/errors.ts';
import { meantPaths } from './meant.ts';

/** The error for words that name no command, with the nearest ones that do. */
export function unknownPath(words: readonly string[]): GatewayError {
  const near = meantPaths(words);
  return new GatewayError('usage', `There is no command "${words.join(' ')}".`, {
    hint: near.length > 0 ? `Did you mean ${near.join(', or ')}?` : 'Run `gateway commands` to see them all.',
    next: [{ command: 'gateway commands', when: 'to see every command' }],
  });
}
