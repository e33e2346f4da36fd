import { describe, expect, test } from 'vitest';
import { meantPaths } from '../../cli/meant.ts';

describe('mistyped words mean', () => {
  test.each([
    ['key create', 'keys create'],
    ['create key', 'keys create'],
    ['keys crate', 'keys create'],
    ['keys new', 'keys create'],
    ['keys ls', 'keys list'],
    ['models get x', 'models show'],
    ['env wirte', 'env write'],
    ['profle use', 'profile use'],
    ['model', 'models'],
    ['modls sho x', 'models show'],
    ['modls openai/gpt-4o', 'models'],
    ['delete key key_1', 'keys revoke'],
    ['lgoin', 'login'],
    ['sign-in', undefined],
    ['nope', undefined],
    ['kyes', 'keys'],
    ['xyzzy', undefined],
    ['topup xyzzy', undefined],
    ['keys list', undefined],
  ])('%s: %s', (words, meant) => {
    expect(meantPaths(words.split(' '))[0]).toBe(meant);
  });

  test('of a verb alone, the nouns that have it, at most three', () => {
    const meant = meantPaths(['list']);
    expect(meant).toHaveLength(3);
    for (const path of meant) expect(path).toMatch(/ list$/);
  });
});
