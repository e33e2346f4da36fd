import type { IncomingMessage } from 'node:http';
import { type Address, parseAddress } from '../../shared/cidr.ts';

/**
 * Where a request comes from, as far as so many proxies before us are believed: each adds the address that it saw at the
 * end of `x-forwarded-for`. Undefined when that is no address. The same rule as Express' `trust proxy` by number.
 */
export function clientAddress(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  trustProxy: number,
): Address | undefined {
  const forwarded = trustProxy > 0 ? headers['x-forwarded-for'] : undefined;
  if (forwarded === undefined) return parseAddress(socket.remoteAddress ?? '');
  const hops = String(forwarded).split(',');
  const hop = hops[Math.max(0, hops.length - trustProxy)]!;
  return parseAddress(withoutPort(hop.trim()));
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return /^(?:(\d+\.\d+\.\d+\.\d+)|\[([^\]]+)\])(?::\d+)?$/.exec(text)?.slice(1).find(Boolean) ?? text;
}
