import { expect, test } from 'vitest';
import { applyChanges, takeBack } from '../../../cli/documents/change.ts';
import type { Change, DocumentFormat } from '../../../cli/documents/document.ts';
import { jsonc } from '../../../cli/documents/json.ts';
import { toml } from '../../../cli/documents/toml.ts';
import { yaml } from '../../../cli/documents/yaml.ts';

const CHANGES: Change[] = [
  { path: ['model'], value: 'gateway/x' },
  { path: ['models', 'providers', 'gateway'], value: { url: 'http://127.0.0.1/v1', key: 'k' } },
];

/** Sets, lets a person change the text, and takes back what was kept in a file meanwhile. */
function afterwards(
  format: DocumentFormat,
  before: string,
  person: (text: string) => string,
  options?: { force: boolean },
) {
  const { text, hunks } = applyChanges(format, before, CHANGES);
  const kept = JSON.parse(JSON.stringify(hunks)) as typeof hunks;
  return takeBack(
    format,
    person(text),
    kept,
    CHANGES.map(({ value }) => value),
    options,
  );
}

const BEFORE = '{\n  // mine\n  "model": "old",\n  "theme": "dark"\n}\n';

test('nothing has changed since: the very bytes come back', () => {
  expect(afterwards(jsonc, BEFORE, (text) => text)).toEqual({ text: BEFORE });
});

test('other lines were changed since: they stay', () => {
  const back = afterwards(jsonc, BEFORE, (text) => `// new\n${text.replace('dark', 'light')}`);
  expect(back).toEqual({ text: `// new\n${BEFORE.replace('dark', 'light')}` });
});

test('something was put beside ours: what was made for ours stays for it', () => {
  const back = afterwards(jsonc, BEFORE, (text) => text.replace('"gateway": {', '"other": {},\n      "gateway": {'));
  expect(back).toEqual({
    text: BEFORE.replace('"dark"', '"dark",\n  "models": {\n    "providers": {\n      "other": {}\n    }\n  }'),
  });
});

test('our value was laid out anew: it goes all the same, and what was made for it', () => {
  const format = (text: string) => JSON.stringify(JSON.parse(text.replace('// mine', '')), null, 4);
  const back = afterwards(jsonc, BEFORE, format);
  expect(back).toEqual({ text: '{\n    "model": "old",\n    "theme": "dark"\n}' });
});

test('our values were changed since: they are told and nothing is done', () => {
  const person = (text: string) => text.replace('gateway/x', 'gateway/y').replace('"k"', '"mine"');
  expect(afterwards(jsonc, BEFORE, person)).toEqual({ changed: [['model'], ['models', 'providers', 'gateway']] });
});

test('our values were changed since, and it is forced: they are as before', () => {
  const person = (text: string) => text.replace('gateway/x', 'gateway/y').replace('"k"', '"mine"');
  expect(afterwards(jsonc, BEFORE, person, { force: true })).toEqual({ text: BEFORE });
});

test('a person has taken ours out already: the rest is taken back', () => {
  const person = (text: string) => jsonc.edit(text, { path: ['models', 'providers', 'gateway'], value: undefined });
  expect(afterwards(jsonc, BEFORE, person)).toEqual({ text: BEFORE });
});

test('a person has put something else on the way: it is told, and forced it stays', () => {
  const person = (text: string) => jsonc.edit(text, { path: ['models'], value: 'none' });
  expect(afterwards(jsonc, BEFORE, person)).toEqual({ changed: [['models', 'providers', 'gateway']] });
  expect(afterwards(jsonc, BEFORE, person, { force: true })).toEqual({
    text: BEFORE.replace('"dark"', '"dark",\n  "models": "none"'),
  });
});

test('an empty value on the way is empty again', () => {
  const before = 'models: # none yet\nz: 1\n';
  expect(afterwards(yaml, before, (text) => text)).toEqual({ text: before });
  const noted = afterwards(yaml, before, (text) => text.replace('key: k', 'key: "k"'));
  expect(noted).toEqual({ text: 'models: null # none yet\nz: 1\n' });
});

test('a file that was empty is empty again', () => {
  expect(afterwards(jsonc, '', (text) => text)).toEqual({ text: '' });
  expect(afterwards(toml, '', (text) => text.replace('key =', 'key  ='))).toEqual({ text: '' });
});

test('a change of what is so already has a hunk with nothing in it', () => {
  const { text, hunks } = applyChanges(jsonc, '{"model" : "gateway/x"}', CHANGES.slice(0, 1));
  expect(text).toBe('{"model" : "gateway/x"}');
  expect(hunks).toEqual([
    { path: ['model'], before: 'gateway/x', made: 0, at: 23, left: 0, removed: '', inserted: '' },
  ]);
  expect(takeBack(jsonc, text, hunks, ['gateway/x'])).toEqual({ text });
});

test('one after the other, changes of the same place are taken back in reverse', () => {
  const first = applyChanges(jsonc, BEFORE, CHANGES);
  const newer: Change[] = [{ path: ['model'], value: 'gateway/z' }];
  const second = applyChanges(jsonc, first.text, newer);
  const hunks = [...first.hunks, ...second.hunks];
  const values = [...CHANGES, ...newer].map(({ value }) => value);
  expect(takeBack(jsonc, second.text, hunks, values)).toEqual({ text: BEFORE });
});

test('a value that a file of JSON could not keep is not replaced', () => {
  expect(() => applyChanges(toml, '\nmodel = 2020-01-01\n', CHANGES)).toThrow(expect.objectContaining({ line: 2 }));
});
