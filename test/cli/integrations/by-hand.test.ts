import { expect, test } from 'vitest';
import { cursor } from '../../../cli/integrations/cursor.ts';
import type { Surroundings, Wiring } from '../../../cli/integrations/integration.ts';
import { n8n } from '../../../cli/integrations/n8n.ts';
import { isPrivateAddress } from '../../../cli/integrations/private-address.ts';
import type { Model } from '../../../cli/offered-models.ts';
import { MODELS } from '../setup/world.ts';

const at: Surroundings = { env: {}, cwd: '/nowhere', home: '/nowhere', platform: 'linux' };
const [model, smallModel] = MODELS as unknown as [Model, Model];
const wiring = (apiUrl: string): Wiring => ({
  scope: 'user',
  apiUrl,
  key: 'sk-gw-secret',
  keyFile: '/nowhere/key',
  model,
  smallModel,
  models: [model],
});

test('the steps for Cursor have every value to paste but the key, and the command that copies that', () => {
  const steps = cursor.manual!(at, wiring('https://gw.example')).join('\n');
  expect(steps).toContain('https://gw.example/v1');
  expect(steps).toContain(model.id);
  expect(steps).toContain('`gateway setup cursor --copy key`');
  expect(steps).not.toContain('sk-gw-secret');
  expect(steps).not.toContain('public https address');
});

test("Cursor's servers cannot reach this machine, and the first step says so", () => {
  const [first] = cursor.manual!(at, wiring('http://127.0.0.1:8787'));
  expect(first).toContain('cannot reach http://127.0.0.1:8787');
});

test('the credentials for n8n are what it imports, with the key; the steps do not have it', () => {
  const { manual, copies } = n8n;
  expect(JSON.parse(copies!.credentials!(wiring('https://gw.example')))).toMatchObject([
    { type: 'openAiApi', data: { apiKey: 'sk-gw-secret', url: 'https://gw.example/v1' } },
    { type: 'anthropicApi', data: { apiKey: 'sk-gw-secret', url: 'https://gw.example' } },
  ]);
  expect(manual!(at, wiring('https://gw.example')).join('\n')).not.toContain('sk-gw-secret');
});

test.each([
  ['http://localhost:8787', true],
  ['http://127.0.0.1:8787', true],
  ['http://[::1]:8787', true],
  ['http://10.1.2.3', true],
  ['http://172.31.0.1', true],
  ['http://192.168.1.4:8787', true],
  ['http://[fd00::1]', true],
  ['http://nas.local', true],
  ['http://gateway', true],
  ['https://gw.example.com', false],
  ['http://172.32.0.1', false],
  ['http://8.8.8.8', false],
  ['https://[2606:4700::1111]', false],
])('%s is private: %s', (url, expected) => {
  expect(isPrivateAddress(url)).toBe(expected);
});
