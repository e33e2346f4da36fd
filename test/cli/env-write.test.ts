import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import dotenv from 'dotenv';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sample } from './dotenv/corpus.ts';
import { type Home, KEY, makeHome, URL_IN_USE } from './dotenv/home.ts';

const LINES = `OPENAI_API_KEY=${KEY}\nOPENAI_BASE_URL=${URL_IN_USE}/v1\n`;
const isRoot = process.getuid?.() === 0;

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

const path = (name = '.env') => join(home.project, name);
const put = (text: string | Buffer, name = '.env', mode = 0o600) => {
  writeFileSync(path(name), text);
  chmodSync(path(name), mode);
};
const bytes = (name = '.env') => readFileSync(path(name));
const mode = (name = '.env') => (statSync(path(name)).mode & 0o7777).toString(8);
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: home.project, env: home.env, stdio: 'pipe' }).toString();
const write = async (...args: string[]) => JSON.parse((await home.run(['env', 'write', '--json', ...args])).stdout);

/** Runs a command that must be refused, and looks that nothing in the project has changed. */
async function refused(args: string[], env = home.env) {
  const before = snapshot(home.project);
  const { exitCode, stdout, stderr } = await home.run([...args, '--json'], { env });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(snapshot(home.project)).toEqual(before);
  expect(stderr).not.toContain(KEY);
  return JSON.parse(stderr).error;
}

/** Every file below a folder but git's own, with its bytes, mode and link. */
function snapshot(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    if (name.startsWith('.git/')) continue;
    const file = join(folder, name);
    const { mode } = lstatSync(file);
    const content = lstatSync(file).isSymbolicLink()
      ? readlinkSync(file)
      : statSync(file).isFile()
        ? readFileSync(file, 'hex')
        : '';
    found[name] = `${mode} ${content}`;
  }
  return found;
}

