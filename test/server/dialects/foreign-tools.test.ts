import { expect, it } from 'vitest';
import {
  argumentsOf,
  asFunction,
  flatName,
  inputOf,
  toolNamed,
} from '../../../server/dialects/neutral/foreign-tools.ts';

it('a namespaced tool has one flat name of at most 64 characters, by which it is found again', () => {
  const long = { type: 'function', name: 'x'.repeat(60), namespace: 'mcp__server__' } as const;
  const other = { type: 'function', name: `${'x'.repeat(59)}y`, namespace: 'mcp__server__' } as const;
  expect(flatName({ name: 'find', namespace: 'crm' })).toBe('crm__find');
  expect(flatName({ name: 'find', namespace: 'mcp__crm__' })).toBe('mcp__crm__find');
  expect(flatName({ name: 'find' })).toBe('find');
  expect(flatName(long)).toHaveLength(64);
  expect(flatName(long)).not.toBe(flatName(other));
  expect(toolNamed([other, long], flatName(long))).toBe(long);
});

it('a free-form tool is a function of one string, its grammar told in words, and its input comes back', () => {
  const tool = asFunction({
    type: 'custom',
    name: 'patch',
    description: 'Edits files.',
    format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
  });
  expect(tool.description).toContain('start: "x"');
  expect(tool.parameters).toMatchObject({ required: ['input'] });
  const text = 'a "quoted"\nline';
  expect(inputOf(argumentsOf({ arguments: text, custom: true }))).toBe(text);
  expect(inputOf('not json')).toBe('not json');
  expect(argumentsOf({ arguments: '{"a":1}' })).toBe('{"a":1}');
});
