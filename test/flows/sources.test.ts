import { afterAll, expect, test } from 'vitest';
import { forgetHomes, runCli } from '../helpers/cli.ts';
import { startGateway, stopGateways } from '../helpers/gateway.ts';
import { startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
afterAll(async () => {
  await stopGateways();
  await upstream?.close();
  forgetHomes();
});

test('usage tells which programs asked, each by one name however it named itself', async () => {
  upstream = await startUpstream();
  const gateway = await startGateway({ providers: { openai: `${upstream.url}/v1` } });
  const ask = async (headers: Record<string, string>) => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] }),
    });
    expect(response.status).toBe(200);
    await response.arrayBuffer();
  };
  for (const source of ['example.com', 'https://example.com', 'https://www.example.com', 'www.example.com'])
    await ask({ 'x-source': source });
  await ask({ 'user-agent': 'claude-cli/2.1.329 (external, cli)' });
  await ask({ 'x-source': 'claude-code', 'user-agent': 'OpenAI/JS 6.49.0' });
  await ask({ 'user-agent': 'OpenAI/Python 2.1.0' });
  await ask({ 'x-source': 'https://hermes-agent.nousresearch.com' });
  const env = { GATEWAY_API_URL: gateway.url, GATEWAY_API_KEY: gateway.key };
  const { stdout } = await runCli(['usage', 'sources', '--json'], { env });
  const told = JSON.parse(stdout).map((one: Record<string, unknown>) => [one.group, one.name, one.total_requests]);
  expect(told.toSorted()).toEqual([
    ['claude.com/claude-code', 'Claude Code', 2],
    ['example.com', null, 4],
    ['hermes-agent', 'Hermes Agent', 1],
    ['openai-sdk', 'OpenAI SDK', 1],
  ]);
  const text = (await runCli(['usage', '--by', 'source'], { env })).stdout;
  expect(text).toMatch(/^source +requests/m);
  expect(text).toMatch(/^Claude Code +2 /m);
  expect(text).toMatch(/^example\.com +4 /m);
  const listed = await runCli(['logs', 'list', '--source', 'example.com', '--json'], { env });
  expect(JSON.parse(listed.stdout)).toHaveLength(4);
});
