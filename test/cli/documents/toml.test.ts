import { expect, test } from 'vitest';
import type { Change } from '../../../cli/documents/document.ts';
import { toml } from '../../../cli/documents/toml.ts';

const set = (path: Change['path'], value: Change['value']): Change => ({ path, value });
const gateway = { name: 'Gateway', wire_api: 'responses', http_headers: { 'X-A': '1' } };
const a = { where: 'id', is: 'a' };

test.each<[string, string, Change, string]>([
  [
    'a section is written into an empty file',
    '',
    set(['p', 'gw'], gateway),
    '[p.gw]\nname = "Gateway"\nwire_api = "responses"\n\n[p.gw.http_headers]\nX-A = "1"\n',
  ],
  [
    'a section goes behind the others',
    'm = 1\n\n[t]\nx = 1\n',
    set(['p', 'gw'], { n: 1 }),
    'm = 1\n\n[t]\nx = 1\n\n[p.gw]\nn = 1\n',
  ],
  [
    'a section goes to those of its table',
    '[p.a]\nx = 1 # c\n# tail\n\n[t]\n',
    set(['p', 'gw'], { n: 1 }),
    '[p.a]\nx = 1 # c\n\n[p.gw]\nn = 1\n# tail\n\n[t]\n',
  ],
  ['a file without a last line ending stays one', '[t]\nx = 1', set(['p'], { n: 1 }), '[t]\nx = 1\n\n[p]\nn = 1'],
  [
    'a name is quoted where it must be',
    '',
    set(['models', 'gateway/gpt-5'], { n: 1 }),
    '[models."gateway/gpt-5"]\nn = 1\n',
  ],
  [
    'a member of the top goes before the first table',
    '# top\n\n# about t\n[t]\nx = 1\n',
    set(['m'], 'x'),
    '# top\n\nm = "x"\n\n# about t\n[t]\nx = 1\n',
  ],
  ['a member of the top goes behind the others', 'k="v"\n\n[t]\n', set(['m'], 'x'), 'k="v"\nm="x"\n\n[t]\n'],
  ['a comment behind a value stays', "m = 'old' # about m\n", set(['m'], 'new'), "m = 'new' # about m\n"],
  ['a string with the quote in it takes the other one', "m = 'old'\n", set(['m'], "it's"), 'm = "it\'s"\n'],
  ['CRLF is kept', '[t]\r\nx = 1\r\n', set(['t', 'y'], 2), '[t]\r\nx = 1\r\ny = 2\r\n'],
  ['dotted names are followed', 'p.a.x = 1\n[t]\n', set(['p', 'a', 'y'], 2), 'p.a.x = 1\np.a.y = 2\n[t]\n'],
  [
    'an inline table stays in its line',
    't = { x = 1 } # c\n',
    set(['t', 'y'], { z: 'q' }),
    't = { x = 1, y = { z = "q" } } # c\n',
  ],
  ['an empty inline table is filled', 't = {}\n', set(['t', 'y'], 1), 't = { y = 1 }\n'],
  [
    'a list on several lines keeps its comments',
    'l = [\n  "a", # one\n  "b" # two\n]\n',
    set(['l'], ['a', 'b', 'c']),
    'l = [\n  "a", # one\n  "b", # two\n  "c"\n]\n',
  ],
  [
    'a list of tables gets another',
    '[[l]]\nid = "b"\n\n[t]\n',
    set(['l', a, 'x'], 1),
    '[[l]]\nid = "b"\n\n[[l]]\nid = "a"\nx = 1\n\n[t]\n',
  ],
  [
    'a table of a list is found by a member',
    '[[l]]\nid = "a"\n[l.s]\nq = 1\n\n[[l]]\nid = "b"\n',
    set(['l', a, 'x'], 1),
    '[[l]]\nid = "a"\nx = 1\n[l.s]\nq = 1\n\n[[l]]\nid = "b"\n',
  ],
  [
    'a list of objects is written as tables',
    '',
    set(['l'], [{ id: 'a' }, { id: 'b' }]),
    '[[l]]\nid = "a"\n\n[[l]]\nid = "b"\n',
  ],
  ['an empty table has a header', '', set(['l'], {}), '[l]\n'],
  [
    'big integers and dates stay',
    'n = 9007199254740993\nd = 2020-01-01\nm = 1\n',
    set(['m'], 2),
    'n = 9007199254740993\nd = 2020-01-01\nm = 2\n',
  ],
  [
    'sections go with the blank line before them',
    '[t]\nx = 1\n\n[p.gw]\nn = 1\n\n[p.gw.h]\na = 1\n\n[p.b]\n',
    set(['p', 'gw'], undefined),
    '[t]\nx = 1\n\n[p.b]\n',
  ],
  [
    'a table that nothing names any more stays as an empty one',
    '[t]\nx = 1\n\n[p.gw]\nn = 1\n',
    set(['p', 'gw'], undefined),
    '[t]\nx = 1\n\n[p]\n',
  ],
  [
    'comments around what is taken out stay',
    '# one\nx = 1 # two\n# three\ny = 2\n',
    set(['x'], undefined),
    '# one\n# two\n# three\ny = 2\n',
  ],
])('%s', (_title, before, change, after) => {
  expect(toml.edit(before, change)).toBe(after);
  expect(toml.edit(after, change)).toBe(after);
});

test.each<[string, string, number, number]>([
  ['a value that is missing', 'a = 1\nb = \n', 3, 1],
  ['a name that comes twice', 'a = 1\na = 2\n', 2, 1],
  ['a table that comes twice', '[a]\n[b]\n[a]\n', 3, 2],
  ['a string that does not end', 'a = 1\nb = "x\n', 2, 7],
])('%s is told with its place', (_title, text, line, column) => {
  expect(() => toml.read(text)).toThrow(expect.objectContaining({ line, column }));
});

test('null cannot be set', () => {
  expect(() => toml.edit('a = 1\n', set(['b'], null))).toThrow(
    expect.objectContaining({ message: 'TOML has no null, which b would hold' }),
  );
});
