import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Change } from '../../../cli/documents/document.ts';
import { yaml } from '../../../cli/documents/yaml.ts';

const set = (path: Change['path'], value: Change['value']): Change => ({ path, value });
const gw = { where: 'name', is: 'gw' };

test.each<[string, string, Change, string]>([
  ['an empty file', '', set(['a', 'b'], 'c'), 'a:\n  b: c\n'],
  ['a file of comments without a last line ending', '# c', set(['a'], 'b'), '# c\na: b'],
  [
    'CRLF',
    'a: 1\r\nb:\r\n    c: 1\r\n',
    set(['b', 'd'], { e: 2 }),
    'a: 1\r\nb:\r\n    c: 1\r\n    d:\r\n        e: 2\r\n',
  ],
  [
    'a list whose dashes stand below its name',
    'm:\n- name: a\n  v: 1\nz: 1\n',
    set(['m', gw], { name: 'gw', v: 2 }),
    'm:\n- name: a\n  v: 1\n- name: gw\n  v: 2\nz: 1\n',
  ],
  [
    'a list that is indented',
    'm:\n    - name: a\n# tail',
    set(['m', gw, 'v'], 2),
    'm:\n    - name: a\n    - name: gw\n      v: 2\n# tail',
  ],
  [
    'a new list where others are not indented',
    'a:\n- 1\n',
    set(['m', gw], { name: 'gw' }),
    'a:\n- 1\nm:\n- name: gw\n',
  ],
  [
    'an object in one line',
    'model: {default: a} # m\n',
    set(['model', 'provider'], 'x, y'),
    'model: {default: a, provider: "x, y"} # m\n',
  ],
  [
    'an empty object among blocks',
    'p: {} # none\nq: 1\n',
    set(['p', 'a'], { b: 1 }),
    'p: # none\n  a:\n    b: 1\nq: 1\n',
  ],
  ['a name with nothing behind it', 'p: # none\nq: 1\n', set(['p', 'a'], 1), 'p: # none\n  a: 1\nq: 1\n'],
  ['a comment behind a value', 'a: old   # about a\n', set(['a'], 'new'), 'a: new   # about a\n'],
  ['single quotes', "a: 'old'\n", set(['a'], "it's"), "a: 'it''s'\n"],
  ['a text in lines above', 'a: |\n  one\n\n  two\n\nb: 1\n', set(['a'], 'x'), 'a: x\n\nb: 1\n'],
  [
    'a text in lines before',
    'o:\n  a: |\n    one\n\nb: 1\n',
    set(['o', 'c'], 'x'),
    'o:\n  a: |\n    one\n  c: x\n\nb: 1\n',
  ],
  ['an object instead of a text', 'a: x # c\nb: 1\n', set(['a'], { c: 1 }), 'a: # c\n  c: 1\nb: 1\n'],
  [
    'a text instead of an object',
    'a: # c\n  # inside\n  c: 1\nb: 1\n',
    set(['a'], 'x'),
    'a: x # c\n  # inside\nb: 1\n',
  ],
  ['the end of a document', '---\na: 1\n...\n', set(['b'], 1), '---\na: 1\nb: 1\n...\n'],
  ['a member taken out', 'a: 1\nb:\n  c: 1\n  d: 2\ne: 3\n', set(['b', 'c'], undefined), 'a: 1\nb:\n  d: 2\ne: 3\n'],
  ['the only member taken out', 'b: # x\n  c: 1\n', set(['b', 'c'], undefined), 'b: {} # x\n'],
  [
    'the first member of an item taken out',
    'm:\n  - a: 1\n    name: gw\n',
    set(['m', gw, 'a'], undefined),
    'm:\n  - name: gw\n',
  ],
  [
    'an item taken out',
    'm:\n  # one\n  - name: a\n  # two\n  - name: gw\n    b: 1\n',
    set(['m', gw], undefined),
    'm:\n  # one\n  - name: a\n  # two\n',
  ],
  ['JSON', '{\n  "a": {"b": 1}\n}\n', set(['c'], { d: 1 }), '{\n  "a": {"b": 1},\n  "c": {\n    "d": 1\n  }\n}\n'],
  ['anchors that are not touched', 'a: &x {b: 1}\nc: *x\n', set(['d'], 1), 'a: &x {b: 1}\nc: *x\nd: 1\n'],
  ['what a merge brings', 'a: &x\n  b: 1\nc:\n  <<: *x\n', set(['c', 'd'], 1), 'a: &x\n  b: 1\nc:\n  <<: *x\n  d: 1\n'],
  ['tabs between name and value', 'a:\tb\t# c\n', set(['a'], 'd'), 'a:\td\t# c\n'],
  ['folded text and odd blanks', 'z:  >-\n  a\n  b\na :   1\n', set(['a'], 2), 'z:  >-\n  a\n  b\na :   2\n'],
])('a change keeps %s', (_title, before, change, after) => {
  expect(yaml.edit(before, change)).toBe(after);
  expect(yaml.edit(after, change)).toBe(after);
});

