import { afterAll, beforeEach, expect, test } from 'vitest';
import { forgetHomes } from '../../helpers/cli.ts';
import { KEY, startWorld, type World } from '../setup/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
  return () => world.fake.close();
});
afterAll(forgetHomes);

/** A tool is installed; then something goes before what was written. Which check fails, and which place it names. */
const OVERRIDES: [tool: string, what: string, how: Overriding, check: string, from: string][] = [
  [
    'gemini',
    'a `.env` of the folder',
    { files: { 'work/.env': `GOOGLE_GEMINI_BASE_URL=http://elsewhere\nGEMINI_API_KEY=${KEY}\n` }, cwd: 'work' },
    'address',
    'work/.env',
  ],
  ['claude', 'a cloud', { env: { CLAUDE_CODE_USE_BEDROCK: '1' } }, 'address', 'CLAUDE_CODE_USE_BEDROCK'],
  [
    'claude',
    "a cloud in a project's file",
    { files: { 'work/.claude/settings.json': '{"env":{"CLAUDE_CODE_USE_VERTEX":"true"}}' }, cwd: 'work' },
    'address',
    'work/.claude/settings.json',
  ],
  ['gemini', 'a variable', { env: { GEMINI_API_KEY: 'AIza' } }, 'key', 'GEMINI_API_KEY'],
  [
    'gemini',
    'another way to sign in',
    { files: { 'work/.gemini/settings.json': '{"security":{"auth":{"selectedType":"vertex-ai"}}}' }, cwd: 'work' },
    'key',
    'work/.gemini/settings.json',
  ],
  ['continue', 'a variable', { env: { GATEWAY_API_KEY: 'other' } }, 'key', 'GATEWAY_API_KEY'],
  [
    'kilo',
    "a project's file",
    {
      files: {
        'work/kilo.json': '{"model":"gateway/x","provider":{"gateway":{"options":{"baseURL":"http://elsewhere/v1"}}}}',
      },
      cwd: 'work',
    },
    'address',
    'work/kilo.json',
  ],
  [
    'mimo',
    'a variable',
    {
      env: {
        MIMOCODE_CONFIG_CONTENT:
          '{"model":"gateway-claude/x","provider":{"gateway-claude":{"options":{"baseURL":"http://elsewhere"}}}}',
      },
    },
    'address',
    'MIMOCODE_CONFIG_CONTENT',
  ],
];

interface Overriding {
  files?: Record<string, string>;
  env?: Record<string, string>;
  cwd?: string;
}

test.each(OVERRIDES)(
  '%s: %s goes before what was written, and --check says so',
  async (tool, _what, how, check, from) => {
    await world.setup(tool, '--install', '--no-verify');
    for (const [path, text] of Object.entries(how.files ?? {})) world.put(path, text);
    const { exitCode, stdout } = await world.run(['setup', tool, '--check', '--no-request', '--json'], {
      env: { GATEWAY_API_KEY: KEY, ...how.env },
      cwd: how.cwd && `${world.home}/${how.cwd}`,
    });
    expect(exitCode).toBe(1);
    const failed = JSON.parse(stdout).results[0].checks.filter(({ status }: { status: string }) => status === 'fail');
    expect(failed).toMatchObject([{ name: check, message: expect.stringContaining(from) }]);
  },
);
