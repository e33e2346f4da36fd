import { afterAll, expect, test } from 'vitest';
import { forgetHomes, runCli } from '../helpers/cli.ts';
import { startGateway, stopGateways } from '../helpers/gateway.ts';
import { sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

const upstreams: Upstream[] = [];
afterAll(async () => {
  await stopGateways();
  for (const upstream of upstreams) await upstream.close();
  forgetHomes();
});

test('the log tells an attempt that failed from the request that went on, and both how it went', async () => {
  const [failing, well] = [await startUpstream(), await startUpstream()];
  upstreams.push(failing, well);
  failing.respond = (_seen, response) => sendJson(response, 503, '{"error":{"message":"busy"}}');
  const gateway = await startGateway({ providers: { nebius: `${failing.url}/v1`, novita: `${well.url}/v1` } });
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json', 'x-session-id': 's1' },
    body: JSON.stringify({ model: 'llama-3.3-70b-instruct', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  const id = response.headers.get('x-request-id')!;
  const env = { GATEWAY_API_URL: gateway.url, GATEWAY_API_KEY: gateway.key };
  const list = async (...flags: string[]) =>
    JSON.parse((await runCli(['logs', 'list', '--json', ...flags], { env })).stdout);
  const [attempt] = await list('--status', 'retried');
  expect(attempt).toMatchObject({ retried_by: id, status_code: 503, provider: 'nebius', cost_usd: '0.00' });
  expect(await list('--status', 'error')).toEqual([]);
  expect(await list('--status', 'ok')).toMatchObject([
    {
      id,
      provider: 'novita',
      retried_by: null,
      cache_hit: false,
      session: 's1',
      routing: {
        reason: 'weighted-score',
        attempts: [
          { provider: 'nebius', status_code: 503, error_type: 'server_error', succeeded: false },
          { provider: 'novita', status_code: 200, error_type: 'none', succeeded: true },
        ],
        scores: [{ provider: 'nebius', score: 0, price: 0.265 }, { provider: 'novita' }],
      },
    },
  ]);
  const { stdout } = await runCli(['logs', 'show', id], { env });
  expect(stdout).toMatch(/^routing +weighted-score, in a session$/m);
  expect(stdout).toMatch(/^nebius\/\S+ +503 +server_error +\d+ ms$/m);
  expect(stdout).toMatch(/^novita\/\S+ +200 +answered +\d+ ms$/m);
  expect(stdout).toMatch(/^nebius\/\S+ +0\.000 +0\.265 +/m);
  const shown = (await runCli(['logs', 'show', attempt.id], { env })).stdout;
  expect(shown).toMatch(new RegExp(`^retried by +${id}: `, 'm'));
  expect(shown).toMatch(/^outcome +503, an attempt that failed: /m);
  const used = JSON.parse((await runCli(['usage', '--json'], { env })).stdout);
  expect(used.total_requests).toBe(1);
});
