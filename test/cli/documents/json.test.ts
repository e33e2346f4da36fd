import { describe, expect, test } from 'vitest';
import type { Change } from '../../../cli/documents/document.ts';
import { json5, jsonc, strictJson } from '../../../cli/documents/json.ts';

const set = (path: Change['path'], value: Change['value']): Change => ({ path, value });
const env = set(['env', 'KEY'], 'x');

describe('strict JSON', () => {
  test.each<[string, string, Change, string]>([
    ['an empty file becomes an object', '', env, '{\n  "env": {\n    "KEY": "x"\n  }\n}\n'],
    ['an empty object is opened', '{}', env, '{\n  "env": {\n    "KEY": "x"\n  }\n}'],
    [
      'tabs and CRLF are kept',
      '{\r\n\t"a": 1\r\n}\r\n',
      env,
      '{\r\n\t"a": 1,\r\n\t"env": {\r\n\t\t"KEY": "x"\r\n\t}\r\n}\r\n',
    ],
    ['four blanks are kept', '{\n    "a": 1\n}', env, '{\n    "a": 1,\n    "env": {\n        "KEY": "x"\n    }\n}'],
    ['a minified file stays on its line', '{"a":1,"b":[1,2]}', env, '{"a":1,"b":[1,2],"env":{"KEY":"x"}}'],
    [
      'a short object stays on its line',
      '{\n  "env": { "A": "1" }\n}\n',
      env,
      '{\n  "env": { "A": "1", "KEY": "x" }\n}\n',
    ],
    [
      'an object that would be too long for its line gets another one',
      `{\n  "env": {"A": "${'1'.repeat(90)}"}\n}\n`,
      env,
      `{\n  "env": {"A": "${'1'.repeat(90)}",\n    "KEY": "x"\n  }\n}\n`,
    ],
    ['a byte order mark stays', '\uFEFF{"a": 1}', set(['a'], 2), '\uFEFF{"a": 2}'],
    ['of a name that comes twice the last one is set', '{"a": 1, "a": 2}', set(['a'], 3), '{"a": 1, "a": 3}'],
    ['a name that comes twice is taken out twice', '{"a": 1, "b": 0, "a": 2}', set(['a'], undefined), '{"b": 0}'],
    [
      'big integers stay as they are',
      '{"n": 12345678901234567890, "a": 1}',
      set(['a'], 2),
      '{"n": 12345678901234567890, "a": 2}',
    ],
    ['commas before the names do no harm', '{ "a": 1\n, "b": 2\n}', set(['c'], 3), '{ "a": 1\n, "b": 2, "c": 3\n}'],
    [
      'a member called __proto__ is one like others',
      '{"__proto__": {"a": 1}}',
      set(['__proto__', 'a'], 2),
      '{"__proto__": {"a": 2}}',
    ],
    ['the first member goes with its comma', '{\n  "a": 1,\n  "b": 2\n}', set(['a'], undefined), '{\n  "b": 2\n}'],
    [
      'the last member goes with the comma before it',
      '{\n  "a": 1,\n  "b": 2\n}',
      set(['b'], undefined),
      '{\n  "a": 1\n}',
    ],
    [
      'the only member leaves an empty object',
      '{\n  "a": {\n    "b": 1\n  }\n}',
      set(['a', 'b'], undefined),
      '{\n  "a": {}\n}',
    ],
    ['a member on the line of others goes', '{ "a": 1, "b": 2, "c": 3 }', set(['b'], undefined), '{ "a": 1, "c": 3 }'],
    ['what is not there cannot be taken out', '{"a": 1}', set(['b', 'c'], undefined), '{"a": 1}'],
    [
      'what is so already is left alone',
      '{"a" :{"c":1,   "b":[1 ]}}',
      set(['a'], { b: [1], c: 1 }),
      '{"a" :{"c":1,   "b":[1 ]}}',
    ],
    [
      'an object is changed only where it differs',
      '{"p": {"url" : "old", "gone": 1,  "same":  true}}',
      set(['p'], { url: 'new', same: true }),
      '{"p": {"url" : "new", "same":  true}}',
    ],
    [
      'the item of a list is found by a member',
      '{"m": [{"id": "a", "n": 1}, {"id": "b", "n": 1}]}',
      set(['m', { where: 'id', is: 'b' }, 'n'], 2),
      '{"m": [{"id": "a", "n": 1}, {"id": "b", "n": 2}]}',
    ],
    [
      'an item that is missing is made',
      '{\n  "m": [\n    {"id": "a"}\n  ]\n}',
      set(['m', { where: 'id', is: 'b' }, 'n'], 2),
      '{\n  "m": [\n    {"id": "a"},\n    {\n      "id": "b",\n      "n": 2\n    }\n  ]\n}',
    ],
  ])('%s', (_title, before, change, after) => {
    expect(strictJson.edit(before, change)).toBe(after);
    expect(() => JSON.parse(after.replace(/^\uFEFF/, ''))).not.toThrow();
    expect(strictJson.edit(after, change)).toBe(after);
  });

  test.each<[string, string, number, number]>([
    ['a comma too many', '{\n  "a": 1,\n}', 3, 1],
    ['a comment', '{\n  // no\n}', 2, 3],
    ['a tab in a string', '{\n "a": "\t"}', 2, 8],
    ['a text that ends too early', '{\n "a": 1', 2, 8],
    ['something behind the end', '{}\n{}', 2, 1],
  ])('%s is told with its place', (_title, text, line, column) => {
    expect(() => strictJson.read(text)).toThrow(expect.objectContaining({ line, column }));
  });

  test.each<[string, string, Change, string]>([
    [
      'a value on the way that holds nothing',
      '{\n "a": {"b": "x"}\n}',
      set(['a', 'b', 'c'], 1),
      'a.b is a string, not an object',
    ],
    ['a list on the way to a member', '{\n "a": [1]\n}', set(['a', 'b'], 1), 'a is a list, not an object'],
    [
      'an object on the way to an item',
      '{\n "a": {}\n}',
      set(['a', { where: 'id', is: 'x' }], {}),
      'a is an object, not a list',
    ],
  ])('%s is told with its place', (_title, text, change, message) => {
    expect(() => strictJson.edit(text, change)).toThrow(expect.objectContaining({ message, line: 2 }));
  });
});

