import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../cli/tree.ts';
import { CLI_VARIABLES, SERVER_VARIABLES } from '../../scripts/llms/environment.ts';
import { llmsFullTxt } from '../../scripts/llms/full.ts';
import { shapeOf } from '../../scripts/llms/shape.ts';
import { llmsTxt } from '../../scripts/llms/short.ts';
import { CONTRACTS } from '../../server/api/contracts.ts';
import { ERROR_CODES } from '../../shared/errors.ts';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { sources } from '../helpers/sources.ts';

const PUBLIC_URL = 'https://llm.example.com/gw';

describe('llms.txt', () => {
  test('is what the generator writes: after a change, run npx tsx scripts/write-llms-txt.ts', () => {
    expect(readFileSync(fileURLToPath(new URL('../../llms.txt', import.meta.url)), 'utf8')).toBe(llmsTxt(undefined));
  });

  test('has one line for every command that runs', () => {
    const lines = llmsTxt(undefined).split('\n');
    for (const { path, load } of COMMANDS)
      expect([path, lines.filter((line) => line.startsWith(`- \`gateway ${path}\` –`)).length]).toEqual([
        path,
        load ? 1 : 0,
      ]);
  });
});

describe('llms-full.txt', () => {
  let text: string;
  beforeAll(async () => {
    text = await llmsFullTxt(undefined);
  });

  test('describes every command with its usage, what it prints and an example', () => {
    for (const { path, load } of COMMANDS) {
      if (!load) continue;
      const from = text.indexOf(`\n### gateway ${path}\n`);
      expect([path, from > 0]).toEqual([path, true]);
      const part = text.slice(from, text.indexOf('\n### ', from + 5));
      expect(part).toContain(`Usage: \`gateway ${path}`);
      expect(part).toMatch(/\nPrints(, one object a line)?: `/);
      expect(part).toMatch(/\n {4}gateway /);
    }
  });

  test('describes every endpoint and every error', () => {
    for (const { method, path } of CONTRACTS) expect(text).toContain(`\n### ${method} ${path}\n`);
    for (const code of ERROR_CODES) expect(text).toContain(`\n- \`${code}\` (`);
  });

  test('names every variable that the two programs read', () => {
    const named = [...CLI_VARIABLES, ...SERVER_VARIABLES].flatMap(([names]) => names.split(', '));
    const read = sources('cli', 'server').flatMap(({ text: source }) => [
      ...source.matchAll(/\b(?:env|merged|v)\.((?:GATEWAY|SMTP|DATABASE|LOG)_[A-Z_]+)/g),
    ]);
    expect(read.length).toBeGreaterThan(20);
    expect([...new Set(read.map(([, name]) => name!))].filter((name) => !named.includes(name))).toEqual([]);
  });
});

test.each([
  [
    { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } }, required: ['a'] },
    '{a: string, b?: number}',
  ],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string|null'],
  [{ type: 'array', items: { enum: ['a', 'b'] } }, '("a"|"b")[]'],
  [{ type: 'object', additionalProperties: { type: 'string' } }, '{[name]: string}'],
  [{ $ref: '#/$defs/x', $defs: { x: { const: true } } }, 'true'],
  [{ type: 'array', items: { type: 'object', properties: { a: { enum: [1, 2] } }, required: ['a'] } }, '{a: 1|2}[]'],
  [{ allOf: [{ type: 'string' }, {}] }, 'string & any'],
])('the shape of %j is %s', (schema, shape) => {
  expect(shapeOf(schema)).toBe(shape);
});

describe('a server', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ env: { GATEWAY_PUBLIC_URL: PUBLIC_URL } });
  });
  afterAll(stopGateways);

  test.each(['/llms.txt', '/llms-full.txt'])(
    'serves %s under its own address, to anybody, to be kept for an hour',
    async (path) => {
      const response = await fetch(gateway.url + path);
      expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
        200,
        'text/plain; charset=utf-8',
        'public, max-age=3600',
      ]);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(await response.text()).toBe(path === '/llms.txt' ? llmsTxt(PUBLIC_URL) : await llmsFullTxt(PUBLIC_URL));
      expect((await fetch(gateway.url + path, { method: 'HEAD' })).status).toBe(200);
      const wrong = await fetch(gateway.url + path, { method: 'POST' });
      expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET']);
    },
  );

  test('links both from its first page', async () => {
    const page = await (await fetch(gateway.url)).text();
    for (const name of ['llms.txt', 'llms-full.txt']) expect(page).toContain(`href="/gw/${name}"`);
  });
});
