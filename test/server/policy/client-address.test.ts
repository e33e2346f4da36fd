import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { clientAddress } from '../../../server/policy/client-address.ts';

const request = (remoteAddress: string | undefined, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

test.each<[string, number, string | undefined, string | undefined, string | undefined]>([
  ['the connection’s address, when no proxy is believed', 0, '::ffff:192.0.2.1', '203.0.113.9', '192.0.2.1'],
  ['the connection’s address, when the believed proxy says nothing', 1, '192.0.2.1', undefined, '192.0.2.1'],
  ['what the proxy before us saw', 1, '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['not what a caller wrote there before', 1, '10.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
  ['what the second proxy before us saw', 2, '10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['the first there is, when fewer spoke than are believed', 3, '10.0.0.1', '203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['an address without its port', 1, '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
  ['an IPv6 address without brackets and port', 1, '10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
  ['nothing, when a proxy names no address', 1, '10.0.0.1', 'unknown', undefined],
  ['nothing, when the connection is gone', 0, undefined, undefined, undefined],
])('is %s', (_case, trusted, socket, forwarded, found) => {
  expect(clientAddress(request(socket, forwarded), trusted)?.text).toBe(found);
});
