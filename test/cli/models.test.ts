import { afterAll, expect, test } from 'vitest';
import { failure, forgetHomes, runCli } from '../helpers/cli.ts';
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

test('a capability that no model has is answered with those that there are', async () => {
  const server = await fakeGateway({
    'GET /v1/models': (seen, response) => {
      const data = seen.query.has('capability') ? [] : OFFERED;
      json({ object: 'list', data, has_more: false, first_id: null, last_id: null })(seen, response);
    },
  });
  const { stdout } = await runCli(['models', '--capability', 'nope'], { env: { GATEWAY_API_URL: server.url } });
  expect(stdout).toBe('No model here has the capability nope. There are: streaming, tools.\n');
});

test('a misspelt model without its provider gets a suggestion with it', async () => {
  const data = [MODEL, { ...MODEL, id: 'openai/gpt-4o' }];
  const server = await fakeGateway({
    'GET /v1/models': json({ object: 'list', data, has_more: false, first_id: null, last_id: null }),
  });
  const env = { GATEWAY_API_URL: server.url };
  expect(failure(await runCli(['models', 'show', 'gtp-4o', '--json'], { env })).hint).toContain(
    'Did you mean openai/gpt-4o?',
  );
});
