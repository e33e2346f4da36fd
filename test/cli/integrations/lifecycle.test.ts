import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { forgetHomes } from '../../helpers/cli.ts';
import { KEY, startWorld } from '../setup/world.ts';

/** Configuration as people have it, with what stands in the way of ours. */
const FILES: Record<string, Record<string, string>> = {
  openclaw: {
    '.openclaw/openclaw.json':
      "{\n  // mine\n  channels: { telegram: { enabled: true } },\n  agents: { defaults: { model: 'openai/gpt-5', workspace: '~/w' } },\n}\n",
  },
  pi: {
    '.pi/agent/models.json': '{\n\t// local\n\t"providers": { "ollama": { "models": [{ "id": "qwen" }], }, },\n}',
    '.pi/agent/settings.json': '{"theme":"dark","defaultModel":"qwen"}',
  },
  kimi: {
    '.kimi-code/config.toml':
      'default_model = "kimi/k2" # fast\r\n\r\n[providers.kimi]\r\ntype = "kimi"\r\n\r\n[models."kimi/k2"]\r\nprovider = "kimi"\r\nmodel = "k2"\r\nmax_context_size = 262144\r\n',
  },
  hermes: {
    '.hermes/config.yaml': '# mine\nmodel: anthropic/claude-opus-4  # big\nterminal:\n  backend: local\n',
    '.hermes/.env': 'TELEGRAM_TOKEN=abc\n',
  },
  autohand: { '.autohand/config.toml': 'provider = "openrouter"\n\n[openrouter]\nmodel = "x/y"\n' },
  aider: {
    '.aider.conf.yml': '## Sample\nmodel: sonnet\ndark-mode: true\n',
    '.aider.model.metadata.json': '{"deepseek/deepseek-chat": {"mode": "chat"}}',
  },
};

afterAll(forgetHomes);

describe.each(Object.entries(FILES))('%s', (tool, mine) => {
  test.each([
    ['in an empty HOME', {}],
    ['beside what a person has', mine],
  ])('%s: installed, found well, installed again without a change, taken back to the byte', async (_where, files) => {
    const world = await startWorld();
    for (const [name, text] of Object.entries(files)) world.put(name, text);
    const before = world.files();
    const install = () => world.setup(tool, '--install', '--no-request', '--json');

    const { stdout, stderr } = await install();
    expect(stderr).toBe('');
    const [result] = JSON.parse(stdout).results;
    expect(result).toMatchObject({ status: 'installed', model: 'anthropic/claude-sonnet-4-6' });
    expect(result.checks.map(({ name, status }: { name: string; status: string }) => [name, status])).toEqual([
      ['address', 'pass'],
      ['key', 'pass'],
      ['model', 'pass'],
    ]);

    const after = world.files();
    for (const [name, text] of Object.entries(after))
      if (text.includes(KEY)) expect(statSync(join(world.home, name)).mode & 0o077).toBe(0);

    expect(JSON.parse((await install()).stdout).results[0].status).toBe('unchanged');
    expect(world.files()).toEqual(after);

    expect((await world.setup(tool, '--uninstall')).exitCode).toBe(0);
    expect(world.files()).toEqual(before);
    await world.fake.close();
  });
});
