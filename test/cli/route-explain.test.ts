import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { failure, forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { closeFakes, fakeGateway, json } from '../helpers/fake-gateway.ts';
import { EXPLANATION } from './battery/answers.ts';

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

async function explaining(answer: object = EXPLANATION) {
  const server = await fakeGateway({ 'POST /api/v1/route/explain': json(answer) });
  const home = tempHome();
  const env = { GATEWAY_API_URL: server.url, GATEWAY_API_KEY: 'sk-gw-testtesttesttesttesttesttesttesttest' };
  const run = (args: string[], stdin = '') => runCli(['route', 'explain', ...args], { env, home, stdin });
  return { server, home, run };
}

describe.concurrent('route explain', () => {
  test('needs GATEWAY_API_KEY alone, and prints what the server says', async () => {
    const { run, server } = await explaining();
    const { stdout, exitCode } = await run(['--model', 'm', 'Hi', '--json']);
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, EXPLANATION]);
    expect(server.seen).toHaveLength(1);
  });

  test.each<[string[], object]>([
    [[], { model: 'auto', format: 'openai' }],
    [['Hi'], { model: 'auto', format: 'openai', prompt: 'Hi' }],
    [
      ['--model', 'm', '--stream', '--strategy', 'price', '--session', 's', '--no-fallback', '--format', 'gemini'],
      {
        model: 'm',
        format: 'gemini',
        stream: true,
        routing: 'price',
        session: 's',
        headers: { 'x-no-fallback': 'true' },
      },
    ],
    [['--project', 'web'], { model: 'auto', format: 'openai', project: 'web' }],
  ])('%j asks for %j', async (args, body) => {
    const { run, server } = await explaining();
    await run(args);
    expect(server.seen[0]!.fields).toEqual(body);
  });

  test.each([
    [{ model: 'm', messages: [] }, 'openai'],
    [{ model: 'm', input: 'Hi' }, 'responses'],
    [{ model: 'm', contents: [] }, 'gemini'],
    [{ model: 'm', system: 'Be brief.', messages: [] }, 'anthropic'],
  ])('takes the request %j from a file or stdin as of the format %s', async (request, format) => {
    const { run, server, home } = await explaining();
    writeFileSync(join(home, 'request.json'), JSON.stringify(request));
    await run(['--file', 'request.json']);
    await run(['--file', '-'], JSON.stringify(request));
    for (const { fields } of server.seen) expect(fields).toEqual({ format, request });
    expect(server.seen).toHaveLength(2);
  });

  test.each(['[]', 'no JSON', '"text"'])('a file with %s is refused', async (text) => {
    const { run, server } = await explaining();
    const result = await run(['--file', '-', '--json'], text);
    expect(failure(result)).toMatchObject({ code: 'usage', message: expect.stringContaining('--file') });
    expect(server.seen).toEqual([]);
  });

  test('tells people the decision, what was compared and what is out', async () => {
    const { run } = await explaining();
    const { stdout } = await run(['Hi']);
    expect(stdout).toMatch(/^tier +SIMPLE, -0\.12: simple -0\.1$/m);
    expect(stdout).toMatch(/^goes to +openai\/gpt-4o-mini: weighted-score, session s1$/m);
    expect(stdout).toMatch(/^then to +acme\/m:eu$/m);
    expect(stdout).toMatch(/^estimate +0\.0006 USD for 9 tokens in and 1024 out; at most 0\.0098 USD for 16384 out$/m);
    expect(stdout).toMatch(/^money +enough: 5\.00 USD left of the balance$/m);
    expect(stdout).toMatch(
      /^1 +openai\/gpt-4o-mini \(own key\) +0\.012 +0\.15 +0\.60 +0\.0006 +99\.5 % +812 ms +61\.3 +1 +yes +1\/2$/m,
    );
    expect(stdout).toMatch(/^2 +acme\/m:eu \(down\) +- .* 0\/1$/m);
    expect(stdout).toMatch(/^groq\/m +There is no key of groq here\.$/m);
  });

  test('names a few of many models that are out for the same reason', async () => {
    const reason = 'It costs more.';
    const excluded = ['a', 'b', 'c', 'd', 'e'].map((model) => ({ provider: 'p', model, code: 'price', reason }));
    const { run } = await explaining({ ...EXPLANATION, excluded });
    expect((await run(['Hi'])).stdout).toMatch(/^a, b, c and 2 more +It costs more\.$/m);
    expect(JSON.parse((await run(['Hi', '--json'])).stdout).excluded).toHaveLength(5);
  });

  test.each([
    [
      (model: string) => `Access denied: the model ${model} is not in the list of models of the key "ci".`,
      'Access denied: the model is not in the list of models of the key "ci"\\.',
    ],
    [
      (model: string) => `Access denied: the rule iam_1 of the key "ci" allows only free models, not ${model}.`,
      'Access denied: the rule iam_1 of the key "ci" allows only free models\\.',
    ],
  ])('counts a reason that names each model as one: %s', async (reasonOf, told) => {
    const excluded = ['a', 'b', 'c', 'd'].map((model) => ({
      provider: 'p',
      model,
      code: 'rule',
      reason: reasonOf(model),
    }));
    const { run } = await explaining({ ...EXPLANATION, excluded });
    expect((await run(['Hi'])).stdout).toMatch(new RegExp(`^a, b, c and 1 more +${told}$`, 'm'));
  });

  test('tells what a request would be refused with', async () => {
    const refusal = { code: 'permission_denied', message: 'Access denied.', http_status: 403 };
    const { run } = await explaining({
      ...EXPLANATION,
      chosen: null,
      fallbacks: [],
      candidates: [],
      tier: null,
      estimate: null,
      refusal,
    });
    const { stdout, exitCode } = await run(['Hi']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^refused +403 permission_denied: Access denied\.$/m);
    expect(stdout).not.toMatch(/goes to|then to/);
  });
});
