import { expect, test } from 'vitest';
import { addToObject, findUsage } from '../../../server/dialects/usage-splice.ts';

test.each([
  ['at the end', '{"a":1,"usage":{"x":1}}'],
  ['in the middle, with spaces', '{"a":1, "usage" : { "x" : 1 } , "b":[{"c":"}"}]}'],
  ['beside text that looks like it', '{"a":"\\"usage\\":{\\"x\\":2}","usage":{"x":1},"b":"\\"usage\\":{"}'],
  ['with one of the same name deeper down, behind it', '{"usage":{"x":1},"b":{"usage":{"x":2}}}'],
  ['with one of the same name deeper down, before it', '{"b":[{"usage":{"x":2}}],"usage":{"x":1}}'],
  ['with nested objects and braces in strings', '{"usage":{"x":1,"d":{"e":"}\\""}},"z":1}'],
])('the top-level usage object is found %s', (_where, text) => {
  const body = Buffer.from(text);
  const span = findUsage(body)!;
  expect(JSON.parse(body.toString('utf8', span.start, span.end))).toEqual(JSON.parse(text).usage);
  const completed = addToObject(body, span, '"cost":0.5');
  expect(JSON.parse(completed.toString())).toEqual({
    ...JSON.parse(text),
    usage: { ...JSON.parse(text).usage, cost: 0.5 },
  });
});

test.each([
  ['none', '{"a":1}'],
  ['null', '{"usage":null}'],
  ['only deeper down', '{"b":{"usage":{"x":2}}}'],
  ['a cut answer', '{"usage":{"x":1}'],
])('there is no usage object when there is %s', (_what, text) => {
  expect(findUsage(Buffer.from(text))).toBeUndefined();
});

test('an empty usage object is filled without a comma', () => {
  const body = Buffer.from('{"usage":{ }}');
  expect(JSON.parse(addToObject(body, findUsage(body)!, '"cost":1').toString())).toEqual({ usage: { cost: 1 } });
});
