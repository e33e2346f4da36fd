import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { forgetHomes, startCli } from '../../helpers/cli.ts';
import { KEY, startWorld, type World } from './world.ts';

const CLAUDE = '.claude/settings.json';
const CODEX = '.codex/config.toml';
/** Files as people have them. */
const SETTINGS = '{\n\t"theme": "dark",\n\t"env": { "FOO": "1" }\n}';
const CONFIG = '# mine\r\nmodel = "gpt-4.1" # for now\r\n\r\n[tui]\r\nnotifications = true\r\n';
/** Everything but the request, which the fake does not answer. */
const INSTALL = ['--install', '--no-verify', '--json'];

let world: World;
beforeEach(async () => {
  world = await startWorld();
  return () => world.fake.close();
});
afterAll(forgetHomes);

function results(stdout: string) {
  return JSON.parse(stdout).results;
}

describe('installing', () => {
  test('writes what the tool reads, keeps everything else, and says what it did', async () => {
    world.put(CLAUDE, SETTINGS);
    const { exitCode, stdout, stderr } = await world.setup('claude', ...INSTALL);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(results(stdout)).toMatchObject([
      { tool: 'claude', status: 'installed', model: 'anthropic/claude-sonnet-4-6', verified: false },
    ]);
    const [{ path, backup }] = results(stdout)[0].files;
    expect(path).toBe(join(world.home, CLAUDE));
    expect(backup).toMatch(/\.gateway\/setup\/backups\//);
    expect(world.text(CLAUDE)).toMatch(/^\{\n\t"theme": "dark",\n\t"env": \{ "FOO": "1",/);
    expect(JSON.parse(world.text(CLAUDE))).toMatchObject({
      theme: 'dark',
      env: { FOO: '1', ANTHROPIC_BASE_URL: world.fake.url, ANTHROPIC_MODEL: 'claude-sonnet-4-6' },
    });
    expect(world.text(CLAUDE)).not.toContain(KEY);
  });

  test('a second time changes no byte', async () => {
    world.put(CODEX, CONFIG);
    await world.setup('claude', 'codex', 'opencode', ...INSTALL);
    const before = world.files();
    const { stdout } = await world.setup('claude', 'codex', 'opencode', ...INSTALL);
    expect(results(stdout).map(({ status }: { status: string }) => status)).toEqual(Array(3).fill('unchanged'));
    expect(world.files()).toEqual(before);
  });

  test('a second time changes no byte beside what others wrote since', async () => {
    const world = await startWorld();
    await world.setup('opencode', ...INSTALL);
    const path = '.config/opencode/opencode.json';
    const text = world.text(path).replace(/\n}\n$/, ',\n  "theme": "system"\n}\n');
    world.put(path, text, 0o600);
    const { stdout } = await world.setup('opencode', ...INSTALL);
    expect(JSON.parse(stdout).results).toMatchObject([{ status: 'unchanged' }]);
    expect(world.text(path)).toBe(text);
    await world.setup('opencode', '--uninstall');
    expect(JSON.parse(world.text(path))).toEqual({ theme: 'system' });
  });

  test('with another model, what is taken back is still the first', async () => {
    world.put(CODEX, CONFIG);
    const before = world.files();
    await world.setup('codex', ...INSTALL);
    await world.setup('codex', ...INSTALL, '--model', 'openai/gpt-5-mini');
    expect(world.text(CODEX)).toContain('model = "openai/gpt-5-mini" # for now\r\n');
    await world.setup('codex', '--uninstall');
    expect(world.files()).toEqual(before);
  });

  test('a key in a file makes it the owner’s alone, and a link stays a link', async () => {
    world.put('dotfiles/env', 'FOO=1', 0o644);
    world.put('.codex/.keep', '');
    symlinkSync(join(world.home, 'dotfiles/env'), join(world.home, '.codex/.env'));
    await world.setup('codex', ...INSTALL);
    expect(lstatSync(join(world.home, '.codex/.env')).isSymbolicLink()).toBe(true);
    expect(world.text('dotfiles/env')).toContain(`GATEWAY_API_KEY=${KEY}`);
    expect(statSync(join(world.home, 'dotfiles/env')).mode & 0o777).toBe(0o600);
    await world.setup('codex', '--uninstall');
    expect(world.text('dotfiles/env')).toBe('FOO=1');
    expect(statSync(join(world.home, 'dotfiles/env')).mode & 0o777).toBe(0o644);
  });

  test('a file that cannot be read is refused with its place, and nothing is changed', async () => {
    world.put(CLAUDE, '{\n  "env": {,}\n}');
    world.put(CODEX, CONFIG);
    const before = world.files();
    const { exitCode, stdout, stderr } = await world.setup('claude', ...INSTALL);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'file_error',
      message: expect.stringMatching(/settings\.json:2:11: /),
    });
    expect(world.files()).toEqual(before);
  });

  test('with --all, a tool that cannot be set up does not stop the others', async () => {
    world.put(CLAUDE, '{');
    world.put(CODEX, CONFIG);
    const { exitCode, stdout } = await world.setup('--all', ...INSTALL);
    expect(exitCode).toBe(0);
    expect(results(stdout)).toMatchObject([
      { tool: 'claude', status: 'skipped', reason: expect.stringContaining('settings.json:1:') },
      { tool: 'codex', status: 'installed' },
    ]);
  });

  test('nothing is written without --install; the diff masks the key', async () => {
    const before = world.files();
    const { stdout } = await world.setup('codex', '--json');
    expect(world.files()).toEqual(before);
    expect(existsSync(join(world.home, '.gateway/setup'))).toBe(false);
    const [result] = results(stdout);
    expect(result.status).toBe('preview');
    expect(result.files[0].diff).toContain('+model = "openai/gpt-5"');
    expect(stdout).not.toContain(KEY);
  });

  test('a family names its newest model', async () => {
    const { stdout } = await world.setup('claude', '--json', '--model', 'haiku');
    expect(results(stdout)[0].model).toBe('anthropic/claude-haiku-4-5');
  });

  test('a model that is not offered is refused with the nearest', async () => {
    const { exitCode, stderr } = await world.setup('codex', ...INSTALL, '--model', 'openai/gpt-5-minj');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'model_not_found',
      hint: expect.stringContaining('Did you mean openai/gpt-5-mini?'),
    });
  });

  test('a key is never written where git would commit it', async () => {
    world.put('.codex/config.toml', CONFIG);
    const git = startCli([], { home: world.home, wrap: () => ['git', 'init', '-q', world.home] });
    await git.done;
    const { exitCode, stderr } = await world.setup('codex', ...INSTALL);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'unsafe_write', message: expect.stringContaining('.env') });
    expect(world.text(CODEX)).toBe(CONFIG);
    // nor in a folder that is yet to be made
    const project = await world.setup('gemini', '--scope', 'project', ...INSTALL);
    expect(JSON.parse(project.stderr).error).toMatchObject({ code: 'unsafe_write' });
    expect(world.files()).not.toHaveProperty('.gemini/');
  });

  test('one file is not set up twice, for the person and for a project', async () => {
    await world.setup('gemini', ...INSTALL);
    const { stderr } = await world.setup('gemini', '--scope', 'project', ...INSTALL);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'conflict', hint: expect.stringContaining('--uninstall') });
    expect((await world.setup('gemini', '--uninstall')).exitCode).toBe(0);
    expect(world.files()).toEqual({});
  });

  test('a key is not written through a link into a repository either', async () => {
    const target = world.put('dotfiles/codex.env', 'A=1\n');
    mkdirSync(join(world.home, '.codex'));
    symlinkSync(target, join(world.home, '.codex/.env'));
    await startCli([], { home: world.home, wrap: () => ['git', 'init', '-q', join(world.home, 'dotfiles')] }).done;
    const { stderr } = await world.setup('codex', ...INSTALL);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'unsafe_write' });
    expect(world.text('dotfiles/codex.env')).toBe('A=1\n');
  });
});

