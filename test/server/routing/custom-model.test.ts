import { expect, test } from 'vitest';
import { isPlain } from '../../../server/routing/custom-model.ts';

test.each([
  'foo',
  'any-model:7b',
  'Qwen/Qwen3-Coder-30B-A3B',
  'hf.co/bartowski/Llama-3.2:Q4_K_M',
  '模型',
  'My Model',
  'C:\\models\\llama.gguf',
  'ft:gpt-4o-mini:org::id',
  '...',
])('a custom provider may be asked for %s', (name) => {
  expect(isPlain(name)).toBe(true);
});

test.each([
  ['nothing', ''],
  ['an empty part in front', '/foo'],
  ['an empty part behind', 'foo/'],
  ['an empty part between', 'a//foo'],
  ['the part .', './foo'],
  ['the part . between', 'a/./foo'],
  ['the part ..', 'a/../foo'],
  ['the part . of a Windows path', '.\\foo'],
  ['a blank in front', ' foo'],
  ['a blank behind', 'foo '],
  ['a blank behind that is no space', 'foo\u00a0'],
  ['a blank before the tag', 'foo :latest'],
  ['a blank within a path', 'a/ foo'],
  ['a line break', 'foo\n'],
  ['a null character', 'foo\0'],
  ['a character that is not seen', 'f\u200boo'],
  ['a soft hyphen', 'f\u00adoo'],
  ['an escape', '%66oo'],
  ['an escaped escape', '%2566oo'],
  ['wide letters', 'ｆｏｏ'],
  ['a wide slash', 'a／foo'],
  ['half a character', 'foo\ud800'],
  ['more than 200 characters', 'x'.repeat(201)],
])('but for no name with %s', (_what, name) => {
  expect(isPlain(name)).toBe(false);
});
