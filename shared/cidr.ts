import { isIP, SocketAddress } from 'node:net';

/** An IP address in its usual spelling. An IPv4 address written as IPv6 (`::ffff:1.2.3.4`) is an IPv4 address. */
export interface Address {
  family: 'ipv4' | 'ipv6';
  text: string;
}

/** A range of addresses: all whose first `prefix` bits are those of `address`. */
export interface Cidr {
  address: Address;
  prefix: number;
}

const MAPPED = '::ffff:';
const MAPPED_BITS = 96;

/** Reads an IP address, without the zone that a link-local one may have. Undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const plain = text.replace(/%.*$/, '');
  const version = isIP(plain);
  if (version === 0) return undefined;
  if (version === 4) return { family: 'ipv4', text: plain };
  const { address } = new SocketAddress({ address: plain, family: 'ipv6' });
  const inner = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : '';
  return isIP(inner) === 4 ? { family: 'ipv4', text: inner } : { family: 'ipv6', text: address };
}

/** Reads `10.0.0.0/8`, `2001:db8::/32` or one address. Undefined for anything else. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([^/%]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text.trim());
  const address = match && parseAddress(match[1]!);
  if (!address) return undefined;
  const writtenAsV6 = match[1]!.includes(':');
  const bits = writtenAsV6 ? 128 : 32;
  const prefix = match[2] === undefined ? bits : Number(match[2]);
  if (prefix > bits) return undefined;
  if (!writtenAsV6 || address.family === 'ipv6') return { address, prefix };
  // less than the whole of the IPv4 addresses' place in IPv6 is no range of IPv4 addresses
  return prefix < MAPPED_BITS ? undefined : { address, prefix: prefix - MAPPED_BITS };
}

/** A range as it is kept: `::ffff:10.0.0.0/104` is `10.0.0.0/8`, one address has its whole length. */
export function formatCidr({ address, prefix }: Cidr): string {
  return `${address.text}/${prefix}`;
}
