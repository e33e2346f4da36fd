import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetHomes, runCli } from '../helpers/cli.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { asProvider, startUpstream, type Upstream } from '../helpers/upstream.ts';

/** `auto` where models are listed, in each of the formats and in the command line. */
let gateway: Gateway;
let upstream: Upstream;

beforeAll(async () => {
  upstream = await startUpstream();
  upstream.respond = asProvider;
  gateway = await startGateway({ providers: { openai: `${upstream.url}/v1` } });
});
afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
  forgetHomes();
});

// biome-ignore lint/suspicious/noExplicitAny: each test says what it expects of it
const read = async (path: string) => (await (await fetch(gateway.url + path)).json()) as Record<string, any>;
const run = (...args: string[]) => runCli(args, { env: { GATEWAY_API_URL: gateway.url } });

test('it is the last of the list, with no price of its own', async () => {
  const { data, last_id } = await read('/v1/models');
  expect(last_id).toBe('auto');
  expect(data.at(-1)).toMatchObject({ id: 'auto', provider: 'gateway', pricing: null, deprecated: false });
  expect(data.at(-1).capabilities).toEqual(expect.arrayContaining(['tools', 'vision', 'reasoning']));
});

test.each(['/v1/models/auto', '/v1/models/gateway/auto'])('%s reads it', async (path) => {
  expect(await read(path)).toMatchObject({
    id: 'auto',
    object: 'model',
    formats: expect.arrayContaining(['anthropic']),
  });
});

test('Google’s clients see it, too', async () => {
  const { models } = await read('/v1beta/models');
  expect(models.at(-1)).toMatchObject({ name: 'models/auto', thinking: true });
  expect(await read('/v1beta/models/auto')).toMatchObject({ name: 'models/auto' });
});

test('what the list is narrowed to holds for it', async () => {
  const ids = async (query: string) => (await read(`/v1/models?${query}`)).data.map(({ id }: { id: string }) => id);
  expect(await ids('provider=openai')).not.toContain('auto');
  expect(await ids('provider=gateway')).toEqual(['auto']);
  expect(await ids('capability=embeddings')).not.toContain('auto');
});

test('the command line lists it without a price and shows what it is', async () => {
  const { stdout } = await run('models');
  expect(stdout).toMatch(/^auto +gateway/m);
  const shown = await run('models', 'show', 'auto');
  expect(shown.stdout).toContain('of the model that is chosen for each request');
  const cheap = await run('models', '--max-price', '100', '--json');
  expect(cheap.stdout).not.toContain('"auto"');
});

test.each(['openai', 'anthropic', 'gemini'])('gateway test asks it in the format %s', async (format) => {
  const env = { GATEWAY_API_URL: gateway.url, GATEWAY_API_KEY: gateway.key };
  const { stdout, exitCode } = await runCli(['test', '--model', 'auto', '--format', format, '--json'], { env });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, provider: 'openai', reply: expect.stringMatching(/./) });
});