describe('taking back', () => {
  test('leaves no trace', async () => {
    const before = world.files();
    await world.setup('claude', 'codex', 'opencode', ...INSTALL);
    const { stdout } = await world.setup('claude', 'codex', 'opencode', '--uninstall', '--json');
    expect(results(stdout).map(({ status }: { status: string }) => status)).toEqual(Array(3).fill('removed'));
    expect(world.files()).toEqual(before);
    expect(existsSync(join(world.home, '.gateway/setup'))).toBe(false);
  });

  test('keeps what others wrote since', async () => {
    world.put(CLAUDE, SETTINGS);
    await world.setup('claude', ...INSTALL);
    world.put(CLAUDE, world.text(CLAUDE).replace('"theme": "dark"', '"theme": "light"'));
    await world.setup('claude', '--uninstall');
    expect(world.text(CLAUDE)).toBe(SETTINGS.replace('dark', 'light'));
  });

  test('is refused politely where our part was changed, and goes on with --force', async () => {
    world.put(CODEX, CONFIG);
    await world.setup('codex', ...INSTALL);
    const mine = world.text(CODEX).replace('"openai/gpt-5"', '"openai/gpt-5-mini"');
    world.put(CODEX, mine);
    const { exitCode, stderr } = await world.setup('codex', '--uninstall', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'unsafe_write',
      message: expect.stringMatching(/was changed where setup wrote it: model\.$/),
    });
    expect(world.text(CODEX)).toBe(mine);
    expect((await world.setup('codex', '--uninstall', '--force')).exitCode).toBe(0);
    expect(world.text(CODEX)).toBe(CONFIG);
  });

  test('of a file that somebody removed keeps what was there before', async () => {
    world.put(CODEX, CONFIG);
    const { stdout } = await world.setup('codex', ...INSTALL);
    const [{ backup }] = results(stdout)[0].files;
    rmSync(join(world.home, CODEX));
    expect((await world.setup('codex', '--uninstall')).exitCode).toBe(0);
    expect(readFileSync(backup, 'utf8')).toBe(CONFIG);
  });

  test('of what was never installed is done at once', async () => {
    const { exitCode, stdout } = await world.setup('claude', '--uninstall', '--json');
    expect(exitCode).toBe(0);
    expect(results(stdout)).toMatchObject([{ status: 'skipped' }]);
  });
});

