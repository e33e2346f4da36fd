import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { tempHome } from '../../helpers/cli.ts';
import { BIN } from '../../helpers/gateway.ts';
import type { World } from '../matrix/world.ts';
import type { Agent } from './agents.ts';
import { CUT_OFF, type Ran, runProgram } from './programs.ts';

/** An empty HOME for one agent, a folder with a note in it, and the task to read that. */
export interface Desk {
  home: string;
  work: string;
  /** What the agent is called with for the task. */
  task: readonly string[];
  /** The agent's variables: none of them says where requests go. */
  env: NodeJS.ProcessEnv;
  /** Runs the real command line there, with the server's address and key in variables. */
  gateway: (...args: string[]) => Promise<Ran>;
  /** The agent ended well, told what the note holds, and only a provider of that format was asked, by the note's own text. */
  done: (ran: Ran) => void;
}

/** @param id tells this task's requests from all others at the provider. */
export function makeDesk(world: World, programs: string, agent: Agent, id: string): Desk {
  const home = tempHome();
  const work = join(tempHome(), 'work');
  mkdirSync(work);
  const secret = `secret-${randomBytes(8).toString('hex')}`;
  writeFileSync(join(work, 'note.txt'), `${secret}\n`);
  const env = { ...CUT_OFF, PATH: `${programs}:${process.env.PATH}`, HOME: home, ...agent.env };
  const ours = { GATEWAY_API_URL: world.url, GATEWAY_API_KEY: world.key, GATEWAY_CREDENTIAL_STORE: 'file' };
  const prompt = `Read the file ${work}/note.txt and say what it holds. [[agent#${id}]]`;
  return {
    home,
    work,
    task: agent.args(prompt),
    env,
    gateway: (...args) => runProgram([process.execPath, BIN, ...args], { cwd: work, env: { ...env, ...ours } }),
    done: ({ exitCode, stdout, stderr }) => {
      const refused = world.providers.refused.filter(([mark]) => mark === id || mark === '');
      const said = { exitCode, refused, told: stdout.includes(secret), stdout, stderr };
      expect(said).toMatchObject({ exitCode: 0, refused: [], told: true });
      const seen = world.providers.seen(id);
      expect(new Set(seen.map((call) => call.kind))).toEqual(new Set([agent.kind]));
      // the provider knows the text from the result of the agent's own tool
      expect(seen.some(({ text }) => text.includes(secret))).toBe(true);
      expect(seen[0]!.text).not.toContain(secret);
    },
  };
}

/** Every file below a folder. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The files below a folder that hold this text. */
export function filesWith(folder: string, text: string): string[] {
  return filesIn(folder).filter((path) => readFileSync(path).includes(text));
}