describe('writing', () => {
  test('a new file is made for its owner alone, and tells what was added', async () => {
    expect(await write()).toEqual({
      file: path(),
      added: ['OPENAI_API_KEY', 'OPENAI_BASE_URL'],
      updated: [],
      unchanged: [],
      gitignored: false,
      mode: '0600',
      backup: null,
    });
    expect(bytes().toString()).toBe(LINES);
    expect(mode()).toBe('600');
  });

  test('a second run changes neither byte nor time nor backup, and says unchanged', async () => {
    put('A=1\n');
    const first = await write();
    const { mtimeNs, ino } = statSync(path(), { bigint: true });
    const backups = snapshot(home.home);
    expect(await write()).toEqual({
      ...first,
      added: [],
      unchanged: ['OPENAI_API_KEY', 'OPENAI_BASE_URL'],
      backup: null,
    });
    expect(statSync(path(), { bigint: true })).toMatchObject({ mtimeNs, ino });
    expect(snapshot(home.home)).toEqual(backups);
  });

  test('thirty files as people leave them: written, unchanged by a second run, and undone byte for byte', async () => {
    for (let seed = 1001; seed <= 1030; seed++) {
      const before = Buffer.from(sample(seed).text);
      put(before, 'sample');
      await write('sample');
      const after = bytes('sample');
      expect(dotenv.parse(after), `seed ${seed}`).toMatchObject({
        OPENAI_API_KEY: KEY,
        OPENAI_BASE_URL: `${URL_IN_USE}/v1`,
      });
      expect(await write('sample'), `seed ${seed}`).toMatchObject({ added: [], updated: [], backup: null });
      expect(bytes('sample'), `seed ${seed}`).toEqual(after);
      expect((await home.run(['env', 'undo', 'sample'])).exitCode, `seed ${seed}`).toBe(0);
      expect(bytes('sample'), `seed ${seed}`).toEqual(before);
    }
  });

  test.each(['600', '640', '644', '755'])('the mode %s is kept', async (bits) => {
    put('A=1\n', '.env', Number.parseInt(bits, 8));
    expect(await write()).toMatchObject({ mode: `0${bits}` });
    expect(mode()).toBe(bits);
  });

  test('a person is told when others can read the file, and how to end that', async () => {
    put('A=1\n', '.env', 0o644);
    const { stdout, stderr } = await home.run(['env', 'write']);
    expect(stderr).toContain('chmod 600 .env');
    expect(stdout + stderr).not.toContain(KEY);
  });

  test.runIf(isRoot)('the owner is kept', async () => {
    put('A=1\n');
    chownSync(path(), 12345, 12346);
    await write();
    expect(statSync(path())).toMatchObject({ uid: 12345, gid: 12346 });
  });

  test('a symbolic link stays one, and what it leads to is written', async () => {
    mkdirSync(path('shared'));
    put('A=1\n', 'shared/real.env');
    symlinkSync('shared/real.env', path('link'));
    symlinkSync('link', path());
    await write();
    expect([readlinkSync(path()), readlinkSync(path('link'))]).toEqual(['link', 'shared/real.env']);
    expect(bytes('shared/real.env').toString()).toBe(`A=1\n${LINES}`);
    await home.run(['env', 'undo']);
    expect(bytes('shared/real.env').toString()).toBe('A=1\n');
  });

  test('a link to a file that does not exist yet makes that file', async () => {
    symlinkSync('later.env', path());
    await write();
    expect(readlinkSync(path())).toBe('later.env');
    expect(bytes('later.env').toString()).toBe(LINES);
    expect(mode('later.env')).toBe('600');
  });

  test('only the file itself is left behind in its folder', async () => {
    put('A=1\n');
    await write();
    expect(readdirSync(home.project)).toEqual(['.env']);
  });

  test('other families are written with --for', async () => {
    await write('--for', 'anthropic,gemini');
    expect(Object.keys(dotenv.parse(bytes()))).toEqual([
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
      'ANTHROPIC_BASE_URL',
      'GEMINI_API_KEY',
      'GOOGLE_GEMINI_BASE_URL',
    ]);
  });

  test('--dry-run tells what would happen without the key, and changes nothing anywhere', async () => {
    put('OPENAI_API_KEY=old\n');
    const before = [snapshot(home.project), snapshot(home.home)];
    const { stdout } = await home.run(['env', 'write', '--dry-run']);
    expect(stdout).toContain('~ OPENAI_API_KEY=sk-gw-0123…');
    expect(stdout).toContain(`+ OPENAI_BASE_URL=${URL_IN_USE}/v1`);
    expect(await write('--dry-run')).toMatchObject({
      dry_run: true,
      added: ['OPENAI_BASE_URL'],
      updated: ['OPENAI_API_KEY'],
      backup: null,
    });
    expect([snapshot(home.project), snapshot(home.home)]).toEqual(before);
  });

  test('writers at the same time lose nothing of each other', async () => {
    put('A=1\n');
    const families = ['openai', 'anthropic', 'gemini', 'gateway', 'openai', 'anthropic', 'gemini', 'gateway'];
    const ended = await Promise.all(families.map((family) => home.run(['env', 'write', '--for', family])));
    expect(ended.map(({ exitCode }) => exitCode)).toEqual(families.map(() => 0));
    expect(Object.keys(dotenv.parse(bytes())).sort()).toEqual([
      'A',
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
      'ANTHROPIC_BASE_URL',
      'GATEWAY_API_KEY',
      'GATEWAY_API_URL',
      'GEMINI_API_KEY',
      'GOOGLE_GEMINI_BASE_URL',
      'OPENAI_API_KEY',
      'OPENAI_BASE_URL',
    ]);
    for (let i = 0; i < 4; i++) await home.run(['env', 'undo']);
    expect(bytes().toString()).toBe('A=1\n');
  });

  test('writers of different files in one folder lose no line of the .gitignore', async () => {
    git('init', '-q');
    const names = ['a.env', 'b.env', 'c.env', 'd.env', 'e.env', 'f.env'];
    await Promise.all(names.map((name) => home.run(['env', 'write', name])));
    expect(bytes('.gitignore').toString().trim().split('\n').sort()).toEqual(names);
  });
});

