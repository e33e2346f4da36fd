import { expect, test } from 'vitest';
import { cleanSchema } from '../../../../server/dialects/gemini/clean-schema.ts';

test('references are put in their place, with what stands beside them', () => {
  expect(
    cleanSchema({
      type: 'object',
      properties: {
        home: { $ref: '#/$defs/Address', description: 'Where.' },
        work: { $ref: '#/definitions/Address' },
        gone: { $ref: '#/$defs/Nothing', type: 'string' },
      },
      $defs: { Address: { type: 'object', properties: { city: { $ref: '#/$defs/City' } } }, City: { type: 'string' } },
      definitions: { Address: { type: 'string' } },
    }),
  ).toEqual({
    type: 'object',
    properties: {
      home: { type: 'object', properties: { city: { type: 'string' } }, description: 'Where.' },
      work: { type: 'string' },
      gone: { type: 'string' },
    },
  });
});

test('a schema that contains itself keeps its references, and ends', () => {
  expect(
    cleanSchema({
      type: 'object',
      properties: { tree: { $ref: '#/$defs/Node' } },
      $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' }, all: { $ref: '#' } } } },
    }),
  ).toMatchObject({
    properties: { tree: { properties: { next: { $ref: '#/$defs/Node' } } } },
    $defs: { Node: { properties: { next: { $ref: '#/$defs/Node' } } } },
  });
});

test('what Gemini does not take is said otherwise or left out', () => {
  expect(
    cleanSchema({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        kind: { const: 'a' },
        some: { type: ['string', 'null'], format: 'email', pattern: '^x', minLength: 1 },
        day: { type: 'string', format: 'date-time' },
        level: { enum: [1, 'two', null] },
        flag: { enum: ['on', true] },
        either: { oneOf: [{ type: 'string' }, { type: 'number', exclusiveMinimum: 0 }] },
        pair: { type: 'array', items: [{ type: 'string' }, true], maxItems: 2 },
        map: { type: 'object', additionalProperties: { type: 'integer', multipleOf: 2 } },
        nullable: { type: 'string', nullable: true },
      },
      patternProperties: { '^x': {} },
      required: ['kind', 'missing'],
      additionalProperties: false,
    }),
  ).toEqual({
    type: 'object',
    properties: {
      kind: { enum: ['a'] },
      some: { type: ['string', 'null'] },
      day: { type: 'string', format: 'date-time' },
      level: { enum: [1, 'two'] },
      flag: {},
      either: { anyOf: [{ type: 'string' }, { type: 'number' }] },
      pair: { type: 'array', prefixItems: [{ type: 'string' }, {}], maxItems: 2 },
      map: { type: 'object', additionalProperties: { type: 'integer' } },
      nullable: { type: ['string', 'null'] },
    },
    required: ['kind'],
    additionalProperties: false,
  });
});

test('parts that must all hold become one', () => {
  expect(
    cleanSchema({
      description: 'Both.',
      allOf: [
        { $ref: '#/$defs/A', required: ['a'] },
        { properties: { b: { type: 'number' } }, required: ['b'] },
      ],
      $defs: { A: { type: 'object', properties: { a: { type: 'string' } } } },
    }),
  ).toEqual({
    type: 'object',
    description: 'Both.',
    properties: { a: { type: 'string' }, b: { type: 'number' } },
    required: ['a', 'b'],
  });
});
