import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../../shared/errors.ts';
import type { RoutingSettings } from '../routing/settings.ts';

export type Timeouts = RoutingSettings['timeouts'];

/** What a request may say of its own time, in milliseconds; it can only ask for less than its project allows. */
const HEADERS: Readonly<Record<string, readonly (keyof Timeouts)[]>> = {
  'x-connect-timeout-ms': ['connectMs'],
  'x-first-byte-timeout-ms': ['firstByteMs'],
  'x-idle-timeout-ms': ['idleMs'],
  'x-timeout-ms': ['gatewayMs'],
};
const NAMES = Object.keys(HEADERS);

/** How long everything may take for this request. Throws `invalid_request` for a time that is none. */
export function timeoutsOf(allowed: Timeouts, headers: IncomingHttpHeaders): Timeouts {
  let own: Timeouts | undefined;
  for (const name of NAMES) {
    const given = headers[name];
    if (given === undefined) continue;
    const asked = Number(given);
    if (!Number.isInteger(asked) || asked < 1) {
      throw new GatewayError('invalid_request', `${name} must be a whole number of milliseconds, at least 1.`, {
        param: name,
        hint: '',
      });
    }
    own ??= { ...allowed };
    for (const member of HEADERS[name]!) own[member] = Math.min(allowed[member], asked);
  }
  return own ?? allowed;
}