describe('refusals change nothing', () => {
  test('a folder', async () => {
    mkdirSync(path());
    expect(await refused(['env', 'write'])).toMatchObject({
      code: 'unsafe_write',
      message: expect.stringContaining('folder'),
    });
  });

  test('a device', async () => {
    expect(await refused(['env', 'write', '/dev/null'])).toMatchObject({ code: 'unsafe_write' });
  });

  test('a file without write permission, for the superuser, too', async () => {
    put('A=1\n', '.env', 0o400);
    expect(await refused(['env', 'write'])).toMatchObject({
      code: 'unsafe_write',
      message: expect.stringContaining('read-only'),
    });
    expect(await refused(['env', 'write', '--force'])).toMatchObject({ code: 'unsafe_write' });
  });

  test.runIf(isRoot)('a folder, or a file of somebody else, that the user may not write to', async () => {
    const user = { uid: 12345, gid: 12345, stdin: 'ignore' } as const;
    chownSync(home.home, user.uid, user.gid);
    chmodSync(join(home.project, '..'), 0o755);
    const before = snapshot(home.project);
    const folder = await home.run(['env', 'write', '--json'], user);
    expect(folder).toMatchObject({ exitCode: 1, stdout: '' });
    expect(JSON.parse(folder.stderr).error).toMatchObject({
      code: 'unsafe_write',
      message: expect.stringContaining('read-only'),
    });
    expect(snapshot(home.project)).toEqual(before);
    chmodSync(home.project, 0o777);
    put('A=1\n', '.env', 0o644);
    const file = await home.run(['env', 'write', '--json'], user);
    expect(JSON.parse(file.stderr).error).toMatchObject({
      code: 'unsafe_write',
      message: expect.stringContaining('read-only'),
    });
    expect(bytes().toString()).toBe('A=1\n');
  });

  test.runIf(isRoot)('a config folder that cannot take the backup', async () => {
    chmodSync(join(home.project, '..'), 0o755);
    chownSync(home.project, 12345, 12345);
    writeFileSync(path(), 'A=1\n');
    chownSync(path(), 12345, 12345);
    const { exitCode, stderr } = await home.run(['env', 'write', '--json'], { uid: 12345, gid: 12345 });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'file_error',
      hint: expect.stringContaining('GATEWAY_CONFIG_DIR'),
    });
    expect(bytes().toString()).toBe('A=1\n');
  });

  test('a folder that does not exist', async () => {
    expect(await refused(['env', 'write', 'no/such/.env'])).toMatchObject({ code: 'file_error' });
  });

  test.each([
    ['bytes that are not UTF-8', Buffer.from([0x41, 0x3d, 0xff, 0xfe, 0x0a])],
    ['UTF-16', Buffer.from('\uFEFFA=1\n', 'utf16le')],
    ['a NUL', Buffer.from('A=1\0\n')],
  ])('%s', async (_what, content) => {
    put(content);
    expect(await refused(['env', 'write'])).toMatchObject({
      code: 'unsafe_write',
      message: expect.stringContaining('UTF-8'),
    });
  });

  test('a hard link, unless forced', async () => {
    put('A=1\n');
    linkSync(path(), path('twin'));
    expect(await refused(['env', 'write'])).toMatchObject({
      code: 'unsafe_write',
      message: expect.stringContaining('hard link'),
    });
    await write('--force');
    expect([bytes().toString(), bytes('twin').toString()]).toEqual([`A=1\n${LINES}`, 'A=1\n']);
  });

  test('links in a circle', async () => {
    symlinkSync('b', path());
    symlinkSync('.env', path('b'));
    expect(await refused(['env', 'write'])).toMatchObject({ code: 'unsafe_write' });
  });

  test('a line that holds more than our variable', async () => {
    put('OPENAI_API_KEY=a; export B=2\n');
    expect(await refused(['env', 'write'])).toMatchObject({
      code: 'unsafe_write',
      message: expect.stringContaining('Line 1'),
    });
  });
});

