import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { asProvider, startUpstream, type Upstream } from '../helpers/upstream.ts';

const NAMES = ['novita', 'groq', 'cerebras'];
const MODEL = 'gpt-oss-120b';

let upstreams: Upstream[];
let gateway: Gateway;
let calls = 0;

beforeAll(async () => {
  upstreams = await Promise.all(NAMES.map(() => startUpstream()));
  for (const upstream of upstreams)
    upstream.respond = (seen, response) => {
      calls++;
      return asProvider(seen, response);
    };
  gateway = await startGateway({
    providers: Object.fromEntries(NAMES.map((name, at) => [name, `${upstreams[at]!.url}/v1`])),
  });
});
afterAll(async () => {
  await stopGateways();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

async function ask(model: string, routing: string) {
  // In a session, as anything else is explored now and then.
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json', 'x-session-id': routing },
    body: JSON.stringify({ model, routing, messages: [{ role: 'user', content: 'hi' }] }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers of two shapes.
  return { status: response.status, body: (await response.json()) as any, id: response.headers.get('x-request-id')! };
}

test('the strategy price leads to the cheapest provider, and the record says so', async () => {
  const { status, id } = await ask(MODEL, 'price');
  expect(status).toBe(200);
  // biome-ignore lint/suspicious/noExplicitAny: a record as it is told.
  let record: any;
  await expect
    .poll(async () => {
      const answer = await gateway.api('GET', `/api/v1/logs/${id}`);
      record = answer.body;
      return answer.status;
    })
    .toBe(200);
  expect(record.routing.reason).toBe('strategy-price');
  const prices = record.routing.scores.map(({ price }: { price: number }) => price);
  expect(prices).toHaveLength(3);
  expect(prices).toEqual(prices.toSorted((a: number, b: number) => a - b));
  expect(record.provider).toBe(record.routing.scores[0].provider);
});

test('a strategy is refused where the name says which provider, and no provider is called', async () => {
  const before = calls;
  const { status, body } = await ask(`groq/${MODEL}`, 'throughput');
  expect([status, calls]).toEqual([400, before]);
  expect(body.error).toMatchObject({
    type: 'invalid_request_error',
    code: 'unsupported_parameter_combination',
    param: 'routing',
  });
  expect((await ask(`groq/${MODEL}`, 'auto')).status).toBe(200);
});
