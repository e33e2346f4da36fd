import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetHomes } from '../../helpers/cli.ts';
import { startWorld, type World } from '../matrix/world.ts';
import { AGENTS } from './agents.ts';
import { filesIn, filesWith, makeDesk } from './desk.ts';
import { programFolder, runProgram } from './programs.ts';

/** The real agents of npm, one after the other, each in an empty HOME and wired by `gateway setup` alone. */
let world: World;
let programs: string;
beforeAll(async () => {
  programs = programFolder();
  world = await startWorld();
});
afterAll(async () => {
  await world?.stop();
  forgetHomes();
  if (programs) rmSync(programs, { recursive: true, force: true });
});

test.each(AGENTS)(
  '$title, set up in an empty HOME, reads a file through a provider of another format, and is taken back without a trace',
  async (agent) => {
    const { tool, program, model } = agent;
    const desk = makeDesk(world, programs, agent, tool);
    const { home, work, env } = desk;
    const installed = await desk.gateway('setup', tool, '--install', '--model', model, '--json');
    expect(installed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(installed.stdout).results).toMatchObject([{ status: 'installed', verified: true }]);
    const written = filesIn(home);

    desk.done(await runProgram([program, ...desk.task], { cwd: work, env }));

    const removed = await desk.gateway('setup', tool, '--uninstall', '--json');
    expect(JSON.parse(removed.stdout).results).toMatchObject([{ status: 'removed' }]);
    const left = written.filter((path) => existsSync(path));
    if (agent.adds) expect(left.map((path) => readFileSync(path, 'utf8')).join()).not.toMatch(/gateway/i);
    else expect(left).toEqual([]);
    expect(filesWith(home, world.key)).toEqual([]);
  },
);

describe.each(AGENTS.filter(({ launched }) => launched))('$title by launch', (agent) => {
  const { tool, program, model } = agent;
  const budget = ['--model', model, '--budget-usd', '1', '--json', '--'] as const;

  test('does the same with a key of its own, and nothing of ours is written', async () => {
    const desk = makeDesk(world, programs, agent, `${tool}-launched`);
    const ran = await desk.gateway('launch', tool, ...budget, ...desk.task);
    desk.done(ran);
    await spent(ran.stderr);
    expect(filesWith(desk.home, 'sk-gw-')).toEqual([]);
    expect(existsSync(`${desk.home}/.gateway`)).toBe(false);
  });

  test('where it is set up with another key, still spends its own, and leaves that as it is', async () => {
    const desk = makeDesk(world, programs, agent, `${tool}-twice`);
    await desk.gateway('setup', tool, '--install', '--json', '--no-request');
    const ran = await desk.gateway('launch', tool, ...budget, ...desk.task);
    desk.done(ran);
    await spent(ran.stderr);
    const again = await desk.gateway('setup', tool, '--install', '--json', '--no-request');
    expect(JSON.parse(again.stdout).results).toMatchObject([{ status: 'unchanged' }]);
  });

  test('ends with its exit code', async () => {
    const { gateway, work, env } = makeDesk(world, programs, agent, `${tool}-wrong`);
    const { exitCode } = await runProgram([program, '--no-such-flag'], { cwd: work, env });
    expect(exitCode).toBeGreaterThan(0);
    expect((await gateway('launch', tool, ...budget, '--no-such-flag')).exitCode).toBe(exitCode);
  });
});

/** The receipt, last on stderr, counts the run's requests, and its key is no key any more. */
async function spent(stderr: string): Promise<void> {
  const receipt = JSON.parse(/\{"event":"receipt".*\}/.exec(stderr)![0]);
  expect(receipt).toMatchObject({ budget_usd: '1.00', revoked: true });
  expect(receipt.requests).toBeGreaterThan(1);
  expect((await world.gateway.api('GET', `/api/v1/me/keys/${receipt.key}`)).body.status).toBe('revoked');
}