describe('inside a git work tree', () => {
  beforeEach(() => {
    git('init', '-q');
  });

  test('a file that git tracks is refused, unless forced', async () => {
    put('A=1\n');
    git('add', '.env');
    expect(await refused(['env', 'write'])).toMatchObject({
      code: 'unsafe_write',
      message: expect.stringContaining('git tracks'),
    });
    expect(await write('--force')).toMatchObject({ added: ['OPENAI_API_KEY', 'OPENAI_BASE_URL'], gitignored: false });
    expect(existsSync(path('.gitignore'))).toBe(false);
  });

  test('a link to a tracked file is refused, too', async () => {
    mkdirSync(path('config'));
    put('A=1\n', 'config/env');
    git('add', 'config/env');
    symlinkSync('config/env', path());
    expect(await refused(['env', 'write'])).toMatchObject({
      code: 'unsafe_write',
      message: expect.stringContaining('git tracks'),
    });
  });

  test('the file is added to the .gitignore beside it, once', async () => {
    expect(await write()).toMatchObject({ gitignored: true });
    expect(bytes('.gitignore').toString()).toBe('.env\n');
    expect(await write()).toMatchObject({ gitignored: true });
    expect(bytes('.gitignore').toString()).toBe('.env\n');
    expect(git('status', '--porcelain', '--', '.env')).toBe('');
  });

  test.each([
    ['LF', 'dist\n', 'dist\n.env\n'],
    ['CRLF', 'dist\r\nout\r\n', 'dist\r\nout\r\n.env\r\n'],
    ['no final newline', 'dist', 'dist\n.env\n'],
    ['an exception that stands before', '.env\n!.env\n', '.env\n!.env\n.env\n'],
  ])('a .gitignore with %s keeps its ways, and undo restores it', async (_what, before, after) => {
    put(before, '.gitignore', 0o644);
    await write();
    expect(bytes('.gitignore').toString()).toBe(after);
    await home.run(['env', 'undo']);
    expect(bytes('.gitignore').toString()).toBe(before);
    expect(existsSync(path())).toBe(false);
  });

  test('a .gitignore that was made for the file goes with it', async () => {
    await write();
    await home.run(['env', 'undo']);
    expect(readdirSync(home.project)).toEqual(['.git']);
  });

  test('a file that a rule above ignores needs no line', async () => {
    put('*.env\n.env*\n', '.gitignore');
    mkdirSync(path('app'));
    expect(await write('app/.env')).toMatchObject({ gitignored: true });
    expect(readdirSync(path('app'))).toEqual(['.env']);
  });

  test('a name full of pattern characters is ignored by itself alone', async () => {
    await write('#odd [x]*.env');
    writeFileSync(path('#odd xx.env'), '');
    expect(git('status', '--porcelain')).toContain('#odd xx.env');
    expect(git('status', '--porcelain')).not.toContain('[x]');
  });

  test('a file that was right but not ignored is ignored then', async () => {
    put(LINES);
    expect(await write()).toMatchObject({ unchanged: ['OPENAI_API_KEY', 'OPENAI_BASE_URL'], gitignored: true });
    expect(bytes('.gitignore').toString()).toBe('.env\n');
    expect(JSON.parse((await home.run(['env', 'undo', '--json'])).stdout)).toMatchObject({ gitignore_restored: true });
    expect(existsSync(path('.gitignore'))).toBe(false);
    expect(bytes().toString()).toBe(LINES);
  });

  test('a GIT_DIR of a surrounding hook does not send git elsewhere', async () => {
    put('A=1\n');
    git('add', '.env');
    const error = await refused(['env', 'write'], {
      ...home.env,
      GIT_DIR: '/nonexistent',
      GIT_WORK_TREE: '/nonexistent',
    });
    expect(error).toMatchObject({ code: 'unsafe_write', message: expect.stringContaining('git tracks') });
  });
});

