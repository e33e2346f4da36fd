import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { asProvider, sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({
    env: { LLM_OPENAI_API_KEY: 'sk-revoked-0123456789,sk-good-0123456789', LLM_OPENAI_BASE_URL: `${upstream.url}/v1` },
  });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});

test('a key that the provider refuses is asked once, the caller is served with the other, and the log says which', async () => {
  upstream.respond = (seen, response) => {
    if (seen.headers.authorization?.includes('revoked'))
      sendJson(response, 401, '{"error":{"message":"Incorrect API key provided: sk-rev***6789"}}');
    else asProvider(seen, response);
  };
  const statuses = [];
  for (let i = 0; i < 6; i++) {
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] }),
    });
    await answer.arrayBuffer();
    statuses.push(answer.status);
  }
  expect(statuses).toEqual(Array(6).fill(200));
  expect(upstream.seen.filter(({ headers }) => headers.authorization?.includes('revoked'))).toHaveLength(1);
  const lines = gateway.log().match(/.*set aside.*/g);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines![0]!)).toMatchObject({ provider: 'openai', place: '1 of 2', reason: 'unauthorized' });
  expect(gateway.log()).not.toContain('sk-revoked');
});
