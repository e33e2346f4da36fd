import type { Endpoint } from '../shared/contracts/endpoint.ts';
import { flagOf, inFlags } from './input-error.ts';
import { RemoteError } from './remote-error.ts';

/** A server's refusal by the names that a person typed: flags where it names fields, and the argument for what is in the path. */
export function inTypedNames(error: RemoteError, contract: Endpoint, flags: Record<string, string>): RemoteError {
  const { failure } = error;
  const own = failure.code === 'not_found' ? placeHint(contract) : undefined;
  const field = failure.param?.split('.')[0];
  const isArgument = field !== undefined && contract.path.includes(`{${field}}`);
  if (!field || isArgument || failure.status >= 500) return own ? new RemoteError({ ...failure, hint: own }) : error;
  const flag = flagOf(field, flags);
  const message = failure.message.replaceAll(new RegExp(`(^|; )${escaped(failure.param!)}:`, 'g'), `$1${flag}`);
  return new RemoteError({ ...failure, param: flag, message: inFlags(message, flags), hint: own });
}

/** An id can be corrected; a whole path that is missing is another server's. */
function placeHint(contract: Endpoint): string {
  return contract.path.includes('{id}')
    ? 'Check the id.'
    : 'The server does not have this. Check GATEWAY_API_URL, and that its version is that of this command line.';
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
