import { expect, test } from 'vitest';
import { isExpressible } from '../../../server/dialects/anthropic-messages/schema.ts';
import { cleanSchema } from '../../../server/dialects/gemini/clean-schema.ts';
import type { JsonObject } from '../../../server/dialects/lossless.ts';

/** Each definition has the next one twice. */
function doubling(levels: number): JsonObject {
  const $defs: JsonObject = { [`d${levels}`]: { type: 'string' } };
  for (let at = 0; at < levels; at++) {
    const next = { $ref: `#/$defs/d${at + 1}` };
    $defs[`d${at}`] = { type: 'object', properties: { a: next, b: next } };
  }
  return { $ref: '#/$defs/d0', $defs };
}

test('a schema that doubles with each definition is refused, not built', () => {
  expect(() => cleanSchema(doubling(30))).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  expect(isExpressible(doubling(30))).toBe(true);
  expect(cleanSchema(doubling(3))).toMatchObject({ properties: { a: { properties: { b: { type: 'object' } } } } });
});

test('a reference that is no pointer is a bad request', () => {
  const bad = { type: 'object', properties: { a: { $ref: '#/%' } } };
  expect(() => cleanSchema(bad)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  expect(() => isExpressible(bad)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});

test('what is all of several inside of all of several is kept, and ends', () => {
  const inner = { allOf: [{ properties: { b: { type: 'string' } }, required: ['b'] }] };
  const $defs = {
    Inner: inner,
    Loop: { allOf: [{ $ref: '#/$defs/Loop' }, { properties: { c: { type: 'number' } } }] },
  };
  expect(cleanSchema({ type: 'object', allOf: [inner, { $ref: '#/$defs/Loop' }], $defs })).toMatchObject({
    type: 'object',
    properties: { b: { type: 'string' }, c: { type: 'number' } },
    required: ['b'],
  });
});
