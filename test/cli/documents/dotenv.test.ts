import { expect, test } from 'vitest';
import { dotenv } from '../../../cli/documents/dotenv.ts';

test.each<[string, string, string | undefined, string]>([
  ['an empty file gets its first line', '', 'x', 'A=x\n'],
  ['a file without a last line ending stays one', 'B=1', 'x', 'B=1\nA=x'],
  [
    'a line is corrected where it stands',
    '# c\nexport A="old" # note\r\nB=1\r\n',
    'x',
    '# c\nexport A=x # note\r\nB=1\r\n',
  ],
  ['a line goes', 'B=1\nA=x\nC=2\n', undefined, 'B=1\nC=2\n'],
  ['the last line of a file without a last line ending goes', 'B=1\r\nA=x', undefined, 'B=1'],
  ['every line of the name goes, with all lines of its value', "A='x\ny'\nB=1\nA=z\n", undefined, 'B=1\n'],
  ['a comment behind the value stays', 'A=x # note\nB=1\n', undefined, '# note\nB=1\n'],
])('%s', (_title, before, value, after) => {
  expect(dotenv.edit(before, { path: ['A'], value })).toBe(after);
});

test('a value that is no string, and a file that its readers disagree about, are refused', () => {
  expect(() => dotenv.edit('', { path: ['A'], value: 1 })).toThrow('A must be a string in an env file');
  expect(() => dotenv.edit('B=1\nA=x; C=2\n', { path: ['A'], value: 'y' })).toThrow(
    expect.objectContaining({ line: 2, column: 1 }),
  );
});
