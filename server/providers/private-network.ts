import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks that are not the public Internet. Source: the IANA special-purpose address registries (RFC 6890). */
const NETWORKS: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Azure's machines reach their host there.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Addresses of IPv4 in the older ways of writing and of carrying them, whichever they are; the unset one and loopback.
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

const PRIVATE = new BlockList();
for (const [network, prefix] of NETWORKS) PRIVATE.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');

/** True for an address that only the server's own network can reach, loopback included. */
export function isPrivateAddress(address: string): boolean {
  return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** True for a URL whose host is written as such an address. What a name resolves to is asked when it is connected to. */
export function isPrivateHost(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 ? isPrivateAddress(host) : /(?:^|\.)localhost\.?$/.test(host);
}

/** Resolves as Node does, and fails for a name that leads into the server's own network: asked for each connection, so that a name cannot change its mind. */
export const publicLookup: LookupFunction = (hostname, options, answer) => {
  resolve(hostname, options, (error, found, family) => {
    const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
    if (!error && addresses.some(isPrivateAddress)) {
      const refusal: NodeJS.ErrnoException = new Error(`${hostname} leads into the server's own network`);
      refusal.code = 'EACCES';
      answer(refusal, '', 4);
    } else answer(error, found, family);
  });
};
