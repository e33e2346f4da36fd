import { describe, expect, test } from 'vitest';
import { lyingBar, sparkline, standingBar } from '../../../cli/chart/bars.ts';
import { columnChart } from '../../../cli/chart/columns.ts';
import { compact, counted, percent, shortUsd, usdCell } from '../../../cli/chart/figures.ts';
import { cellsOf, cut, fill, wrapped } from '../../../cli/chart/fit.ts';

describe('figures', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1k'],
    [1234, '1.2k'],
    [9960, '10k'],
    [34_567, '35k'],
    [999_400, '999k'],
    [999_600, '1M'],
    [1_234_567, '1.2M'],
    [2_500_000_000, '2.5B'],
    [7e15, '7000T'],
    [-1500, '-1.5k'],
  ])('%d is %s in short', (count, text) => {
    expect(compact(count)).toBe(text);
  });

  test.each([
    ['0', '0.00'],
    ['4.2', '4.20'],
    ['1234.567', '1,234.57'],
    ['0.9999', '1.00'],
    ['0.5', '0.50'],
    ['0.0123456', '0.0123'],
    ['0.00000255', '0.00000255'],
    ['0.000000001', '0.000000001'],
    ['-0.005', '-0.005'],
    ['-12.345', '-12.35'],
    ['what?', 'what?'],
  ])('%s USD reads %s', (amount, text) => {
    expect(shortUsd(amount)).toBe(text);
  });

  test('money in a column never outgrows it', () => {
    expect(['4.2', '1234567.891'].map((amount) => usdCell(amount, 10))).toEqual(['      4.20', '      1.2M']);
  });

  test('money that is there is never 0 in a column', () => {
    expect(['0.0000216', '0.000000123', '0'].map((amount) => usdCell(amount, 8))).toEqual([
      '0.000022',
      '<0.00001',
      '    0.00',
    ]);
  });

  test('a share that is there is never 0 %', () => {
    expect([percent(1, 3), percent(1, 1000), percent(0, 5), percent(5, 0), percent(5, 5)]).toEqual([
      '33%',
      '<1%',
      '0%',
      '0%',
      '100%',
    ]);
    expect([counted(1, 'request'), counted(12_345, 'request')]).toEqual(['1 request', '12,345 requests']);
  });
});

describe('fitting', () => {
  test('cuts and fills to cells, of which wide characters take two', () => {
    expect(cut('anthropic', 9)).toBe('anthropic');
    expect(cut('anthropic', 5)).toBe('anth…');
    expect(cut('日本語モデル', 6)).toBe('日本…');
    expect([fill('ab', 4), fill('日本語', 5)]).toEqual(['ab  ', '日本…']);
    expect(cellsOf('\u001b[36m日本\u001b[39m')).toBe(4);
  });

  test('breaks a sentence between words', () => {
    expect(wrapped('one two three', 7)).toBe('one two\nthree');
    expect(wrapped('unbreakable is', 4)).toBe('unbreakable\nis');
  });
});

describe('bars', () => {
  test('are exact to an eighth of a cell', () => {
    expect([lyingBar(1, 4), lyingBar(0.5, 4), lyingBar(3 / 32, 4), lyingBar(0, 4)]).toEqual(['████', '██', '▍', '']);
    expect([standingBar(1, 2), standingBar(0.75, 2), standingBar(0.25, 2)]).toEqual([
      ['█', '█'],
      ['▄', '█'],
      [' ', '▄'],
    ]);
  });

  test('show even the smallest amount, and never more than there is room for', () => {
    expect([lyingBar(0.0001, 4), standingBar(0.0001, 2).join('')]).toEqual(['▏', ' ▁']);
    expect([lyingBar(7, 3), lyingBar(Number.NaN, 3)]).toEqual(['███', '']);
  });

  test('stand small in a line, the last ones of them', () => {
    expect(sparkline([8, 4, 0, 8], 3)).toBe('▄ █');
    expect(sparkline([0, 0], 5)).toBe('  ');
    expect(sparkline([], 5)).toBe('');
  });
});

describe('a chart of columns', () => {
  const points = (count: number, value = (at: number) => at % 5) =>
    Array.from({ length: count }, (_, at) => ({ label: `01-${String(at + 1).padStart(2, '0')}`, value: value(at) }));

  test('has an axis, bars and labels', () => {
    const { lines, perBar } = columnChart({
      points: [
        { label: '01-01', value: 1 },
        { label: '01-02', value: 2 },
        { label: '01-03', value: 0 },
      ],
      width: 40,
      height: 2,
      format: shortUsd,
    });
    expect(perBar).toBe(1);
    expect(lines).toEqual([
      '2.00 ┤        ██████',
      '     │ ██████ ██████',
      '   0 └─────────────────────',
      '       01-01  01-02  01-03',
    ]);
  });

  test.each([
    [1, 60],
    [31, 60],
    [31, 80],
    [31, 140],
    [366, 60],
    [366, 140],
    [49, 60],
    [500, 20],
  ])('of %d points fits %d columns', (count, width) => {
    const { lines, perBar } = columnChart({ points: points(count), width, height: 8, format: shortUsd });
    for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(width);
    expect(lines).toHaveLength(10);
    expect(perBar > 1).toBe(count > width - 8);
  });

  test('adds neighbours up where there is not room for each, and loses none', () => {
    const { lines, perBar } = columnChart({ points: points(90, () => 1), width: 60, height: 2, format: String });
    expect(perBar).toBe(2);
    expect(lines[0]).toMatch(/^2 ┤ █+$/);
    expect(lines[0]!.match(/█/g)).toHaveLength(45);
  });

  test('of nothing but zeros, or of nothing, is drawn too', () => {
    expect(columnChart({ points: points(3, () => 0), width: 30, height: 2, format: shortUsd }).lines[0]).toBe('0.00 ┤');
    expect(columnChart({ points: [], width: 30, height: 2, format: shortUsd })).toEqual({ lines: [], perBar: 1 });
  });
});
