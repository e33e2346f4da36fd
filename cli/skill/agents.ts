import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** An agent that reads skills, and where. */
interface Agent {
  name: string;
  title: string;
  /** Its own folder, by which it is found: a variable that moves it, and its place in HOME. */
  home: { variable?: string; folder: string };
  /** The folder of skills of a person, in HOME; left out: `skills` in its own folder. */
  user?: string;
  /** The same of a project, in the working folder. */
  project: string;
}

/** One row an agent; behind each, where it is written down. */
export const AGENTS: readonly Agent[] = [
  // code.claude.com/docs/en/skills
  {
    name: 'claude',
    title: 'Claude Code',
    home: { variable: 'CLAUDE_CONFIG_DIR', folder: '.claude' },
    project: '.claude/skills',
  },
  // developers.openai.com/codex/skills: $HOME/.agents/skills and .agents/skills; ~/.codex/skills is read still, but old
  {
    name: 'codex',
    title: 'Codex',
    home: { variable: 'CODEX_HOME', folder: '.codex' },
    user: '.agents/skills',
    project: '.agents/skills',
  },
  // opencode.ai/docs/skills
  { name: 'opencode', title: 'OpenCode', home: { folder: '.config/opencode' }, project: '.opencode/skills' },
  // docs.openclaw.ai/tools/skills: managed skills, and .agents/skills of the workspace
  { name: 'openclaw', title: 'OpenClaw', home: { folder: '.openclaw' }, project: '.agents/skills' },
  // cursor.com/docs/context/skills
  { name: 'cursor', title: 'Cursor', home: { folder: '.cursor' }, project: '.cursor/skills' },
  // geminicli.com/docs/cli/skills
  { name: 'gemini', title: 'Gemini CLI', home: { folder: '.gemini' }, project: '.gemini/skills' },
  // docs.github.com/copilot/concepts/agents/about-agent-skills
  { name: 'copilot', title: 'GitHub Copilot', home: { folder: '.copilot' }, project: '.github/skills' },
  // pi's docs/skills.md
  {
    name: 'pi',
    title: 'Pi',
    home: { variable: 'PI_CODING_AGENT_DIR', folder: '.pi/agent' },
    project: '.pi/skills',
  },
  // the others: src/agents.ts of github.com/vercel-labs/skills, which installs skills for them
  { name: 'cline', title: 'Cline', home: { folder: '.cline' }, user: '.agents/skills', project: '.agents/skills' },
  {
    name: 'kimi',
    title: 'Kimi Code',
    home: { variable: 'KIMI_CODE_HOME', folder: '.kimi-code' },
    user: '.agents/skills',
    project: '.agents/skills',
  },
  { name: 'continue', title: 'Continue', home: { folder: '.continue' }, project: '.continue/skills' },
  { name: 'hermes', title: 'Hermes', home: { variable: 'HERMES_HOME', folder: '.hermes' }, project: '.hermes/skills' },
  {
    name: 'autohand',
    title: 'Autohand',
    home: { variable: 'AUTOHAND_HOME', folder: '.autohand' },
    project: '.autohand/skills',
  },
];

/** Where a command runs. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** An agent here: whether it seems to be installed, and where its `SKILL.md` of ours belongs. */
export interface Place {
  agent: string;
  title: string;
  found: boolean;
  path: string;
}

/** Every agent that is known, and its place for our skill. */
export function placesOf({ env, cwd }: Surroundings, scope: 'user' | 'project', skill: string): Place[] {
  const home = env.HOME || homedir();
  return AGENTS.map((agent) => {
    const own = ownFolder(agent, env, home, cwd);
    const user = agent.user ? join(home, agent.user) : join(own, 'skills');
    const folder = scope === 'user' ? user : join(cwd, agent.project);
    return { agent: agent.name, title: agent.title, found: existsSync(own), path: join(folder, skill, 'SKILL.md') };
  });
}

function ownFolder(agent: Agent, env: NodeJS.ProcessEnv, home: string, cwd: string): string {
  const moved = agent.home.variable && env[agent.home.variable];
  if (moved) return resolve(cwd, moved);
  const config = env.XDG_CONFIG_HOME;
  if (config && agent.home.folder.startsWith('.config/'))
    return resolve(cwd, config, agent.home.folder.slice('.config/'.length));
  return join(home, agent.home.folder);
}
