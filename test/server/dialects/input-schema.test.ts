import { describe, expect, test } from 'vitest';
import { inputSchema } from '../../../server/dialects/input-schema.ts';
import type { JsonObject } from '../../../server/dialects/lossless.ts';

const TEXT = { type: 'string' };
const COUNT = { type: 'integer' };

describe('a tool’s schema without alternatives at the top', () => {
  test('has the properties of every alternative, and requires what each of them requires', () => {
    const circle = { type: 'object', properties: { kind: { const: 'circle' }, r: COUNT }, required: ['kind', 'r'] };
    const square = { properties: { kind: { const: 'square' }, side: COUNT }, required: ['kind', 'side'] };
    for (const key of ['anyOf', 'oneOf']) {
      expect(inputSchema({ [key]: [circle, square], description: 'A shape.' })).toEqual({
        type: 'object',
        description: 'A shape.',
        properties: { kind: { anyOf: [{ const: 'circle' }, { const: 'square' }] }, r: COUNT, side: COUNT },
        required: ['kind'],
      });
    }
  });

  test('keeps its own properties, and does not require what one alternative alone does', () => {
    const own = { type: 'object', properties: { route: TEXT, file: TEXT }, required: ['repo'] };
    expect(inputSchema({ ...own, anyOf: [{ required: ['route'] }, { required: ['file'] }] })).toEqual(own);
  });

  test('keeps its own word on a property that some alternatives do not speak of', () => {
    const schema = {
      properties: { a: TEXT },
      anyOf: [{ properties: { a: { const: 'x' } } }, { properties: { b: TEXT } }],
    };
    expect(inputSchema(schema)).toMatchObject({ properties: { a: TEXT, b: TEXT } });
  });

  test('has all that allOf demands', () => {
    const $defs = { base: { type: 'object', properties: { id: TEXT }, required: ['id'] } };
    const allOf = [{ $ref: '#/$defs/base' }, { properties: { size: COUNT }, required: ['size'] }];
    expect(inputSchema({ allOf, $defs, properties: { more: TEXT } })).toEqual({
      type: 'object',
      $defs,
      properties: { more: TEXT, id: TEXT, size: COUNT },
      required: ['id', 'size'],
    });
  });

  test('is closed where every alternative is, and leaves out those that are no objects', () => {
    const closed = (name: string) => ({ type: 'object', properties: { [name]: TEXT }, additionalProperties: false });
    expect(inputSchema({ anyOf: [closed('a'), closed('b'), { type: 'null' }] })).toEqual({
      type: 'object',
      properties: { a: TEXT, b: TEXT },
      additionalProperties: false,
    });
  });

  test('ends, though it refers to itself or doubles with each definition', () => {
    expect(inputSchema({ properties: { a: TEXT }, anyOf: [{ $ref: '#' }, { $ref: '#/$defs/none' }] })).toEqual({
      type: 'object',
      properties: { a: TEXT },
    });
    const $defs: JsonObject = { d60: { properties: { deep: TEXT }, required: ['deep'] } };
    for (let at = 0; at < 60; at++) {
      const next = { $ref: `#/$defs/d${at + 1}` };
      $defs[`d${at}`] = { anyOf: [next, next], allOf: [next, next] };
    }
    expect(inputSchema({ anyOf: [{ $ref: '#/$defs/d0' }], $defs })).toMatchObject({
      properties: { deep: TEXT },
      required: ['deep'],
    });
  });
});