describe('JSONC', () => {
  const settings = '// top\n{\n  // one\n  "a": 1, // about a\n  "b": 2 // about b\n  // tail\n}';
  test.each<[string, string, Change, string]>([
    [
      'a comment at the end of a line stays on it',
      settings,
      set(['c'], 3),
      '// top\n{\n  // one\n  "a": 1, // about a\n  "b": 2, // about b\n  "c": 3\n  // tail\n}',
    ],
    ['a trailing comma is kept', '{\n  "a": 1, // x\n}', set(['c'], 3), '{\n  "a": 1, // x\n  "c": 3,\n}'],
    [
      'comments around what is taken out stay',
      settings,
      set(['b'], undefined),
      '// top\n{\n  // one\n  "a": 1 // about a\n  // about b\n  // tail\n}',
    ],
    ['a file of comments keeps them', '// nothing yet\n', set(['a'], 1), '// nothing yet\n{\n  "a": 1\n}\n'],
    ['an object of comments keeps them', '{\n  // nothing yet\n}', set(['a'], 1), '{\n  // nothing yet\n  "a": 1\n}'],
    ['a comma in a comment is none', '{\n  "a": 1 /* , */\n}', set(['b'], 2), '{\n  "a": 1, /* , */\n  "b": 2\n}'],
    [
      'the bracket behind a comment stays on its line',
      '{\n  "a": 1, // x\n  "b": 2 }',
      set(['b'], undefined),
      '{\n  "a": 1 // x\n  }',
    ],
  ])('%s', (_title, before, change, after) => {
    expect(jsonc.edit(before, change)).toBe(after);
    expect(jsonc.edit(after, change)).toBe(after);
  });
});

describe('JSON5', () => {
  test.each<[string, string, Change, string]>([
    [
      'names stay bare and quotes single',
      "{\n  a: 'x',\n}",
      set(['b'], { c: 'y' }),
      "{\n  a: 'x',\n  b: {\n    c: 'y',\n  },\n}",
    ],
    ['a name that must be quoted is', "{ a: 'x' }", set(['gpt-5/x'], 1), "{ a: 'x', 'gpt-5/x': 1 }"],
    ['quoted names stay quoted', '{ "a": 1 }', set(['b'], 1), '{ "a": 1, "b": 1 }'],
    ['a string with the quote in it takes the other one', "{ a: 'x' }", set(['a'], "it's"), '{ a: "it\'s" }'],
    [
      'numbers of JSON5 stay',
      '{ a: 0xFF, b: .5, c: -Infinity, d: NaN, e: 1 }',
      set(['e'], 2),
      '{ a: 0xFF, b: .5, c: -Infinity, d: NaN, e: 2 }',
    ],
    ['escapes of JSON5 stay', "{ a: '\\x41\\\n b', e: 1 }", set(['e'], 2), "{ a: '\\x41\\\n b', e: 2 }"],
    ['$include stays', "{ $include: './base.json5' }", set(['a'], 2), "{ $include: './base.json5', a: 2 }"],
  ])('%s', (_title, before, change, after) => {
    expect(json5.edit(before, change)).toBe(after);
    expect(json5.edit(after, change)).toBe(after);
  });
});
