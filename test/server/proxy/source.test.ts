import { describe, expect, test } from 'vitest';
import { sourceOf } from '../../../server/proxy/source.ts';

describe('a user agent', () => {
  test.each([
    ['claude-cli/2.1.329 (external, cli)', 'claude.com/claude-code'],
    ['my-claude-code-fork/1.0', 'claude.com/claude-code'],
    ['codex-cli/0.169.0', 'codex'],
    ['codex_cli_rs/0.169.0 (Debian 12)', 'codex'],
    ['codex-tui/0.169.0', 'codex'],
    ['codex_exec/0.169.0', 'codex'],
    ['opencode/1.18.33 ai-sdk/5', 'opencode'],
    ['x opencode-cli/1', 'opencode'],
    ['vscode roo-code/3', 'roo-code'],
    ['roo-cline/3', 'roo-code'],
    ['Cline/3.0.65', 'cline'],
    ['vscode-cline', 'cline'],
    ['Cursor/1.0', 'cursor'],
    ['x cursor-llm/1', 'cursor'],
    ['autohand/0.8.2', 'autohand'],
    ['x autohand-code', 'autohand'],
    ['soulforge/1', 'soulforge'],
    ['n8n/1.123', 'n8n'],
    ['axios n8n-workflow', 'n8n'],
    ['openclaw/2026.9.6', 'openclaw'],
    ['aider/0.80', 'aider'],
    ['python aider', 'aider'],
    ['continue/1.5', 'continue'],
    ['x continue-dev', 'continue'],
    ['windsurf/1', 'windsurf'],
    ['codeium/1', 'windsurf'],
    ['Zed/0.200', 'zed'],
    ['x zed-editor', 'zed'],
    ['github-copilot/1', 'github-copilot'],
    ['GitHubCopilotChat/0.2', 'github-copilot'],
    ['pi-agent/1', 'pi-agent'],
    ['x pi_agent', 'pi-agent'],
    ['pi/1.5.2 (linux; node/v24)', 'pi-agent'],
    ['pi (linux 6.1; x64)', 'pi-agent'],
    ['HermesAgent/0.16.0', 'hermes-agent'],
    ['OpenAI/Python 2.1.0', 'openai-sdk'],
    ['AsyncOpenAI/Python 2.1.0', 'openai-sdk'],
    ['OpenAI/JS 6.49.0', 'openai-sdk'],
    ['Anthropic/JS 1.11.0', 'anthropic-sdk'],
    ['Kilo-Code/7', 'kilo-code'],
    ['kilo/7.7.7 ai-sdk/5', 'kilo-code'],
    ['GeminiCLI/0.61.0/gemini-3-pro (linux; x64)', 'gemini-cli'],
    ['kimi-code/2.1.0', 'kimi-code'],
    ['KimiCLI/1.0', 'kimi-code'],
    ['mimocode/1.0', 'mimo-code'],
    ['google-genai-sdk/1.30.0 gl-node/v20', 'google-genai-sdk'],
    ['gateway-cli/0.1.0', 'gateway-cli'],
    ['NanoClaw/1.2', 'nanoclaw'],
    ['node (zero-claw; linux)', 'zero-claw'],
    ['clawdbot/1', 'clawdbot'],
  ])('%s is %s', (agent, source) => {
    expect(sourceOf({ 'user-agent': agent })).toBe(source);
    // the second time from memory
    expect(sourceOf({ 'user-agent': agent })).toBe(source);
  });

  test.each([
    'curl/8.5.0',
    'Mozilla/5.0 (X11; Linux x86_64)',
    'opencoder',
    'codexplorer/1',
    'pipeline/1',
    'kimiko/1',
    '',
  ])('%j tells nothing', (agent) => {
    expect(sourceOf({ 'user-agent': agent })).toBe(null);
  });
});

describe('x-source', () => {
  test.each([
    ['opencode', 'opencode'],
    ['open-code', 'opencode'],
    ['OpenCode', 'opencode'],
    ['codeium', 'windsurf'],
    ['roo-cline', 'roo-code'],
    ['copilot', 'github-copilot'],
    ['hermes', 'hermes-agent'],
    ['hermes-agent.nousresearch.com', 'hermes-agent'],
    ['https://hermes-agent.nousresearch.com', 'hermes-agent'],
    ['https://hermes-agent.nousresearch.com/docs', 'hermes-agent'],
    ['claude.com/claude-code', 'claude.com/claude-code'],
    ['https://www.claude.com/claude-code/', 'claude.com/claude-code'],
    ['claude-code', 'claude.com/claude-code'],
    ['NanoClaw', 'nanoclaw'],
    ['example.com', 'example.com'],
    ['https://example.com', 'example.com'],
    ['https://www.example.com', 'example.com'],
    ['www.example.com', 'example.com'],
    ['HTTPS://WWW.Example.com:8443/app?x=1#y', 'example.com'],
    [' my-tool ', 'my-tool'],
  ])('%j is %s', (given, source) => {
    expect(sourceOf({ 'x-source': given })).toBe(source);
  });

  test('goes before everything else when it is known or a domain', () => {
    const more = { 'user-agent': 'claude-cli/2', 'x-title': 'hermes agent' };
    expect(sourceOf({ ...more, 'x-source': 'cline' })).toBe('cline');
    expect(sourceOf({ ...more, 'x-source': 'example.com' })).toBe('example.com');
  });

  test('is left for the agent when it says nothing that is known, but not for a library', () => {
    expect(sourceOf({ 'x-source': 'my-tool', 'user-agent': 'claude-cli/2' })).toBe('claude.com/claude-code');
    expect(sourceOf({ 'x-source': 'my-tool', 'user-agent': 'OpenAI/Python 2' })).toBe('my-tool');
    expect(sourceOf({ 'x-source': '', 'user-agent': 'OpenAI/Python 2' })).toBe('openai-sdk');
  });

  test('is bounded, however long it is', () => {
    expect(sourceOf({ 'x-source': 'x'.repeat(10_000) })).toBe('x'.repeat(100));
  });
});

describe('title and referer', () => {
  test.each([
    [{ 'x-title': 'Hermes Agent' }, 'hermes-agent'],
    [{ 'x-openrouter-title': 'my hermes agent' }, 'hermes-agent'],
    [{ 'x-title': 'Kilo Code' }, 'kilo-code'],
    [{ 'http-referer': 'https://hermes-agent.nousresearch.com/x' }, 'hermes-agent'],
    [{ referer: 'https://portal.nousresearch.com' }, 'hermes-agent'],
    [{ 'http-referer': 'https://kilocode.ai' }, 'kilo-code'],
    [{ 'http-referer': 'https://nousresearch.com.evil.example' }, null],
    [{ 'x-title': 'My App', 'http-referer': 'https://example.com' }, null],
  ])('%j is %s', (headers, source) => {
    expect(sourceOf(headers)).toBe(source);
    expect(sourceOf({ ...headers, 'user-agent': 'curl/8' })).toBe(source);
    expect(sourceOf({ ...headers, 'user-agent': 'aider/1' })).toBe('aider');
  });

  test('go before a library', () => {
    expect(sourceOf({ 'user-agent': 'OpenAI/Python 2', 'x-title': 'Hermes Agent' })).toBe('hermes-agent');
  });
});
