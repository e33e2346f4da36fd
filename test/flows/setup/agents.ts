import type { Kind } from '../../helpers/providers/kinds.ts';
import type { Program } from './programs.ts';

/** How an agent is asked one thing, and a model that it reaches in another format than its own. */
export interface Agent {
  tool: string;
  title: string;
  program: Program;
  /** Its arguments for one task, with leave to use its tools. */
  args: (prompt: string) => readonly string[];
  /** Variables of its own that it needs to run here; none of them says where requests go. */
  env?: Readonly<Record<string, string>>;
  model: string;
  kind: Kind;
  /** It is run by `gateway launch` too. */
  launched?: true;
  /** It writes settings of its own into its file, which then stays with those. */
  adds?: true;
}

export const AGENTS: readonly Agent[] = [
  {
    tool: 'claude',
    title: 'Claude Code',
    program: 'claude',
    args: (prompt) => ['-p', prompt],
    model: 'openai/gpt-5.3-codex',
    kind: 'openai-responses',
    launched: true,
  },
  {
    tool: 'codex',
    title: 'Codex',
    program: 'codex',
    args: (prompt) => ['exec', '--skip-git-repo-check', prompt],
    model: 'anthropic/claude-sonnet-4.6',
    kind: 'anthropic-messages',
    launched: true,
  },
  {
    tool: 'opencode',
    title: 'OpenCode',
    program: 'opencode',
    args: (prompt) => ['run', prompt],
    model: 'google-ai-studio/gemini-3.5-flash',
    kind: 'gemini',
    launched: true,
  },
  {
    tool: 'openclaw',
    title: 'OpenClaw',
    program: 'openclaw',
    args: (prompt) => ['agent', 'exec', prompt],
    model: 'aws-bedrock/claude-sonnet-4.6',
    kind: 'bedrock-converse',
    launched: true,
  },
  {
    tool: 'pi',
    title: 'Pi',
    program: 'pi',
    args: (prompt) => ['-p', prompt],
    model: 'openai/gpt-5.3-codex',
    kind: 'openai-responses',
    launched: true,
  },
  {
    tool: 'continue',
    title: 'Continue',
    program: 'cn',
    args: (prompt) => ['-p', prompt],
    model: 'google-ai-studio/gemini-3.5-flash',
    kind: 'gemini',
    launched: true,
  },
  {
    tool: 'kilo',
    title: 'Kilo Code',
    adds: true,
    program: 'kilo',
    args: (prompt) => ['run', prompt],
    model: 'google-ai-studio/gemini-3.5-flash',
    kind: 'gemini',
    launched: true,
  },
  {
    tool: 'kimi',
    title: 'Kimi Code',
    program: 'kimi',
    args: (prompt) => ['-p', prompt],
    model: 'openai/gpt-5.3-codex',
    kind: 'openai-responses',
    launched: true,
  },
  {
    tool: 'gemini',
    title: 'Gemini CLI',
    program: 'gemini',
    args: (prompt) => ['--skip-trust', '-p', prompt],
    model: 'anthropic/claude-sonnet-4.6',
    kind: 'anthropic-messages',
    launched: true,
  },
];
