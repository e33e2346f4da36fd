import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import dotenv from 'dotenv';
import { afterAll, describe, expect, test } from 'vitest';
import { setVariables } from '../../../cli/dotenv/edit.ts';
import { sample } from './corpus.ts';

const WANTED = { OPENAI_API_KEY: 'sk-gw-new', OPENAI_BASE_URL: 'http://127.0.0.1:8787/v1' };
const ours = Object.keys(WANTED);
const set = (text: string) => setVariables(text, WANTED).text;
const KEY_ONLY = { OPENAI_API_KEY: 'sk-gw-new' };
const setKey = (text: string) => setVariables(text, KEY_ONLY).text;

const folder = mkdtempSync(join(tmpdir(), 'gateway-edit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What bash has in its environment after it read the file. */
function bash(text: string): Record<string, string> {
  const file = join(folder, 'file');
  writeFileSync(file, text);
  const out = execFileSync('bash', ['--noprofile', '--norc', '-c', 'set -a; . "$1"; exec env -0', 'bash', file], {
    env: { PATH: process.env.PATH },
  });
  const entries = out
    .toString()
    .split('\0')
    .filter(Boolean)
    .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const);
  return Object.fromEntries(entries.filter(([name]) => !['_', 'PWD', 'SHLVL', 'OLDPWD'].includes(name)));
}

const without = (read: Record<string, string | undefined>) =>
  Object.fromEntries(
    Object.entries(read).filter(
      ([name]) => !ours.some((own) => name.endsWith(own)) && !name.includes('\n') && !name.startsWith('\uFEFF'),
    ),
  );

const SEEDS = Array.from({ length: 600 }, (_, seed) => seed + 1);

describe('600 env files as people leave them', () => {
  test('dotenv reads our values and everything else as before', () => {
    for (const seed of SEEDS) {
      const { text } = sample(seed);
      const after = dotenv.parse(set(text));
      expect(after, `seed ${seed}`).toMatchObject(WANTED);
      expect(without(after), `seed ${seed}`).toEqual(without(dotenv.parse(text)));
    }
  });

  test('node --env-file reads our values and everything else as before', () => {
    for (const seed of SEEDS) {
      const { text } = sample(seed);
      const after = { ...parseEnv(set(text)) };
      expect(after, `seed ${seed}`).toMatchObject(WANTED);
      const before = without({ ...parseEnv(text) });
      // a broken line of ours hid what followed it from node: that may come to light
      if (/OPENAI_API_KEY(="unclosed|: )/.test(text)) expect(without(after), `seed ${seed}`).toMatchObject(before);
      else expect(without(after), `seed ${seed}`).toEqual(before);
    }
  });

  test('bash reads our values and everything else as before, where it can read the file', () => {
    const readable = SEEDS.map((seed) => ({ seed, ...sample(seed) })).filter((file) => file.bash);
    expect(readable.length).toBeGreaterThan(120);
    for (const { seed, text } of readable.slice(0, 150)) {
      const after = bash(set(text));
      expect(after, `seed ${seed}`).toMatchObject(WANTED);
      expect(without(after), `seed ${seed}`).toEqual(without(bash(text)));
    }
  });

  test('a second edit changes no byte', () => {
    for (const seed of SEEDS) {
      const once = set(sample(seed).text);
      const again = setVariables(once, WANTED);
      expect(again.text, `seed ${seed}`).toBe(once);
      expect(again, `seed ${seed}`).toMatchObject({ added: [], updated: [], unchanged: ours });
    }
  });

  test('every line that is not ours stays byte for byte, and in order', () => {
    for (const seed of SEEDS) {
      const { text } = sample(seed);
      const kept = (all: string) =>
        all
          .replace('\uFEFF', '')
          .split(/(?<=\n)/)
          .filter((line) => line !== '' && !/OPENAI_(API_KEY|BASE_URL)\b|^# set by gateway/.test(line));
      const before = kept(text).map((line) => line.replace(/\r?\n$/, ''));
      expect(
        kept(set(text)).map((line) => line.replace(/\r?\n$/, '')),
        `seed ${seed}`,
      ).toEqual(before);
    }
  });
});

test.each([
  ['quotes are dropped, as the value needs none', 'OPENAI_API_KEY="old"\n', 'OPENAI_API_KEY=sk-gw-new\n'],
  ['a comment behind the value stays', 'OPENAI_API_KEY=old   # mine\n', 'OPENAI_API_KEY=sk-gw-new   # mine\n'],
  ['a comment behind an empty value stays', 'OPENAI_API_KEY= # fill in\n', 'OPENAI_API_KEY=sk-gw-new # fill in\n'],
  [
    'a comment glued to a quote is parted from the value',
    'OPENAI_API_KEY="old"#mine\n',
    'OPENAI_API_KEY=sk-gw-new #mine\n',
  ],
  ['export stays', 'export OPENAI_API_KEY=old\n', 'export OPENAI_API_KEY=sk-gw-new\n'],
  ['blanks around = go, as bash would run the name', 'OPENAI_API_KEY = old\n', 'OPENAI_API_KEY=sk-gw-new\n'],
  [
    'all of several assignments are corrected',
    'OPENAI_API_KEY=a\nB=1\nOPENAI_API_KEY=c\n',
    'OPENAI_API_KEY=sk-gw-new\nB=1\nOPENAI_API_KEY=sk-gw-new\n',
  ],
  ['a value of several lines is replaced whole', 'OPENAI_API_KEY="a\nb"\nB=1\n', 'OPENAI_API_KEY=sk-gw-new\nB=1\n'],
  [
    'a right value in quotes is left alone',
    "OPENAI_API_KEY='sk-gw-new' # mine\n",
    "OPENAI_API_KEY='sk-gw-new' # mine\n",
  ],
  ['CRLF stays CRLF', 'A=1\r\nOPENAI_API_KEY=old\r\n', 'A=1\r\nOPENAI_API_KEY=sk-gw-new\r\n'],
  ['new lines end as the others do', 'A=1\r\nB=2\r\n', 'A=1\r\nB=2\r\nOPENAI_API_KEY=sk-gw-new\r\n'],
  ['a file without a final newline stays one', 'A=1', 'A=1\nOPENAI_API_KEY=sk-gw-new'],
  ['an update adds no final newline', 'OPENAI_API_KEY=old', 'OPENAI_API_KEY=sk-gw-new'],
  ['an empty file gets one line', '', 'OPENAI_API_KEY=sk-gw-new\n'],
  ['a byte order mark stays', '\uFEFFA=1\n', '\uFEFFA=1\nOPENAI_API_KEY=sk-gw-new\n'],
  ['a commented assignment is no assignment', '#OPENAI_API_KEY=x\n', '#OPENAI_API_KEY=x\nOPENAI_API_KEY=sk-gw-new\n'],
  [
    'an assignment inside a quoted value is no assignment',
    'A="\nOPENAI_API_KEY=x\n"\n',
    'A="\nOPENAI_API_KEY=x\n"\nOPENAI_API_KEY=sk-gw-new\n',
  ],
  ['a quote that is never closed swallows nothing', 'A="x\nOPENAI_API_KEY=old\n', 'A="x\nOPENAI_API_KEY=sk-gw-new\n'],
  ['a longer name is another name', 'MY_OPENAI_API_KEY=x\n', 'MY_OPENAI_API_KEY=x\nOPENAI_API_KEY=sk-gw-new\n'],
  [
    'a value of any length is taken',
    `A=${'x'.repeat(300_000)}\n`,
    `A=${'x'.repeat(300_000)}\nOPENAI_API_KEY=sk-gw-new\n`,
  ],
])('%s', (_what, before, after) => {
  expect(setKey(before)).toBe(after);
});

test('new lines go where every reader sees them when the last line would swallow them', () => {
  expect(setKey('A=1\nno assignment\n')).toBe('OPENAI_API_KEY=sk-gw-new\nA=1\nno assignment\n');
});

test('an assignment that one reader misses behind a byte order mark is made again', () => {
  const after = setKey('\uFEFFOPENAI_API_KEY=old\nA=1\n');
  expect(after).toBe('\uFEFFOPENAI_API_KEY=sk-gw-new\nA=1\nOPENAI_API_KEY=sk-gw-new\n');
  expect({ ...parseEnv(after) }).toMatchObject({ OPENAI_API_KEY: 'sk-gw-new', A: '1' });
});

test('a line that sets more than our variable is refused with its number, unless forced', () => {
  const text = 'A=1\nOPENAI_API_KEY=old; B=2\n';
  expect(() => setKey(text)).toThrow(
    expect.objectContaining({ code: 'unsafe_write', message: 'Line 2 sets more than OPENAI_API_KEY.' }),
  );
  expect(setVariables(text, KEY_ONLY, true).text).toBe('A=1\nOPENAI_API_KEY=sk-gw-new\n');
});

test('what was added, updated and left is told by name', () => {
  expect(setVariables('OPENAI_API_KEY=old\n', WANTED)).toMatchObject({
    added: ['OPENAI_BASE_URL'],
    updated: ['OPENAI_API_KEY'],
    unchanged: [],
  });
});

test('a file full of open quotes is read in time that grows with its size, not its square', () => {
  const text = `${Array.from({ length: 4000 }, (_, i) => `A${i}="open ${i}\\"`).join('\n')}\n`;
  const began = performance.now();
  expect(setKey(text)).toContain('OPENAI_API_KEY=sk-gw-new');
  expect(performance.now() - began).toBeLessThan(20_000);
});