describe('undo', () => {
  const undo = async (...args: string[]) => JSON.parse((await home.run(['env', 'undo', '--json', ...args])).stdout);

  test('removes a file that was made, and then has nothing to undo', async () => {
    await write();
    expect(await undo()).toEqual({
      file: path(),
      action: 'removed',
      variables: ['OPENAI_API_KEY', 'OPENAI_BASE_URL'],
      gitignore_restored: false,
      remaining: 0,
      backup: null,
    });
    expect(existsSync(path())).toBe(false);
    expect(await undo()).toMatchObject({ action: 'unchanged' });
  });

  test('takes several writes back one by one', async () => {
    put('OPENAI_API_KEY=mine\r\n# end', '.env', 0o640);
    await write();
    await write('--api-url', 'http://elsewhere.test:1');
    expect(await undo()).toMatchObject({ action: 'restored', variables: ['OPENAI_BASE_URL'], remaining: 1 });
    expect(await undo()).toMatchObject({ action: 'restored', remaining: 0 });
    expect(bytes().toString()).toBe('OPENAI_API_KEY=mine\r\n# end');
    expect(mode()).toBe('640');
  });

  test('keeps what a person has added since, and takes only our lines back', async () => {
    put('A=1\nOPENAI_API_KEY="mine" # personal\n');
    await write();
    writeFileSync(path(), `# new\n${bytes().toString()}B=2\n`);
    expect(await undo()).toMatchObject({ action: 'reverted' });
    expect(bytes().toString()).toBe('# new\nA=1\nOPENAI_API_KEY="mine" # personal\nB=2\n');
  });

  test('takes our line out of a .gitignore that has grown since', async () => {
    git('init', '-q');
    await write();
    writeFileSync(path('.gitignore'), `first\n${bytes('.gitignore').toString()}last\n`);
    expect(await undo()).toMatchObject({ action: 'removed', gitignore_restored: true });
    expect(bytes('.gitignore').toString()).toBe('first\nlast\n');
  });

  test('refuses when a person has changed our lines; --force brings the old file back and keeps the other', async () => {
    put('A=1\n');
    await write();
    const changed = bytes().toString().replace(KEY, 'sk-by-hand');
    writeFileSync(path(), changed);
    expect(await refused(['env', 'undo'])).toMatchObject({
      code: 'unsafe_write',
      hint: expect.stringContaining('--force'),
    });
    const { action, backup } = await undo('--force');
    expect(action).toBe('restored');
    expect(bytes().toString()).toBe('A=1\n');
    expect(readFileSync(backup, 'utf8')).toBe(changed);
  });

  test('refuses when the file has been removed; --force brings it back with its mode', async () => {
    put('A=1\n', '.env', 0o640);
    await write();
    rmSync(path());
    expect(await refused(['env', 'undo'])).toMatchObject({
      code: 'unsafe_write',
      message: expect.stringContaining('removed'),
    });
    await undo('--force');
    expect([bytes().toString(), mode()]).toEqual(['A=1\n', '640']);
  });

  test('--dry-run tells and changes nothing', async () => {
    put('A=1\n');
    await write();
    const before = [snapshot(home.project), snapshot(home.home)];
    expect(await undo('--dry-run')).toMatchObject({ dry_run: true, action: 'restored' });
    expect([snapshot(home.project), snapshot(home.home)]).toEqual(before);
  });

  test('backups are readable by their owner alone, and no name tells of what is in them', async () => {
    put('OPENAI_API_KEY=sk-old-secret\n');
    const { backup } = await write();
    expect(readFileSync(backup, 'utf8')).toBe('OPENAI_API_KEY=sk-old-secret\n');
    for (const name of readdirSync(home.home, { recursive: true }) as string[]) {
      const found = statSync(join(home.home, name));
      expect(found.mode & 0o077, name).toBe(0);
      expect(name).not.toMatch(/sk-|0123/);
    }
  });

  test('a write that never came to pass is skipped', async () => {
    put('A=1\n');
    await write();
    const written = bytes();
    await write('--api-url', 'http://elsewhere.test:1');
    writeFileSync(path(), written); // as if the second write had been killed before it replaced the file
    expect(await undo()).toMatchObject({ action: 'restored', remaining: 0 });
    expect(bytes().toString()).toBe('A=1\n');
  });

  test('old backups go when there are many', async () => {
    for (let port = 1; port <= 14; port++) await write('--api-url', `http://elsewhere.test:${port}`);
    const kept = (readdirSync(home.home, { recursive: true }) as string[]).filter(
      (name) => name.endsWith('.json') && name.includes('backups'),
    );
    expect(kept).toHaveLength(10);
  });
});
