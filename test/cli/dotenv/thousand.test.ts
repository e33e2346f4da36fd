import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import dotenv from 'dotenv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { undoEnvFile } from '../../../cli/dotenv/undo.ts';
import { variablesFor } from '../../../cli/dotenv/variables.ts';
import { writeEnvFile } from '../../../cli/dotenv/write.ts';
import { random } from '../../helpers/random.ts';
import { sample } from './corpus.ts';
import { KEY, URL_IN_USE } from './home.ts';

/** A thousand env files in a thousand folders, each in circumstances of its own. */
const SEEDS = Array.from({ length: 1000 }, (_, index) => 10_001 + index);
const WANTED = variablesFor({ apiUrl: URL_IN_USE, key: KEY }, ['openai']);
const LANES = 8;

interface Case {
  seed: number;
  /** The `.env`, which may be a link. */
  file: string;
  /** What was in it; undefined when there was no file. */
  before: string | undefined;
  bash: boolean;
  git: 'none' | 'tracked' | 'untracked' | 'ignored';
  /** For its owner, too. */
  readOnly: boolean;
  link: boolean;
}

const root = realpathSync(mkdtempSync(join(tmpdir(), 'gateway-thousand-')));
const repository = join(root, 'repository');
const config = join(root, 'config');
const base = { HOME: root, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
const gitEnv = { ...base, PATH: process.env.PATH };
let cases: Case[];

beforeAll(() => {
  mkdirSync(repository);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repository, env: gitEnv, stdio: 'pipe' });
  git('init', '-q');
  writeFileSync(join(repository, '.gitignore'), 'ignored-*/\n');
  cases = SEEDS.map(prepare);
  git('add', '--', ...readdirSync(repository).filter((name) => name.startsWith('tracked-')));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function prepare(seed: number): Case {
  const next = random(seed);
  const pick = <T>(from: readonly T[]) => from[Math.floor(next() * from.length)]!;
  const { text, bash } = sample(seed);
  const git = pick([
    'none',
    'none',
    'none',
    'none',
    'none',
    'none',
    'tracked',
    'untracked',
    'untracked',
    'ignored',
  ] as const);
  const before = next() < 0.04 && git !== 'tracked' ? undefined : text;
  const [link, readOnly] = [next() < 0.15, next() < 0.08];
  const mode = readOnly ? pick([0o400, 0o444]) : pick([0o600, 0o640, 0o644, 0o755]);
  const folder = join(git === 'none' ? root : repository, `${git}-${seed}`);
  mkdirSync(folder);
  const gitignore = pick([undefined, '', 'dist\n', 'dist', 'a\r\nb\r\n', 'a\r\nb']);
  if (git === 'untracked' && gitignore !== undefined) writeFileSync(join(folder, '.gitignore'), gitignore);
  const file = join(folder, '.env');
  if (link) symlinkSync('real.env', file);
  if (before !== undefined) {
    writeFileSync(file, before);
    chmodSync(file, mode);
  }
  return { seed, file, before, bash, git, readOnly: readOnly && before !== undefined, link };
}

/** Everything in the file's folder: names, kinds, modes, bytes. */
function snapshot({ file }: Case): Record<string, unknown> {
  const folder = join(file, '..');
  const look = (name: string) => {
    const path = join(folder, name);
    const { mode } = lstatSync(path);
    return [name, lstatSync(path).isSymbolicLink() ? readlinkSync(path) : [mode, readFileSync(path, 'hex')]];
  };
  return Object.fromEntries(readdirSync(folder).map(look));
}

/** Runs the step for every case, some at a time. */
async function forEach(chosen: readonly Case[], step: (each: Case, why: string) => Promise<void>): Promise<void> {
  const waiting = [...chosen];
  const lane = async () => {
    for (let each = waiting.pop(); each; each = waiting.pop())
      await step(each, `seed ${each.seed}, ${each.git}${each.link ? ', linked' : ''}`);
  };
  const lanes = Array.from({ length: LANES }, () =>
    lane().finally(() => {
      waiting.length = 0; // one failure ends them all
    }),
  );
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
}

/** Where nothing is in git, half of the machines have no git. */
const place = ({ git, seed }: Case) => ({
  configDir: join(config, String(seed)),
  env: git === 'none' && seed % 2 === 0 ? { ...base, PATH: '/nonexistent' } : gitEnv,
});
const write = (each: Case) => writeEnvFile(place(each), { file: each.file, variables: WANTED });
const isRefused = ({ git, readOnly }: Case) => git === 'tracked' || readOnly;
const after = new Map<Case, string>();

test('those that git tracks and those that are read-only are refused, and nothing in their folder changes', async () => {
  const refused = cases.filter(isRefused);
  expect(refused.length).toBeGreaterThan(120);
  await forEach(refused, async (each, why) => {
    const untouched = snapshot(each);
    await expect(write(each), why).rejects.toMatchObject({ code: 'unsafe_write' });
    expect(snapshot(each), why).toEqual(untouched);
  });
});

test('all others are written, only our variables change, and undo restores every byte, mode, link and .gitignore', async () => {
  await forEach(
    cases.filter((each) => !isRefused(each)),
    async (each, why) => {
      const untouched = snapshot(each);
      const result = await write(each);
      const text = readFileSync(each.file, 'utf8');
      after.set(each, text);
      expect(result, why).toMatchObject({ gitignored: each.git !== 'none' });
      expect(lstatSync(each.file).isSymbolicLink(), why).toBe(each.link);
      expect(othersLines(text), why).toEqual(othersLines(each.before ?? ''));
      const written = snapshot(each);
      expect(await write(each), why).toMatchObject({ added: [], updated: [], backup: null });
      expect(snapshot(each), why).toEqual(written);
      const unchanged = result.added.length + result.updated.length === 0 && each.git !== 'untracked';
      const undone = await undoEnvFile(place(each), { file: each.file });
      expect(undone.action === 'unchanged', why).toBe(unchanged);
      expect(snapshot(each), why).toEqual(untouched);
    },
  );
  expect(after.size).toBeGreaterThan(750);
}, 300_000);

/** The lines that are not ours, without their endings. */
function othersLines(text: string): string[] {
  return text
    .replace('\uFEFF', '')
    .split(/(?<=\n)/)
    .map((line) => line.replace(/\r?\n$/, ''))
    .filter((line) => line !== '' && !/OPENAI_(API_KEY|BASE_URL)\b|^# set by gateway/.test(line));
}

type Read = Record<string, string | undefined>;

test('dotenv and node read our values from each', () => {
  for (const [{ seed }, text] of after) {
    expect(dotenv.parse(text), `seed ${seed}`).toMatchObject(WANTED);
    expect({ ...parseEnv(text) }, `seed ${seed}`).toMatchObject(WANTED);
  }
});

test('where dotenv, node and bash read the same before, they read the same afterwards', () => {
  const readable = [...after].filter(([each]) => each.bash);
  const [before, now] = [readable.map(([each]) => each.before ?? ''), readable.map(([, text]) => text)].map(bashReads);
  let sound = 0;
  readable.forEach(([{ seed, before: text = '' }, written], at) => {
    const why = `seed ${seed}`;
    expect(now![at], why).toEqual({ ...before![at], ...WANTED });
    const readers = (of: string, bash: Read): Read[] => [dotenv.parse(of), { ...parseEnv(of) }, bash];
    const [first, ...others] = readers(text, before![at]!);
    if (!others.every((other) => isSame(other, first!))) return;
    sound++;
    for (const read of readers(written, now![at]!)) expect(read, why).toEqual({ ...first, ...WANTED });
  });
  expect(readable.length).toBeGreaterThan(250);
  expect(sound).toBeGreaterThan(100);
});

function isSame(one: Read, other: Read): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** What bash has in its environment after it sourced each of the texts: one bash, a subshell a text. */
function bashReads(texts: readonly string[]): Read[] {
  const folder = mkdtempSync(join(root, 'bash-'));
  const files = texts.map((text, at) => {
    const file = join(folder, String(at));
    writeFileSync(file, text);
    return file;
  });
  const script = `for file in "$@"; do (set -a; . "$file"; exec /usr/bin/env -0); printf '\\n=\\0'; done`;
  const out = execFileSync('bash', ['--noprofile', '--norc', '-c', script, 'bash', ...files], {
    env: { PATH: process.env.PATH },
    maxBuffer: 64 * 1024 * 1024,
  });
  const shells = ['_', 'PWD', 'SHLVL', 'OLDPWD', 'PATH', 'file'];
  return out
    .toString()
    .split('\n=\0')
    .slice(0, -1)
    .map((part) => {
      const entries = part.split('\0').filter(Boolean);
      const pairs = entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]);
      return Object.fromEntries(pairs.filter(([name]) => !shells.includes(name!)));
    });
}

test('the corpus holds what it must', () => {
  const count = (pattern: RegExp) => cases.filter(({ before = '' }) => pattern.test(before)).length;
  expect(count(/\r\n/)).toBeGreaterThan(150);
  expect(count(/[^\n]$/)).toBeGreaterThan(150);
  expect(count(/^export OPENAI/m)).toBeGreaterThan(50);
  expect(count(/^(export )?OPENAI_API_KEY=[\s\S]*^(export )?OPENAI_API_KEY=/m)).toBeGreaterThan(50);
  expect(count(/^OPENAI_\w+=["']/m)).toBeGreaterThan(50);
  expect(cases.filter(({ link }) => link).length).toBeGreaterThan(100);
  expect(new Set(cases.map(({ file }) => statSync(join(file, '..')).ino)).size).toBe(1000);
});