test.each([
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how Continue names a secret
  ['${{ secrets.X }}', '${{ secrets.X }}'],
  ['http://127.0.0.1:4000/v1', 'http://127.0.0.1:4000/v1'],
  ['gpt-5:free', 'gpt-5:free'],
  ["it's", "it's"],
  ['ünï 😀', 'ünï 😀'],
  ['a#b', 'a#b'],
  ['yes', '"yes"'],
  ['NO', '"NO"'],
  ['n', '"n"'],
  ['1.0', '"1.0"'],
  ['1e3', '"1e3"'],
  ['0x1F', '"0x1F"'],
  ['12:30', '"12:30"'],
  ['2020-01-01', '"2020-01-01"'],
  ['null', '"null"'],
  ['~', '"~"'],
  ['', '""'],
  ['#', '"#"'],
  ['a #b', '"a #b"'],
  ['a: b', '"a: b"'],
  ['a:', '"a:"'],
  ['- a', '"- a"'],
  ['{a}', '"{a}"'],
  ['[a', '"[a"'],
  ['*a', '"*a"'],
  ['&a', '"&a"'],
  ['!a', '"!a"'],
  ['%a', '"%a"'],
  ['@a', '"@a"'],
  ['`a', '"`a"'],
  ['"a"', '"\\"a\\""'],
  [' a', '" a"'],
  ['a\nb', '"a\\nb"'],
  ['---', '"---"'],
  ['=', '"="'],
])('the string %j is written as %s', (value, written) => {
  const text = yaml.edit('a: 1\n', set(['b'], value));
  expect(text).toBe(`a: 1\nb: ${written}\n`);
  for (const version of ['1.1', '1.2'] as const) expect(parse(text, { version })).toEqual({ a: 1, b: value });
});

test.each<[string, string, number, number]>([
  ['a tab as indentation', 'a:\n\tb: 1\n', 2, 1],
  ['a second document', 'a: 1\n---\nb: 1\n', 2, 1],
  ['a name that comes twice', 'a: 1\na: 2\n', 2, 1],
  ['an alias of nothing', 'a: 1\nb: *x\n', 2, 4],
])('%s is told with its place', (_title, text, line, column) => {
  expect(() => yaml.read(text)).toThrow(expect.objectContaining({ line, column }));
});

test.each<[string, string, Change, number]>([
  ['an alias on the way', 'a: &x\n  b: 1\nc: *x\n', set(['c', 'b'], 2), 3],
  ['what an alias stands for', 'a: &x\n  b: 1\nc: *x\n', set(['a', 'b'], 2), 2],
  ['what a merge brought', 'a: &x\n  b: 1\nc:\n  <<: *x\n', set(['c', 'b'], undefined), 4],
])('%s is not edited', (_title, text, change, line) => {
  expect(() => yaml.edit(text, change)).toThrow(expect.objectContaining({ name: 'Error', line }));
});