describe('trouble', () => {
  test('a file that may only be read stays as it is, and so do the others', async () => {
    world.put(CODEX, CONFIG);
    chmodSync(world.put('.codex/.env', 'FOO=1\n'), 0o400);
    const before = world.files();
    const { exitCode, stderr } = await world.setup('codex', ...INSTALL);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'unsafe_write' });
    expect(world.files()).toEqual(before);
  });

  test('a full disk leaves everything as it was', async () => {
    world.put(CODEX, CONFIG);
    const before = world.files();
    const { exitCode, stderr } = await world.run(['setup', 'codex', ...INSTALL], {
      wrap: (command) => ['bash', '-c', 'ulimit -f 0; exec "$@"', 'full', ...command],
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr).error.code).toBe('file_error');
    expect(world.files()).toEqual(before);
  });

  test('two at once do one after the other', async () => {
    world.put(CLAUDE, SETTINGS);
    const before = world.files();
    const both = await Promise.all([
      world.setup('claude', ...INSTALL),
      world.setup('claude', ...INSTALL, '--model', 'openai/gpt-5'),
    ]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(JSON.parse(world.text(CLAUDE)).env.ANTHROPIC_BASE_URL).toBe(world.fake.url);
    await world.setup('claude', '--uninstall');
    expect(world.files()).toEqual(before);
  });

  test('killed at any moment, each file is the old one or the new one, and the way back is still known', async () => {
    world.put(CODEX, CONFIG);
    world.put('.codex/.env', 'FOO=1\n', 0o600);
    const before = world.files();
    await world.setup('codex', ...INSTALL);
    const after = world.files();
    await world.setup('codex', '--uninstall');
    for (let run = 0; run < 8; run++) {
      const running = startCli(['setup', 'codex', ...INSTALL], {
        home: world.home,
        env: { GATEWAY_API_URL: world.fake.url, GATEWAY_API_KEY: KEY },
      });
      // from the first request on it has everything that it writes; each run is killed a little later
      const asked = world.fake.seen.length;
      while (world.fake.seen.length === asked && running.child.exitCode === null) await soon();
      for (let turn = 0; turn < run * 8; turn++) await soon();
      running.child.kill('SIGKILL');
      await running.done;
      const now = world.files();
      for (const name of [CODEX, '.codex/.env']) expect([before[name], after[name]]).toContain(now[name]);
      await world.setup('codex', ...INSTALL);
      expect(world.files()).toMatchObject(after);
      await world.setup('codex', '--uninstall');
      expect(world.text(CODEX)).toBe(CONFIG);
      expect(world.text('.codex/.env')).toBe('FOO=1\n');
    }
  });

  test('killed while another model is written, the way back is still known to the byte', async () => {
    world.put(CODEX, CONFIG);
    const before = world.files();
    await world.setup('codex', ...INSTALL);
    const kills = world.put(
      'kill.mjs',
      `import fs from 'node:fs';
       import { syncBuiltinESMExports } from 'node:module';
       const { rename } = fs;
       fs.rename = (from, to, done) => (to.endsWith('config.toml') ? process.kill(process.pid, 9) : rename(from, to, done));
       syncBuiltinESMExports();`,
    );
    const env = { GATEWAY_API_URL: world.fake.url, GATEWAY_API_KEY: KEY, NODE_OPTIONS: `--import ${kills}` };
    await startCli(['setup', 'codex', '--model', 'gpt-5-mini', ...INSTALL], { home: world.home, env }).done;
    rmSync(kills);
    // else the next one waits until it is stale
    rmSync(join(world.home, '.gateway/setup.lock'), { recursive: true });
    expect(world.text(CODEX)).toContain('"openai/gpt-5"');
    for (const name of readdirSync(join(world.home, '.codex')).filter((name) => /\.\d+$/.test(name)))
      rmSync(join(world.home, '.codex', name));
    const { exitCode } = await world.setup('codex', '--uninstall');
    expect({ exitCode, files: world.files() }).toEqual({ exitCode: 0, files: before });
    expect(existsSync(join(world.home, '.gateway/setup'))).toBe(false);
  });

  test('a damaged record is told, and nothing is changed', async () => {
    world.put(CODEX, CONFIG);
    await world.setup('codex', ...INSTALL);
    world.put('.gateway/setup/codex.json', '{"version":');
    const before = world.files();
    const { exitCode, stderr } = await world.setup('codex', '--uninstall', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'file_error', message: expect.stringContaining('damaged') });
    expect(world.files()).toEqual(before);
    renameSync(join(world.home, '.gateway/setup/codex.json'), join(world.home, 'aside'));
    expect(readdirSync(join(world.home, '.gateway/setup'))).toContain('backups');
  });
});

