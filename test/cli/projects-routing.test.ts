import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ROUTING_KEYS } from '../../cli/routing-keys.ts';
import { routingOverrides } from '../../shared/contracts/routing.ts';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { storeLogin } from '../helpers/credentials.ts';
import { closeFakes, fakeGateway, json } from '../helpers/fake-gateway.ts';
import { PROJECT, PROJECT_ROUTING } from './battery/answers.ts';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

/** A server, and a HOME that is signed in there. */
async function signedIn() {
  const server = await fakeGateway({
    'GET /api/v1/projects/web/routing': json(PROJECT_ROUTING),
    'PATCH /api/v1/projects/web/routing': json(PROJECT_ROUTING),
    'DELETE /api/v1/projects/web/routing': json(PROJECT_ROUTING),
    'PATCH /api/v1/projects/web': json(PROJECT),
  });
  const home = tempHome();
  storeLogin(home, server.url);
  return { server, run: (...args: string[]) => runCli(args, { home, env: { GATEWAY_API_URL: server.url } }) };
}

/** Every name that the schema has, `group.name`; not those of a record whose names are data. */
function keysOf(schema: z.ZodType, prefix = ''): string[] {
  if (schema instanceof z.ZodOptional) return keysOf(schema.unwrap() as z.ZodType, prefix);
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, member]) =>
      keysOf(member, prefix === '' ? name : `${prefix}.${name}`),
    );
  if (schema instanceof z.ZodRecord)
    return schema.keyType instanceof z.ZodEnum ? schema.keyType.options.map((name) => `${prefix}.${name}`) : [];
  return [prefix];
}

test('every setting that the API has can be typed', () => {
  expect([...ROUTING_KEYS].sort()).toEqual(keysOf(routingOverrides).sort());
});

describe.concurrent('projects routing', () => {
  test('shows every setting as text, with what the project wants apart from the defaults', async () => {
    const { run } = await signedIn();
    const { stdout } = await run('projects', 'routing', 'show', 'web');
    expect(stdout).toMatch(/^setting +value +default$/m);
    expect(stdout).toMatch(/^weights\.price +0\.8 +0\.6$/m);
    expect(stdout).toMatch(/^weights\.uptime +0\.5 +default$/m);
    expect(stdout).toMatch(/^auto\.models\.SIMPLE +- +default$/m);
  });

  test.each<[string[], unknown]>([
    [['weights.price=0.8', 'weights.cache=0'], { weights: { price: 0.8, cache: 0 } }],
    [['retry.max_retries=1', 'sticky.enabled=off'], { retry: { max_retries: 1 }, sticky: { enabled: false } }],
    [['priorities.openai=0', 'priorities.acme.eu=2'], { priorities: { openai: 0, 'acme.eu': 2 } }],
    [
      ['auto.models.SIMPLE=a, b', 'auto.boundaries.MEDIUM=-0.1'],
      { auto: { models: { SIMPLE: ['a', 'b'] }, boundaries: { MEDIUM: -0.1 } } },
    ],
    [
      ['weights.price=default', 'priorities.openai=default'],
      { weights: { price: null }, priorities: { openai: null } },
    ],
  ])('set %j', async (settings, body) => {
    const { server, run } = await signedIn();
    const { stdout } = await run('projects', 'routing', 'set', 'web', ...settings, '--json');
    expect(JSON.parse(stdout)).toEqual(PROJECT_ROUTING);
    expect(server.seen.map(({ method, fields }) => [method, fields])).toEqual([['PATCH', body]]);
  });

  test.each<[string, string, string]>([
    ['weights.prize=1', 'There is no setting "weights.prize".', 'Did you mean weights.price?'],
    ['max_retries=1', 'There is no setting "max_retries".', 'Did you mean retry.max_retries?'],
    ['weights=1', 'There is no setting "weights".', 'projects routing show'],
    ['weights.price', '"weights.price" sets nothing.', '<setting>=<value>'],
    ['weights.price=cheap', 'weights.price must be a number.', ''],
    ['retry.max_retries=1.5', 'retry.max_retries must be a whole number.', ''],
    ['retry.max_retries=11', 'retry.max_retries must be at most 10.', ''],
    ['sticky.enabled=1', 'sticky.enabled must be a boolean.', ''],
    ['auto.models.SIMPLE=', 'auto.models.SIMPLE must not be empty.', ''],
  ])('set refuses %s before it asks anybody', async (setting, message, hint) => {
    const { server, run } = await signedIn();
    const result = await run('projects', 'routing', 'set', 'web', 'retry.max_retries=2', setting, '--json');
    expect(result.exitCode).toBe(1);
    expect(failure(result)).toMatchObject({ code: 'usage', message, hint: expect.stringContaining(hint) });
    expect(server.seen).toEqual([]);
  });

  test('reset takes everything back, or settings and groups', async () => {
    const { server, run } = await signedIn();
    await run('projects', 'routing', 'reset', 'web');
    await run('projects', 'routing', 'reset', 'web', 'weights', 'retry.max_retries', 'priorities.openai');
    expect(server.seen.map(({ method, fields }) => [method, fields])).toEqual([
      ['DELETE', {}],
      ['PATCH', { weights: null, retry: { max_retries: null }, priorities: { openai: null } }],
    ]);
    const refused = await run('projects', 'routing', 'reset', 'web', 'weigths', '--json');
    expect(failure(refused)).toMatchObject({ code: 'usage', hint: expect.stringContaining('Did you mean weights?') });
  });
});

describe.concurrent('projects update --response-cache', () => {
  test.each<[string, number | null]>([
    ['60s', 60],
    ['1h', 3600],
    ['30d', 2_592_000],
    ['on', 60],
    ['off', null],
  ])('%s is %s seconds', async (text, seconds) => {
    const { server, run } = await signedIn();
    await run('projects', 'update', 'web', '--response-cache', text);
    expect(server.seen.at(-1)!.fields).toEqual({ response_cache_seconds: seconds });
  });

  test.each(['9s', '366d', '1w', '60', 'never'])('%s is refused', async (text) => {
    const { server, run } = await signedIn();
    const result = await run('projects', 'update', 'web', '--response-cache', text, '--json');
    expect(failure(result)).toMatchObject({ code: 'usage', message: expect.stringContaining('from 10s to 365d') });
    expect(server.seen).toEqual([]);
  });
});
