import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { AGENTS } from '../../cli/skill/agents.ts';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';

let home: string;
let project: string;
beforeEach(() => {
  home = tempHome();
  project = tempHome();
});
afterAll(forgetHomes);

const skill = (args: readonly string[], env: Record<string, string> = {}) =>
  runCli(['skill', ...args, '--json'], { home, cwd: project, env });
const results = async (args: readonly string[], env: Record<string, string> = {}) => {
  const { exitCode, stdout, stderr } = await skill(args, env);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout).results as { agent: string; status: string; path: string; reason: string | null }[];
};
const claude = () => join(home, '.claude/skills/gateway/SKILL.md');

describe('the skill', () => {
  test('is text with a name and a description that agents accept, and says the same as --json', async () => {
    const { stdout } = await runCli(['skill'], { home });
    expect(stdout).toMatch(/^---\nname: gateway\ndescription: [^\n:]{1,1024}\n---\n\n# gateway\n/);
    expect(JSON.parse((await skill([])).stdout).text).toBe(stdout);
    for (const told of ['login --complete', 'keys ensure', 'env write', '--budget-usd', 'Never pay', 'error'])
      expect(stdout).toContain(told);
  });

  test('goes to the agents whose folder is here, and to no other; a second run changes no byte', async () => {
    mkdirSync(join(home, '.claude'));
    mkdirSync(join(home, '.codex'));
    const first = await results(['install']);
    expect(first.filter(({ status }) => status === 'installed')).toEqual([
      { agent: 'claude', status: 'installed', path: claude(), reason: null },
      { agent: 'codex', status: 'installed', path: join(home, '.agents/skills/gateway/SKILL.md'), reason: null },
    ]);
    expect(readdirSync(home).sort()).toEqual(['.agents', '.claude', '.codex']);
    const before = lstatSync(claude());
    const again = await results(['install']);
    expect(again.find(({ agent }) => agent === 'claude')!.status).toBe('unchanged');
    expect(lstatSync(claude())).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  test('goes to an agent that is named, found or not, in the folder that its variable names', async () => {
    const moved = join(home, 'elsewhere');
    const [only, ...others] = await results(['install', '--agent', 'claude'], { CLAUDE_CONFIG_DIR: moved });
    expect(others).toEqual([]);
    expect(only).toMatchObject({ status: 'installed', path: join(moved, 'skills/gateway/SKILL.md') });
    const [opencode] = await results(['install', '--agent', 'opencode'], { XDG_CONFIG_HOME: join(home, 'xdg') });
    expect(opencode!.path).toBe(join(home, 'xdg/opencode/skills/gateway/SKILL.md'));
  });

  test('goes to every known agent of a project with --all, once where several share a folder, and back again', async () => {
    const installed = await results(['install', '--all', '--scope', 'project']);
    expect(installed.map(({ agent }) => agent)).toEqual(AGENTS.map(({ name }) => name));
    expect(installed.every(({ status, path }) => status === 'installed' && path.startsWith(project))).toBe(true);
    expect(new Set(installed.map(({ path }) => path)).size).toBeLessThan(installed.length);
    for (const { path } of installed) expect(readFileSync(path, 'utf8')).toContain('name: gateway');
    const removed = await results(['uninstall', '--scope', 'project']);
    expect(removed.every(({ status }) => status === 'removed')).toBe(true);
    for (const { path } of installed) expect(existsSync(join(path, '..'))).toBe(false);
    expect((await results(['uninstall', '--scope', 'project'])).every(({ status }) => status === 'skipped')).toBe(true);
  });

  test('is only shown with --dry-run', async () => {
    const [shown] = await results(['install', '--agent', 'claude', '--dry-run']);
    expect(shown).toEqual({ agent: 'claude', status: 'preview', path: claude(), reason: 'would be installed' });
    expect(readdirSync(home)).toEqual([]);
    const { stdout } = await runCli(['skill', 'install', '--agent', 'claude', '--dry-run'], { home });
    expect(stdout).toMatch(
      /^Dry run: nothing was changed\..*\nagent +path +status +reason\nclaude .* preview +would be installed\n$/,
    );
    expect(readdirSync(home)).toEqual([]);
  });

  test('replaces an older one of ours', async () => {
    await results(['install', '--agent', 'claude']);
    const current = readFileSync(claude(), 'utf8');
    const { marked } = await import('../../cli/skill/mark.ts');
    writeFileSync(claude(), marked('---\nname: gateway\n---\nold\n'));
    expect((await results(['install', '--agent', 'claude']))[0]!.status).toBe('installed');
    expect(readFileSync(claude(), 'utf8')).toBe(current);
  });

  test.each([
    ['somebody else wrote', () => '---\nname: gateway\n---\nmine\n', /did not write it/],
    ['somebody changed since', (ours: string) => ours.replace('# gateway', '# my gateway'), /was changed since/],
    ['somebody added to', (ours: string) => `${ours}\nAlso: be polite.\n`, /was changed since/],
  ])('a file that %s is neither overwritten nor removed without --force, nor is any other', async (_who, of, said) => {
    await results(['install', '--agent', 'claude']);
    const content = of(readFileSync(claude(), 'utf8'));
    writeFileSync(claude(), content);
    for (const verb of ['install', 'uninstall']) {
      const refused = await skill([verb, '--agent', 'gemini', '--agent', 'claude']);
      expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
      expect(failure(refused)).toMatchObject({ code: 'unsafe_write', message: expect.stringMatching(said) });
      expect(readFileSync(claude(), 'utf8')).toBe(content);
      expect(existsSync(join(home, '.gemini'))).toBe(false);
    }
    expect((await results(['uninstall', '--agent', 'claude', '--force']))[0]!.status).toBe('removed');
    expect(existsSync(claude())).toBe(false);
  });

  test('uninstall leaves alone what stands beside our file, and what is not ours', async () => {
    await results(['install', '--agent', 'claude']);
    writeFileSync(join(claude(), '../notes.md'), 'mine');
    mkdirSync(join(home, '.cursor/skills/gateway'), { recursive: true });
    writeFileSync(join(home, '.cursor/skills/gateway/SKILL.md'), 'mine');
    const removed = await results(['uninstall']);
    expect(removed.filter(({ status }) => status === 'removed').map(({ agent }) => agent)).toEqual(['claude']);
    expect(readdirSync(join(claude(), '..'))).toEqual(['notes.md']);
    expect(readFileSync(join(home, '.cursor/skills/gateway/SKILL.md'), 'utf8')).toBe('mine');
  });

  test('a folder of skills that is a link stays one', async () => {
    mkdirSync(join(home, 'dotfiles/skills'), { recursive: true });
    mkdirSync(join(home, '.claude'));
    symlinkSync(join(home, 'dotfiles/skills'), join(home, '.claude/skills'));
    await results(['install']);
    expect(lstatSync(join(home, '.claude/skills')).isSymbolicLink()).toBe(true);
    expect(existsSync(join(home, 'dotfiles/skills/gateway/SKILL.md'))).toBe(true);
  });

  test('an agent that nobody knows is refused with the nearest', async () => {
    expect(failure(await skill(['install', '--agent', 'cloude']))).toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('Did you mean claude?'),
    });
  });
});
