import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { forgetHomes } from '../../helpers/cli.ts';
import { KEY, startWorld, type World } from '../setup/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
  return () => world.fake.close();
});
afterAll(forgetHomes);

const INSTALL = ['--install', '--no-verify', '--json'];
const status = ({ stdout }: { stdout: string }) => JSON.parse(stdout).results[0].status;

/** What a person has before, by tool, and the files that must hold the key afterwards. */
const TOOLS: [tool: string, own: Record<string, string>, secret: string | undefined][] = [
  [
    'continue',
    {
      '.continue/config.yaml':
        '# mine\nname: Ann\nversion: 0.0.9\nmodels:\n  - name: Local # small\n    provider: ollama\n    model: qwen\n',
      '.continue/.env': 'FOO=1',
    },
    '.continue/.env',
  ],
  [
    'cline',
    {
      '.cline/data/settings/providers.json':
        '{"version":1,"lastUsedProvider":"cline","modes":{},"providers":{"cline":{"settings":{"provider":"cline"}}}}',
    },
    '.cline/data/settings/providers.json',
  ],
  ['kilo', { '.config/kilo/kilo.jsonc': '{\r\n\t// mine\r\n\t"model": "kilo/auto",\r\n}\r\n' }, undefined],
  ['mimo', { '.config/mimocode/mimocode.jsonc': '{\n  "$schema": "https://example.com/x",\n}\n' }, undefined],
  [
    'gemini',
    {
      '.gemini/settings.json': '{\n  // mine\n  "security": {"auth": {"selectedType": "oauth-personal"}}\n}',
      '.gemini/.env': '# mine\nGEMINI_MODEL=gemini-2.5-flash\n',
    },
    '.gemini/.env',
  ],
  [
    'zed',
    {
      '.config/zed/settings.json':
        '// Zed settings\n{\n  "theme": "One Dark", // night\n  "agent": {\n    "default_model": { "provider": "zed.dev", "model": "claude" },\n  },\n}\n',
    },
    undefined,
  ],
];

test.each(TOOLS)('%s, where there was nothing, is wired, changes no byte again and leaves no trace', async (tool) => {
  const before = world.files();
  expect(status(await world.setup(tool, ...INSTALL))).toBe('installed');
  const after = world.files();
  expect(after).not.toEqual(before);
  expect(status(await world.setup(tool, ...INSTALL))).toBe('unchanged');
  expect(world.files()).toEqual(after);
  expect(status(await world.setup(tool, '--uninstall', '--json'))).toBe('removed');
  expect(world.files()).toEqual(before);
});

test.each(TOOLS)(
  "%s, with a person's own files, is wired and gives them back to the byte",
  async (tool, own, secret) => {
    for (const [path, text] of Object.entries(own)) world.put(path, text);
    const before = world.files();
    expect(status(await world.setup(tool, ...INSTALL))).toBe('installed');
    expect((await world.setup(tool, '--check', '--no-request')).exitCode).toBe(0);
    const after = world.files();
    expect(status(await world.setup(tool, ...INSTALL))).toBe('unchanged');
    expect(world.files()).toEqual(after);
    const withKey = Object.keys(after).filter((path) => after[path]!.includes(KEY));
    expect(withKey).toEqual(secret === undefined ? [] : [secret]);
    if (secret !== undefined) expect(statSync(join(world.home, secret)).mode & 0o777).toBe(0o600);
    expect(status(await world.setup(tool, '--uninstall', '--json'))).toBe('removed');
    expect(world.files()).toEqual(before);
  },
);

test.each(TOOLS)('%s is found as it was wired: address, key and model', async (tool) => {
  await world.setup(tool, ...INSTALL);
  const { exitCode, stdout } = await world.setup(tool, '--check', '--no-request', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).results[0].checks.map((check: object) => ({ ...check, fix: null }))).toMatchObject([
    { name: 'address', status: 'pass' },
    { name: 'key', status: 'pass' },
    { name: 'model', status: 'pass' },
  ]);
});

test.each(TOOLS)("%s that goes elsewhere by a person's own file is told so", async (tool, own) => {
  for (const [path, text] of Object.entries(own)) world.put(path, text);
  const { exitCode, stdout } = await world.setup(tool, '--check', '--no-request', '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout).results[0].checks[0]).toMatchObject({ name: 'address', status: 'fail' });
});

test("Continue's file keeps the name and the version that a person gave it", async () => {
  world.put('.continue/config.yaml', 'name: Ann\nversion: 0.0.9\n');
  await world.setup('continue', ...INSTALL);
  expect(world.text('.continue/config.yaml')).toMatch(/^name: Ann\nversion: 0\.0\.9\nschema: v1\nmodels:\n/);
});
