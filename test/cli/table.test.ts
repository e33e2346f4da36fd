import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import { factLines, shortTime, table } from '../../cli/table.ts';

const paint = new Chalk({ level: 0 });
const COLUMNS = [{ title: 'id' }, { title: 'provider', drop: 1 }, { title: 'note', wrap: true }];
const ROWS = [
  ['model-one', 'somebody', 'the first of a few words that need room'],
  ['model-two', 'somebody', 'unbreakable'],
];
const draw = async (width: number | undefined) => (await table(paint, width, COLUMNS, ROWS)).split('\n');

describe('a table', () => {
  test('is one line a row on a pipe, whatever its length', async () => {
    expect(await draw(undefined)).toEqual([
      'id         provider  note',
      'model-one  somebody  the first of a few words that need room',
      'model-two  somebody  unbreakable',
    ]);
  });

  test.each([80, 60, 45, 35, 25])('keeps to a terminal of %i columns and breaks no word', async (width) => {
    const lines = await draw(width);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    const words = lines.join(' ').split(/\s+/);
    for (const word of ['model-one', 'model-two', 'unbreakable', 'words', 'first']) expect(words).toContain(word);
    expect(lines.join('\n')).not.toContain('…');
  });

  test('leaves out the least important column only when wrapping is not enough', async () => {
    expect((await draw(35))[0]).toContain('provider');
    expect((await draw(25))[0]).toBe('id         note');
  });

  test('shows times short on a terminal, in full on a pipe', () => {
    expect(shortTime('2026-01-31T12:34:56.000Z', 80)).toBe('01-31 12:34');
    expect(shortTime('2026-01-31T12:34:56.000Z', undefined)).toBe('2026-01-31T12:34:56.000Z');
  });
});

describe('facts, one a line', () => {
  const facts = [
    ['name', 'some words that need more room than there is'],
    ['when', '2026-01-31T12:34:56.000Z'],
    ['address', `https://example.com/${'x'.repeat(40)}`],
    ['nothing', null],
  ] as const;

  test('are as they are on a pipe', () => {
    const lines = factLines(paint, facts).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe('when     2026-01-31T12:34:56.000Z');
  });

  test('break between words below their own column on a terminal, never within a word', () => {
    const lines = factLines(paint, facts, 40).split('\n');
    expect(lines[0]).toBe('name     some words that need more room');
    expect(lines[1]).toBe('         than there is');
    expect(lines.join('\n')).toMatch(/when {5}2026-01-31 12:34 UTC,/);
    expect(lines.at(-1)).toContain('x'.repeat(40));
  });
});
