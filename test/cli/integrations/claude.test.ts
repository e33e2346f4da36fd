import { afterAll, expect, test } from 'vitest';
import { claude } from '../../../cli/integrations/claude.ts';
import { forgetHomes } from '../../helpers/cli.ts';
import { KEY } from '../setup/world.ts';
import { launched, somewhere, URL } from './situation.ts';

afterAll(forgetHomes);

test('a run’s own settings go before the person’s: address, model and key, and no other key or cloud', async () => {
  const { args, env, files } = await launched(claude, somewhere({ ANTHROPIC_API_KEY: 'sk-ant-mine' }));
  expect(args).toEqual(['--settings', '/run/settings.json']);
  expect(JSON.parse(files['settings.json']!).env).toMatchObject({
    ANTHROPIC_BASE_URL: URL,
    ANTHROPIC_MODEL: 'claude-sonnet-4-6',
    ANTHROPIC_AUTH_TOKEN: KEY,
    ANTHROPIC_API_KEY: '',
    CLAUDE_CODE_USE_BEDROCK: '',
  });
  expect(env).toMatchObject({ ANTHROPIC_API_KEY: undefined, ANTHROPIC_AUTH_TOKEN: KEY });
});
