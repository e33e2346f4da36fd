import { describe, expect, test } from 'vitest';
import { wrap, wrapLines } from '../../cli/line-breaks.ts';

describe('text on a terminal', () => {
  test('breaks between words and keeps its indentation', () => {
    expect(wrap('  one two three', 9)).toEqual(['  one two', '  three']);
  });

  test('keeps a word whole that is longer than the terminal is wide', () => {
    expect(wrap(`see https://example.com/long now`, 10)).toEqual(['see', 'https://example.com/long', 'now']);
  });

  test('counts wide characters as two', () => {
    expect(wrap('日本 日本', 8)).toEqual(['日本', '日本']);
    expect(wrap('日本 日本', 9)).toEqual(['日本 日本']);
  });

  test('is as it is where there is no terminal, line by line where there is one', () => {
    expect(wrapLines('a b c', undefined)).toBe('a b c');
    expect(wrapLines('a b\nc d', 2)).toBe('a\nb\nc\nd');
  });
});
