import type { IncomingHttpHeaders } from 'node:http';

/** Coding agents by how they name themselves; the first that matches. Other spellings of a name become one. */
const AGENTS: readonly [source: string, userAgent: RegExp][] = [
  ['claude.com/claude-code', /^claude-cli\/|claude-code/i],
  ['codex', /^codex[-_]/i],
  ['opencode', /^opencode\//i],
  ['roo-code', /roo-(code|cline)/i],
  ['kilo-code', /kilo/i],
  ['cline', /cline/i],
  ['cursor', /^cursor\/|cursor-llm/i],
  ['autohand', /autohand/i],
  ['n8n', /^n8n/i],
  ['openclaw', /claw/i],
  ['aider', /aider/i],
  ['continue', /^continue/i],
  ['windsurf', /windsurf|codeium/i],
  ['zed', /^zed\//i],
  ['github-copilot', /copilot/i],
  ['pi-agent', /^pi[-_]agent/i],
  ['hermes-agent', /hermes-?agent/i],
  ['gateway-cli', /^gateway-cli\//],
  ['anthropic-sdk', /^anthropic\//i],
  ['openai-sdk', /^openai\//i],
];
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['open-code', 'opencode'],
  ['codeium', 'windsurf'],
  ['roo-cline', 'roo-code'],
  ['copilot', 'github-copilot'],
  ['hermes', 'hermes-agent'],
  ['hermes-agent.nousresearch.com', 'hermes-agent'],
  ['claude-code', 'claude.com/claude-code'],
]);
const seen = new Map<string, string | null>();
const MAX_SEEN = 1000;

/** Which tool a request comes from: its `x-source` header, else its user agent, else null. */
export function sourceOf(headers: IncomingHttpHeaders): string | null {
  const named = headers['x-source'];
  if (typeof named === 'string' && named !== '') {
    const source = named
      .replace(/^https?:\/\//, '')
      .toLowerCase()
      .slice(0, 100);
    return SPELLINGS.get(source) ?? source;
  }
  const agent = headers['user-agent'];
  if (!agent) return null;
  const known = seen.get(agent);
  if (known !== undefined) return known;
  const source = AGENTS.find(([, pattern]) => pattern.test(agent))?.[0] ?? null;
  if (seen.size < MAX_SEEN) seen.set(agent, source);
  return source;
}
