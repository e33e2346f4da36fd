import { afterAll, expect, test } from 'vitest';
import { forgetHomes, runCli } from '../helpers/cli.ts';
import { closeFakes, fakeGateway, json } from '../helpers/fake-gateway.ts';
import { MODEL } from './battery/answers.ts';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

const OFFERED = [MODEL, { ...MODEL, id: 'anthropic/claude-x', provider: 'anthropic' }];

test.concurrent.each([
  ['nope', 'No model here is of the provider nope. There are: anthropic, openai.\n'],
  ['openai', 'No model here matches.\n'],
])('models of a provider, when there are none: of %s', async (provider, told) => {
  const server = await fakeGateway({
    'GET /v1/models': (seen, response) => {
      const data = seen.query.has('provider') ? [] : OFFERED;
      json({ object: 'list', data, has_more: false, first_id: null, last_id: null })(seen, response);
    },
  });
  const env = { GATEWAY_API_URL: server.url };
  expect((await runCli(['models', '--provider', provider], { env })).stdout).toBe(told);
  expect((await runCli(['models', '--provider', provider, '--json'], { env })).stdout).toBe('[]\n');
});
