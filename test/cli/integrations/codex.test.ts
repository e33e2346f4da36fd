import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { codex } from '../../../cli/integrations/codex.ts';
import { forgetHomes } from '../../helpers/cli.ts';
import { KEY } from '../setup/world.ts';
import { effectiveOf, launched, put, somewhere } from './situation.ts';

afterAll(forgetHomes);

const CONFIG =
  'model_provider = "gateway"\n[model_providers.gateway]\nbase_url = "https://g/v1"\nenv_key = "GATEWAY_API_KEY"\n';

test('its own .env goes before the variables of the shell', async () => {
  const at = somewhere({ GATEWAY_API_KEY: 'shell' });
  put(at, { '.codex/config.toml': CONFIG });
  expect((await effectiveOf(codex, at)).key).toEqual({ value: 'shell', from: 'GATEWAY_API_KEY' });
  put(at, { '.codex/.env': 'GATEWAY_API_KEY=file\n' });
  expect((await effectiveOf(codex, at)).key).toEqual({ value: 'file', from: join(at.home, '.codex/.env') });
});

test('a run’s key has a name that no .env of ours has', async () => {
  const { args, env } = await launched(codex, somewhere());
  expect(env).toEqual({ GATEWAY_RUN_KEY: KEY });
  expect(args).toContain('model_providers.gateway.env_key="GATEWAY_RUN_KEY"');
  expect(JSON.stringify(args)).not.toContain(KEY);
});
