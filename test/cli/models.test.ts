import { afterAll, expect, test } from 'vitest';
import { failure, forgetHomes, runCli } from '../helpers/cli.ts';
import { closeFakes, fakeGateway, json } from '../helpers/fake-gateway.ts';
import { MODEL, PROVIDER } from './battery/answers.ts';

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

test.concurrent.each([
  [
    'acme/my-model',
    { any_model: true },
    /^Acme takes any model.*not known here/,
    'Try it with `gateway test --model acme/my-model`.',
  ],
  ['acme/my-model', { any_model: false }, /^No model here is called/, undefined],
  ['acme/my-model', { any_model: true, configured_by: null }, /^No model here is called/, undefined],
])('%s, which nobody lists, at a provider with %o', async (id, facts, message, hint) => {
  const server = await fakeGateway({
    'GET /v1/models': json({ object: 'list', data: OFFERED, has_more: false, first_id: null, last_id: null }),
    'GET /api/v1/providers': json({
      data: [{ ...PROVIDER, name: 'acme', title: 'Acme', ...facts }],
      next_cursor: null,
    }),
  });
  const env = { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-testtesttesttesttesttesttesttesttest' };
  const told = failure(await runCli(['models', 'show', id, '--json'], { env }));
  expect(told).toMatchObject({ code: 'model_not_found', message: expect.stringMatching(message) });
  if (hint) expect(told.hint).toBe(hint);
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
