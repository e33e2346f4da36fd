import { expect, test } from 'vitest';
import { formatCidr, parseCidr } from '../../shared/cidr.ts';

test.each([
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['192.0.2.1', '192.0.2.1/32'],
  [' 2001:DB8::/32 ', '2001:db8::/32'],
  ['::1', '::1/128'],
  ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ['::ffff:10.0.0.1', '10.0.0.1/32'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['::/0', '::/0'],
])('reads %s as %s', (text, kept) => {
  expect(formatCidr(parseCidr(text)!)).toBe(kept);
});

test.each([
  '',
  '/8',
  '10.0.0.0/33',
  '10.0.0.0/08',
  '10.0.0.0/',
  '10.0.0/8',
  '2001:db8::/129',
  '010.0.0.1',
  'example.com',
  '10.0.0.0/8/8',
  'fe80::1%eth0',
  '::ffff:0:0/80',
])('refuses %s', (text) => {
  expect(parseCidr(text)).toBeUndefined();
});