describe('checking', () => {
  const check = async (...more: string[]) => {
    const { exitCode, stdout } = await world.setup('claude', '--check', '--no-request', '--json', ...more);
    const { checks } = results(stdout)[0];
    return { exitCode, checks: Object.fromEntries(checks.map((each: { name: string }) => [each.name, each])) };
  };

  test('reads what the tool reads, and finds it well', async () => {
    await world.setup('claude', ...INSTALL);
    expect(await check()).toMatchObject({
      exitCode: 0,
      checks: { address: { status: 'pass' }, key: { status: 'pass' }, model: { status: 'pass' } },
    });
  });

  test('finds a project’s file that goes before, and says which', async () => {
    await world.setup('claude', ...INSTALL);
    world.put('.claude/settings.local.json', '{"env":{"ANTHROPIC_BASE_URL":"https://elsewhere.example"}}');
    expect(await check()).toMatchObject({
      exitCode: 1,
      checks: {
        address: {
          status: 'fail',
          message: expect.stringMatching(/elsewhere\.example, as .*settings\.local\.json says/),
          fix: 'gateway setup claude --install --scope project',
        },
      },
    });
  });

  test('doctor looks at every tool that was set up', async () => {
    await world.setup('claude', 'codex', ...INSTALL);
    world.put(CODEX, world.text(CODEX).replace('127.0.0.1', 'elsewhere.example'));
    const { stdout } = await world.run(['doctor', '--offline', '--json']);
    const checks = JSON.parse(stdout).checks.filter(({ name }: { name: string }) => name.startsWith('setup_'));
    expect(checks).toMatchObject([
      { name: 'setup_claude', status: 'pass' },
      { name: 'setup_codex', status: 'fail', fix: 'gateway setup codex --install' },
    ]);
  });

  test('a tool that is not set up fails with the command that does it', async () => {
    expect(await check()).toMatchObject({
      exitCode: 1,
      checks: { address: { status: 'fail', fix: 'gateway setup claude --install' } },
    });
  });

  test('what was written and does not work is no success', async () => {
    const { exitCode, stdout } = await world.setup('claude', '--install', '--json');
    expect(exitCode).toBe(1);
    expect(results(stdout)[0]).toMatchObject({ status: 'installed', verified: false });
  });

  test('sends one request in the tool’s own format, with the tool’s key', async () => {
    await world.fake.close();
    const stream = [
      { type: 'message_start', message: { id: 'm', usage: { input_tokens: 3, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'OK' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ];
    world = await startWorld({
      'POST /v1/messages': (_request, response) => {
        response.setHeader('content-type', 'text/event-stream');
        response.end(stream.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
      },
    });
    const { stdout } = await world.setup('claude', '--install', '--json');
    expect(results(stdout)[0]).toMatchObject({ status: 'installed', verified: true });
    const [sent] = world.fake.to('/v1/messages');
    expect(sent!.fields).toMatchObject({ model: 'claude-sonnet-4-6', stream: true });
    expect(sent!.headers.authorization).toBe(`Bearer ${KEY}`);
  });
});

/** One turn of the event loop with its timers. */
function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
