import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import { shortTime, table } from '../../cli/table.ts';

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
