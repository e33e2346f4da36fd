import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Pools } from '../../../server/providers/pools.ts';
import { isPrivateAddress, isPrivateHost } from '../../../server/providers/private-network.ts';

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '::1',
  '::',
  'fd00::1',
  'fe80::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::7f00:1',
  '168.63.129.16',
  '::7f00:1',
  '2001:0:a9fe:a9fe::1',
  '2002:7f00:1::',
  'fec0::1',
])("%s is an address of the server's own network", (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each([
  '1.1.1.1',
  '172.32.0.1',
  '169.253.1.1',
  '2606:4700::1111',
  '2001:4860:4860::8888',
  '168.63.129.17',
  '::ffff:8.8.8.8',
])('%s is public', (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});

test.each([
  ['http://127.1/v1', true],
  ['http://2130706433/v1', true],
  ['http://0x7f.1/v1', true],
  ['http://[::1]:8080', true],
  ['http://[::ffff:10.0.0.1]/', true],
  ['http://localhost:11434', true],
  ['http://a.localhost./', true],
  ['https://api.openai.com/v1', false],
  ['https://8.8.8.8/', false],
])('the host of %s leads into the own network: %s', (url, expected) => {
  expect(isPrivateHost(new URL(url))).toBe(expected);
});

const server = createServer((_request, response) => response.end('{}'));
const pools = new Pools();
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  await pools.close();
  server.close();
});

test('a pool whose last connection has closed is made anew', async () => {
  const own = createServer((_request, response) => response.writeHead(200, { connection: 'close' }).end('{}'));
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(own.address() as AddressInfo).port}`;
  const first = pools.get(origin, false);
  const { body } = await first.request({ method: 'GET', path: '/' });
  expect(pools.get(origin, false)).toBe(first);
  await body.dump();
  await expect.poll(() => pools.get(origin, false) === first).toBe(false);
  own.close();
});

test('a name that resolves into the own network is not connected to, at the time of the connection', async () => {
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const request = { method: 'GET', path: '/' } as const;
  expect((await pools.get(origin, false).request(request)).statusCode).toBe(200);
  await expect(pools.get(origin, true).request(request)).rejects.toThrow(/own network/);
});
