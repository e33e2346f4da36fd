/** A program that is known by what it sends. */
export interface Agent {
  /** What records and reports call it. */
  id: string;
  label: string;
  /** Other values of `x-source` that mean it, in small letters, without protocol and `www.`. */
  spellings?: readonly string[];
  /** Any of these in the user agent. */
  userAgents: readonly RegExp[];
  /** Any of these, in small letters, in `x-title`. */
  titles?: readonly string[];
  /** Any of these in the referer. */
  referers?: readonly RegExp[];
}

/**
 * Coding agents, the first that matches. To add one, add a row. Sources: LLM Gateway's "Coding Agents", and what the tools
 * that `gateway setup` wires were seen to send.
 */
export const AGENTS: readonly Agent[] = [
  {
    id: 'claude.com/claude-code',
    label: 'Claude Code',
    spellings: ['claude-code'],
    userAgents: [/^claude-cli\//i, /claude-code/i],
  },
  { id: 'codex', label: 'Codex CLI', spellings: ['codex-cli'], userAgents: [/^codex[-_](?:cli|cli_rs|tui|exec)\b/i] },
  { id: 'opencode', label: 'OpenCode', spellings: ['open-code'], userAgents: [/^opencode\//i, /opencode-cli/i] },
  { id: 'roo-code', label: 'Roo Code', spellings: ['roo-cline'], userAgents: [/roo-(?:code|cline)/i] },
  {
    id: 'kilo-code',
    label: 'Kilo Code',
    spellings: ['kilo', 'kilocode', 'kilocode.ai'],
    userAgents: [/^kilo\//i, /kilo-?code/i],
    titles: ['kilo code'],
    referers: [/\bkilocode\.ai\b/i],
  },
  { id: 'cline', label: 'Cline', userAgents: [/cline/i] },
  { id: 'cursor', label: 'Cursor', userAgents: [/^cursor\//i, /cursor-llm/i] },
  {
    id: 'autohand',
    label: 'Autohand Code',
    spellings: ['autohand-code'],
    userAgents: [/^autohand\//i, /autohand-code/i],
  },
  { id: 'soulforge', label: 'SoulForge', userAgents: [/^soulforge\//i] },
  { id: 'n8n', label: 'n8n', spellings: ['n8n-workflow'], userAgents: [/^n8n\//i, /n8n-workflow/i] },
  { id: 'openclaw', label: 'OpenClaw', userAgents: [/^openclaw\//i] },
  { id: 'aider', label: 'Aider', userAgents: [/aider/i] },
  { id: 'continue', label: 'Continue', spellings: ['continue-dev'], userAgents: [/^continue\//i, /continue-dev/i] },
  { id: 'windsurf', label: 'Windsurf / Codeium', spellings: ['codeium'], userAgents: [/^(?:windsurf|codeium)\//i] },
  { id: 'zed', label: 'Zed AI', spellings: ['zed-editor'], userAgents: [/^zed\//i, /zed-editor/i] },
  { id: 'github-copilot', label: 'GitHub Copilot', spellings: ['copilot'], userAgents: [/copilot/i] },
  { id: 'pi-agent', label: 'Pi Agent', spellings: ['pi_agent'], userAgents: [/^pi-agent\//i, /pi_agent/i, /^pi[/ ]/] },
  {
    id: 'hermes-agent',
    label: 'Hermes Agent',
    spellings: ['hermes', 'hermes-agent.nousresearch.com'],
    userAgents: [/^HermesAgent\//i],
    titles: ['hermes agent'],
    referers: [/^https?:\/\/(?:[\w-]+\.)*nousresearch\.com(?:[:/?#]|$)/i],
  },
  { id: 'gemini-cli', label: 'Gemini CLI', userAgents: [/^GeminiCLI\b/i] },
  { id: 'kimi-code', label: 'Kimi Code', spellings: ['kimi', 'kimi-cli'], userAgents: [/^kimi(?:-?code|-?cli)?\b/i] },
  { id: 'mimo-code', label: 'MiMo Code', spellings: ['mimo', 'mimocode'], userAgents: [/^mimo-?(?:code)?\//i] },
  { id: 'gateway-cli', label: 'gateway', userAgents: [/^gateway-cli\//i] },
];

/** Libraries that programs of any kind ask with: they name a source only where nothing else does. */
export const LIBRARIES: readonly Agent[] = [
  { id: 'openai-sdk', label: 'OpenAI SDK', userAgents: [/^(?:Async)?OpenAI\/(?:Python|JS)\b/i] },
  { id: 'anthropic-sdk', label: 'Anthropic SDK', userAgents: [/^(?:Async)?Anthropic\/(?:Python|JS)\b/i] },
  { id: 'google-genai-sdk', label: 'Google Gen AI SDK', userAgents: [/^google-genai-sdk\//i] },
  { id: 'ai-sdk', label: 'AI SDK', userAgents: [/^ai-sdk\/|^ai\/\d/i] },
];

/** What a source is called by people, by its id; domains and what callers make up have no other name. */
export const SOURCE_LABELS: ReadonlyMap<string, string> = new Map(
  [...AGENTS, ...LIBRARIES].map(({ id, label }) => [id, label]),
);

const IDS: ReadonlyMap<string, string> = new Map(
  [...AGENTS, ...LIBRARIES].flatMap(({ id, label, spellings = [] }) =>
    [label.toLowerCase(), ...spellings].map((name) => [name, id]),
  ),
);

/** The sources that are meant by a name: itself, and the program that is called so, as reports and people spell it. */
export function sourcesCalled(name: string): string[] {
  const id = IDS.get(name.toLowerCase());
  return id === undefined ? [name] : [name, id];
}
